import { hasCode } from '../domain/errors.ts';
import type { FullName } from '../domain/full-name.ts';
import type { ListedVersion, ModelVersion } from '../domain/model.ts';
import type { Snapshot } from './snapshot.ts';

/** Every version of a model as lists tell it, in the registry's order; none when the model does not exist. */
export async function listVersions(name: FullName, snapshot: Snapshot): Promise<ListedVersion[]> {
  const versions: ListedVersion[] = [];
  try {
    for await (const row of snapshot.registry.listModelVersions(name)) versions.push(row);
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
  }
  return versions;
}

/** Versions read one by one, since lists promise no tags; those that are gone meanwhile are left out. */
export async function readVersions(
  rows: readonly ListedVersion[],
  snapshot: Snapshot,
): Promise<ModelVersion[]> {
  const read = await Promise.all(rows.map(({ name, version }) => snapshot.version(name, version)));
  return read.filter((version) => version !== undefined);
}
