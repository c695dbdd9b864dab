import type { FullName } from '../../domain/full-name.ts';
import { UNVERIFIED_HOLD, holdOf } from '../../domain/hold.ts';
import { tagValue, type ModelVersion } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import { isSameUri, mayBeOrigin, type OriginMark } from '../../policy/origin.ts';
import type { Snapshot } from '../snapshot.ts';
import { listVersions } from '../version.ts';

/**
 * Of a model's versions those that an earlier run made or began of the same source, newest first; also those
 * whose mark does not show whether it is the same, which only the bytes decide.
 */
export function earlierCopies(mark: OriginMark, versions: readonly ModelVersion[]): ModelVersion[] {
  return versions
    .filter((version) => isMarkedCopy(version, mark) && isUsable(version))
    .sort((a, b) => b.version - a.version);
}

/** Whether a run of ours made or began a version of this source, as far as its source and its mark show. */
export function isMarkedCopy({ source, tags }: ModelVersion, mark: OriginMark): boolean {
  const { recorded, naming } = mark;
  const origin = tagValue(tags, TAG_KEYS.origin);
  return (
    (source === undefined || recorded === undefined || isSameUri(source, recorded, naming)) &&
    origin !== undefined &&
    mayBeOrigin(origin, mark) &&
    tagValue(tags, TAG_KEYS.run) !== undefined
  );
}

function isUsable(version: ModelVersion): boolean {
  const hold = holdOf(version);
  return (
    (hold === undefined || hold === UNVERIFIED_HOLD) &&
    (version.status === 'READY' || version.status === 'PENDING_REGISTRATION')
  );
}

/** The pending version that carries a marker, or undefined; where versions only point, none is ever pending. */
export async function listOwnPending(
  name: FullName,
  marker: string,
  snapshot: Snapshot,
): Promise<number | undefined> {
  const versions = await listVersions(name, snapshot);
  const points = snapshot.registry.capabilities.upload === 'pointer';
  const newest = versions
    .filter((row) => row.status === 'PENDING_REGISTRATION' || points)
    .sort((a, b) => b.version - a.version);
  for (const row of newest) {
    const version = await snapshot.registry.getModelVersion(name, row.version);
    if (version !== undefined && tagValue(version.tags, TAG_KEYS.run) === marker) return row.version;
  }
  return undefined;
}
