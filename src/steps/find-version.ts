import type { FullName } from '../domain/full-name.ts';
import { tagValue, type ModelVersion } from '../domain/model.ts';
import { holdOf } from '../domain/rules.ts';
import type { Snapshot } from './snapshot.ts';

/** A tag that a version must carry. */
export interface TagCondition {
  readonly key: string;
  readonly value: string;
}

/**
 * The newest READY version in numeric order that carries the tags and is not on hold, or undefined. Lists promise
 * neither order nor tags (uc-protocol §4.2), so the numbers are sorted here and each candidate is read.
 */
export async function findNewestVersion(
  name: FullName,
  conditions: readonly TagCondition[],
  snapshot: Snapshot,
): Promise<ModelVersion | undefined> {
  const numbers: number[] = [];
  for await (const row of snapshot.registry.listModelVersions(name)) {
    if (row.status === 'READY') numbers.push(row.version);
  }
  numbers.sort((a, b) => b - a);
  for (const number of numbers) {
    const version = await snapshot.version(name, number);
    if (version?.status !== 'READY' || holdOf(version) !== undefined) continue;
    if (carries(version, conditions)) return version;
  }
  return undefined;
}

/** Whether a version carries every tag of a list. */
export function carries(version: ModelVersion, conditions: readonly TagCondition[]): boolean {
  return conditions.every(({ key, value }) => tagValue(version.tags, key) === value);
}
