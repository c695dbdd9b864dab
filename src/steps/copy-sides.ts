import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import { formatFullName, spelled, type FullName, type Naming } from '../domain/full-name.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import type { ModelVersion } from '../domain/model.ts';
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

/** What a copy is marked with as the place that it came from, and what it rests on. */
export interface OriginMark {
  /**
   * `models:/…`, in the registry's spelling. In another metastore the same name means another model, so its id stands
   * beside it; where the catalogs could not be seen, that the workspace is another one.
   */
  readonly text: string;
  readonly uri: string;
  readonly sides: Sides;
  /** The metastore of the source; undefined where it could not be seen. */
  readonly metastoreId: string | undefined;
  /** How the registry compares names. */
  readonly naming: Naming;
}

/** Where a source lies, as far as it could be seen. */
export type OriginPlace = Pick<OriginMark, 'sides' | 'metastoreId' | 'naming'>;

/** The mark of a copy of this version. */
export function originMark(
  { name, version }: Pick<ModelVersion, 'name' | 'version'>,
  place: OriginPlace,
): OriginMark {
  const { sides, metastoreId } = place;
  const uri = formatModelUri(name, version);
  const isHere = sides === 'one-workspace' || sides === 'one-metastore';
  const isId = metastoreId !== undefined && /^[\w-]{1,64}$/u.test(metastoreId);
  const elsewhere = isId ? ` in metastore ${metastoreId}` : ' in another workspace';
  return { ...place, text: `${uri}${isHere ? '' : elsewhere}`, uri };
}

/** Whether the mark of an earlier copy names exactly this source, in whatever spelling. */
export function isOrigin(mark: string, { text, naming }: OriginMark): boolean {
  return spelled(mark, naming) === spelled(text, naming);
}

/**
 * Whether the mark of an earlier copy may stand for this source. A metastore that could not be seen, now or then, is
 * not known to be another one: then the bytes have to decide.
 */
export function mayBeOrigin(mark: string, origin: OriginMark): boolean {
  if (isOrigin(mark, origin)) return true;
  const { uri, sides, metastoreId, naming } = origin;
  const [, marked = '', metastore, unseen] =
    /^(.+?)(?: in (?:metastore ([\w-]+)|(another workspace)))?$/u.exec(mark) ?? [];
  if (!isSameUri(marked, uri, naming)) return false;
  if (unseen !== undefined) return true;
  if (metastore === undefined) return sides === 'unknown';
  return metastoreId === undefined || metastoreId === metastore;
}

/** Whether two URIs by number mean the same version. */
export function isSameUri(a: string, b: string, naming: Naming): boolean {
  return spelled(a, naming) === spelled(b, naming);
}

/** Answers that tell that a way to the files is closed, and are no outage. */
const CLOSED = ['permission-denied', 'rejected', 'not-found', 'unsupported'] as const;

/**
 * Says of a refusal to show the files of a shared model that it is one, and what was tried; any other error as it is.
 * Which ways are open to the files of a catalog of Delta Sharing is not confirmed.
 */
export async function explainShared(error: unknown, name: FullName, snapshot: Snapshot): Promise<unknown> {
  if (!(error instanceof PromoteError) || !hasCode(error, ...CLOSED)) return error;
  const catalog = await readCatalog(name, snapshot).catch(() => undefined);
  if (catalog?.isShared !== true) return error;
  const message = `The files of ${formatFullName(name)} cannot be read from here: its catalog is shared by another metastore (Delta Sharing). Tried: the workspace, by the Files API (${messageOf(error)}).`;
  return new PromoteError(message, {
    ...error.details,
    fix: 'Copy from the workspace that shares it: name it in source-host, with a credential of its own (docs/copying.md).',
    cause: error,
  });
}
