import { readShownMetrics } from '../../facts/metrics.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import { uriOf } from '../../facts/version.ts';
import type { FullName } from '../../domain/full-name.ts';
import type { ModelReference } from '../../domain/model-uri.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { Evidence } from '../../plan/evidence.ts';
import { shownMetrics, type SeenVersion } from '../../policy/metrics/shown.ts';
import type { ActionRecord } from '../contract/record.ts';

/** A version, and the registry that knows it. */
export interface MeasuredVersion {
  readonly version: ModelVersion;
  readonly snapshot: Snapshot;
}

/** A version that is being read; undefined for none. Why it cannot be read is said by whoever needs it. */
export type ReadVersion = Promise<MeasuredVersion | undefined>;

/**
 * Begins to read the metrics of the version that is decided on, and of the current one, beside everything else: they are evidence,
 * and refuse nothing.
 */
export function readMetricsBeside(record: ActionRecord, candidate: ReadVersion, current: ReadVersion): void {
  record.alongside(shown(candidate, current));
}

async function shown(candidate: ReadVersion, current: ReadVersion): Promise<Evidence | undefined> {
  const [ours, theirs] = await Promise.all([seen(candidate), seen(current)]);
  if (ours === undefined) return undefined;
  return shownMetrics(ours, theirs?.uri === ours.uri ? undefined : theirs);
}

async function seen(read: ReadVersion): Promise<SeenVersion | undefined> {
  const measured = await read.catch(() => undefined);
  if (measured === undefined) return undefined;
  const { version, snapshot } = measured;
  if (!snapshot.registry.capabilities.metrics) return undefined;
  return { uri: uriOf(version), seen: await readShownMetrics(version, snapshot.registry) };
}

/** The version that a reference names, for {@link readMetricsBeside}. */
export async function measuredVersion({ name, selector }: ModelReference, snapshot: Snapshot): ReadVersion {
  const number = selector.kind === 'alias' ? await snapshot.alias(name, selector.alias) : selector.version;
  return numberedVersion(name, number, snapshot);
}

/** The version of a number, for {@link readMetricsBeside}; undefined for none. */
export async function numberedVersion(
  name: FullName,
  number: number | null,
  snapshot: Snapshot,
): ReadVersion {
  const version = number === null ? undefined : await snapshot.version(name, number);
  return version === undefined ? undefined : { version, snapshot };
}
