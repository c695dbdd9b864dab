import { tagValue, type ModelVersion } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import { findEqualHolds, versionBytes } from '../../facts/equal-versions.ts';
import { listVersions, readVersions } from '../../facts/version.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import { originOf, type EqualVersion } from '../../policy/equal-versions.ts';
import type { ActionContext } from '../contract/context.ts';

/** Copies on hold that equal the one which shall get the alias; a version that is no copy has no equals that a record shows. */
export async function readHeldEquals(
  version: ModelVersion,
  context: ActionContext<CommonInputs>,
): Promise<EqualVersion[]> {
  const origin = originOf(version);
  const recorded = tagValue(version.tags, TAG_KEYS.digest);
  if (origin === undefined && recorded === undefined) return [];
  const reader = { ...context, snapshot: context.destination };
  const versions = await readVersions(await listVersions(version.name, reader.snapshot), reader.snapshot);
  const bytes = versionBytes(version, reader);
  const held = await findEqualHolds({ origin, recorded, bytes, version: version.version }, versions, reader);
  // That took further rounds: what is compared right before the write is read again.
  reader.snapshot.forget(version.name);
  return held;
}
