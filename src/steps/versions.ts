import { hasCode } from '../domain/errors.ts';
import type { FullName } from '../domain/full-name.ts';
import type { ListedVersion } from '../domain/model.ts';
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
