import type { FullName } from '../domain/full-name.ts';
import { tagValue, type ModelVersion } from '../domain/model.ts';
import { holdOf } from '../domain/hold.ts';
import { handledLater } from '../domain/promises.ts';
import type { ReadContext } from './equal-versions.ts';
import { findHoldsOf } from './holds.ts';

/** A tag that a version must carry. */
export interface TagCondition {
  readonly key: string;
  readonly value: string;
}

/** Candidates that are read at the same time, after the first: without conditions that one mostly is it. */
const AT_ONCE = 8;

/**
 * The newest READY version in numeric order that carries the tags and is not on hold, or undefined. Lists promise
 * neither order nor tags (uc-protocol §4.2), so the numbers are sorted here and each candidate is read.
 */
export async function findNewestVersion(
  name: FullName,
  conditions: readonly TagCondition[],
  context: ReadContext,
): Promise<ModelVersion | undefined> {
  const { snapshot } = context;
  const numbers: number[] = [];
  const tags = snapshot.tagsOf(name);
  handledLater(tags);
  for await (const row of snapshot.registry.listModelVersions(name)) {
    if (row.status === 'READY') numbers.push(row.version);
  }
  numbers.sort((a, b) => b - a);
  for (const batch of batchesOf(numbers, conditions.length === 0 ? 1 : AT_ONCE)) {
    const candidates = await Promise.all(batch.map((number) => snapshot.version(name, number)));
    for (const version of candidates) {
      if (version === undefined || !isTakeable(version) || !carries(version, conditions)) continue;
      const holds = await findHoldsOf(version, await tags, context);
      if (holds.length === 0) return version;
    }
  }
  return undefined;
}

function* batchesOf(numbers: readonly number[], first: number): Generator<readonly number[]> {
  yield numbers.slice(0, first);
  for (let start = first; start < numbers.length; start += AT_ONCE)
    yield numbers.slice(start, start + AT_ONCE);
}

function isTakeable(version: ModelVersion): boolean {
  return version.status === 'READY' && holdOf(version) === undefined;
}

/** Whether a version carries every tag of a list. */
export function carries(version: ModelVersion, conditions: readonly TagCondition[]): boolean {
  return conditions.every(({ key, value }) => tagValue(version.tags, key) === value);
}
