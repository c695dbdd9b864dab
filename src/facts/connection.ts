import type { Securable } from '../domain/privilege.ts';
import { formatFullName, type FullName } from '../domain/full-name.ts';
import { isTooLarge, PromoteError } from '../domain/errors.ts';
import type { RegistryReader } from '../registry/port.ts';
import { NO_FILES } from './signature.ts';
import type { Snapshot } from './snapshot.ts';
import { requireModel } from './version.ts';
import { MAX_MLMODEL_BYTES } from '../mlmodel/mlmodel.ts';

/** Reads the smallest file of a model's newest version as a copy would; returns what was read and by which route. */
export async function tryFiles(snapshot: Snapshot, name: FullName): Promise<string> {
  const { registry } = snapshot;
  if (!registry.capabilities.files) return `not applicable: ${NO_FILES.notApplicable}`;
  let newest = 0;
  for await (const row of registry.listModelVersions(name)) newest = Math.max(newest, row.version);
  if (newest === 0) {
    // Some registries list the versions of a model that is not there as none.
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
    ? `version ${newest} has no MLmodel file; its files are listed${route}`
    : `MLmodel of version ${newest}, ${bytes.length} bytes${route}`;
}

/** Whether this workspace may use a catalog, and whose it is. Throws `not-found` and `permission-denied`. */
export async function tryCatalog(registry: RegistryReader, name: string, principal: string): Promise<string> {
  if (registry.capabilities.names !== 'three-level') return 'not applicable: this registry has no catalogs';
  const securable: Securable = { type: 'catalog', name };
  const found = await registry.getParent(securable);
  const grant = registry.commands.grants?.grant(securable, 'USE_CATALOG', principal);
  if (found === undefined) {
    throw new PromoteError(`The catalog ${name} does not exist here, or the caller may not see it.`, {
      code: 'not-found',
      outcome: 'invalid',
      fix: `Check the name${grant === undefined ? '' : `; else: ${grant}`}.`,
    });
  }
  return found.owner === undefined ? 'can be used' : `can be used; its owner is ${found.owner}`;
}
