import { hasCode } from '../domain/errors.ts';
import type { FullName } from '../domain/full-name.ts';
import { modelFiles } from '../policy/copy.ts';
import type { Snapshot } from './snapshot.ts';

/** The bytes of the files of a version, which are listed; undefined where the registry knows none. */
export async function sizeOfVersion(
  name: FullName,
  version: number,
  snapshot: Snapshot,
): Promise<number | undefined> {
  try {
    const files = modelFiles(await snapshot.registry.openSource(name, version).list());
    return files.reduce((total, { size }) => total + size, 0);
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
    return undefined;
  }
}
