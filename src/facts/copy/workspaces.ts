import { clauseOf, hasCode, PromoteError } from '../../domain/errors.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { WorkspaceRelation } from '../../policy/copy.ts';
import type { ParentSecurable } from '../../registry/port.ts';
import type { Snapshot } from '../snapshot.ts';

/** Where a copy comes from, and where it goes. */
export interface CopyWorkspaces {
  readonly source: { readonly name: FullName; readonly snapshot: Snapshot };
  readonly destination: { readonly name: FullName; readonly snapshot: Snapshot };
}

/** Finds from the catalogs whether two workspaces belong to one metastore; asks nothing where there is one workspace. */
export async function readWorkspaces(
  { source, destination }: CopyWorkspaces,
  hasOwnSource: boolean,
): Promise<WorkspaceRelation> {
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

/** Responses that say that a way to the files is closed, and are no outage. */
const CLOSED = ['permission-denied', 'rejected', 'not-found', 'unsupported'] as const;

/**
 * Says of a refusal to show the files of a shared model that it is one, what was tried, and the `fix`; any other error as it is.
 * Which ways are open to the files of a catalog of Delta Sharing is not confirmed.
 */
export async function explainShared(
  error: unknown,
  name: FullName,
  snapshot: Snapshot,
  fix: string,
): Promise<unknown> {
  if (!(error instanceof PromoteError) || !hasCode(error, ...CLOSED)) return error;
  const catalog = await readCatalog(name, snapshot).catch(() => undefined);
  if (catalog?.isShared !== true) return error;
  const message = `The files of ${formatFullName(name)} cannot be read from here because its catalog is shared by another metastore (Delta Sharing). Tried: the Files API of the workspace (${clauseOf(error)}).`;
  return new PromoteError(message, {
    ...error.details,
    fix,
    cause: error,
  });
}
