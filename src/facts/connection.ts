import type { Securable } from '../domain/privilege.ts';
import { formatFullName, type FullName } from '../domain/full-name.ts';
import { isTooLarge } from '../domain/errors.ts';
import { absentName } from './names.ts';
import { NO_FILES } from './signature.ts';
import type { Snapshot } from './snapshot.ts';
import { listVersions, requireModel } from './version.ts';
import { MAX_MLMODEL_BYTES } from '../mlmodel/mlmodel.ts';

/** Reads the smallest file of a model's newest version as a copy would; returns what was read and by which route. */
export async function tryFiles(snapshot: Snapshot, name: FullName): Promise<string> {
  const { registry } = snapshot;
  if (!registry.capabilities.files) return `not applicable: ${NO_FILES.notApplicable}`;
  // A model that is not there has none in such a list, whichever way the registry says so.
  const versions = await listVersions(name, snapshot);
  const newest = versions.reduce((most, { version }) => Math.max(most, version), 0);
  if (newest === 0) {
    await requireModel(name, snapshot, 'model');
    return `${formatFullName(name)} has no version yet, so no file could be read`;
  }
  const source = registry.openSource(name, newest);
  const bytes = await source.read('MLmodel', MAX_MLMODEL_BYTES).catch((error: unknown) => {
    if (isTooLarge(error)) return 'too large' as const;
    throw error;
  });
  const taken = source.choice?.route;
  const route = taken === undefined ? '' : taken === 'workspace' ? ' through the workspace' : ` by ${taken}`;
  if (bytes === 'too large')
    return `MLmodel of version ${newest}, more than ${MAX_MLMODEL_BYTES} bytes${route}`;
  return bytes === undefined
    ? `version ${newest} has no MLmodel file; its files could be listed${route}`
    : `MLmodel of version ${newest}, ${bytes.length} bytes${route}`;
}

/** Whether this workspace may use a catalog that an input names, and whose it is. Throws `not-found` and `permission-denied`. */
export async function tryCatalog(snapshot: Snapshot, name: string, input: string): Promise<string> {
  if (snapshot.registry.capabilities.names !== 'three-level')
    return 'not applicable: this registry has no catalogs';
  const securable: Securable = { type: 'catalog', name };
  const found = await snapshot.parent(securable);
  if (found === undefined) throw await absentName({ securable, input }, snapshot);
  return found.owner === undefined ? 'can be used' : `can be used; its owner is ${found.owner}`;
}
