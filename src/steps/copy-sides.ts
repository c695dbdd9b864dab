import { hasCode } from '../domain/errors.ts';
import type { FullName } from '../domain/full-name.ts';
import type { Sides } from '../policy/copy.ts';
import type { ParentSecurable } from '../registry/port.ts';
import type { Snapshot } from './snapshot.ts';

/** Where a copy comes from, and where it goes. */
export interface CopySides {
  readonly source: { readonly name: FullName; readonly snapshot: Snapshot };
  readonly destination: { readonly name: FullName; readonly snapshot: Snapshot };
}

/** Tells from the catalogs whether two workspaces belong to one metastore; asks nothing where there is one workspace. */
export async function readSides({ source, destination }: CopySides, hasOwnSource: boolean): Promise<Sides> {
  if (!hasOwnSource) return 'one-workspace';
  const [from, to] = await Promise.all([
    readCatalog(source.name, source.snapshot),
    readCatalog(destination.name, destination.snapshot),
  ]);
  if (from?.metastoreId === undefined || to?.metastoreId === undefined) return 'unknown';
  return from.metastoreId === to.metastoreId ? 'one-metastore' : 'two-metastores';
}

/** The catalog of a model; undefined where the caller may not see it. */
export async function readCatalog(name: FullName, snapshot: Snapshot): Promise<ParentSecurable | undefined> {
  try {
    return await snapshot.parent({ type: 'catalog', name: name.catalog });
  } catch (error) {
    if (!hasCode(error, 'permission-denied')) throw error;
    return undefined;
  }
}
