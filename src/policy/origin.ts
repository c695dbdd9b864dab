import { spelled, type Naming } from '../domain/full-name.ts';
import { cameFromVersion, formatModelUri } from '../domain/model-uri.ts';
import type { ModelVersion } from '../domain/model.ts';
import type { WorkspaceRelation } from './copy.ts';

/** Where a version was copied from, as far as it is known. */
export interface Origin {
  /** `models:/…` by number. In another metastore the same name means another model. */
  readonly uri: string;
  /** Whether it may lie in the metastore of its copy. */
  readonly mayBeHere: boolean;
  /** The other metastores that it may lie in; undefined for any, where nobody could see it. */
  readonly elsewhere: readonly string[] | undefined;
  /** How the registry compares names. */
  readonly naming: Naming;
}

/** What a copy is marked with as the place that it came from. */
export interface OriginMark extends Origin {
  /**
   * The URI, in the registry's spelling. The id of another metastore stands beside it; where the catalogs could not be
   * seen, that the workspace is another one.
   */
  readonly text: string;
  /** What the registry has as the source of such a copy; absent where that is no name that means the same later. */
  readonly recorded?: string;
}

/** Where a source lies, as far as it could be seen. */
export interface OriginPlace {
  readonly relation: WorkspaceRelation;
  /** The metastore of the source; undefined where it could not be seen. */
  readonly metastoreId: string | undefined;
  readonly naming: Naming;
}

/** The mark of a copy of this version. */
export function originMark(
  { name, version }: Pick<ModelVersion, 'name' | 'version'>,
  { relation, metastoreId, naming }: OriginPlace,
): OriginMark {
  const uri = formatModelUri(name, version);
  const isHere = relation === 'one-workspace' || relation === 'one-metastore';
  const isId = metastoreId !== undefined && /^[\w-]{1,64}$/u.test(metastoreId);
  const place = isId ? ` in metastore ${metastoreId}` : ' in another workspace';
  return {
    text: `${uri}${isHere ? '' : place}`,
    uri,
    recorded: uri,
    mayBeHere: relation !== 'two-metastores',
    elsewhere: metastoreId === undefined ? undefined : [metastoreId],
    naming,
  };
}

/** The mark of a version that is registered from what is no version here: a text that means one thing everywhere. */
export function registeredMark(text: string, naming: Naming, recorded?: string): OriginMark {
  const named = recorded === undefined ? {} : { recorded };
  return { text, uri: text, ...named, mayBeHere: true, elsewhere: [], naming };
}

/** The mark of what is registered from a folder: what is in it, wherever it lies. */
export function folderMark(content: string): string {
  return `folder ${content}`;
}

/** The digest of the files of a folder that its mark names; undefined for any other mark. */
export function folderContent(mark: string): string | undefined {
  return /^folder (sha256:.+)$/u.exec(mark)?.[1];
}

/**
 * Whether a version with this mark and source was registered, and is no copy. Whoever may tag can write any mark, and nobody can
 * change the source: where that names a version, a copy it stays.
 */
export function isRegistered(mark: string, source: string | undefined): boolean {
  const ofWorkspace = /^workspace(?: \S+)? (models:\/[^/.@]+\/\d+)$/u.exec(mark)?.[1];
  if (ofWorkspace !== undefined) return source === ofWorkspace;
  return /^(?:runs:\/|models:\/m-|folder sha256:)/u.test(mark) && !cameFromVersion(source);
}

/** What the mark of a copy says of its origin. */
export function markedOrigin(mark: string, naming: Naming): Origin {
  const [, uri = mark, metastore, unseen] =
    /^(models:\/.+\/\d+) in (?:metastore ([\w-]+)|(another workspace))$/iu.exec(mark) ?? [];
  if (metastore !== undefined) return { uri, mayBeHere: false, elsewhere: [metastore], naming };
  return { uri, mayBeHere: true, elsewhere: unseen === undefined ? [] : undefined, naming };
}

/** Whether the mark of an earlier copy names exactly this source, in whatever spelling. */
export function isOrigin(mark: string, { text, naming }: OriginMark): boolean {
  return spelled(mark, naming) === spelled(text, naming);
}

/**
 * Whether the mark of a copy may mean this origin. A metastore that could not be seen, now or then, is not known to be
 * another one.
 */
export function mayBeOrigin(mark: string, origin: Origin): boolean {
  const marked = markedOrigin(mark, origin.naming);
  if (!isSameUri(marked.uri, origin.uri, origin.naming)) return false;
  return (marked.mayBeHere && origin.mayBeHere) || mayMeet(marked, origin);
}

/** Whether both may lie in one metastore other than that of the copy. */
function mayMeet({ elsewhere: a }: Origin, { elsewhere: b, naming }: Origin): boolean {
  if (a === undefined) return b === undefined || b.length > 0;
  if (b === undefined) return a.length > 0;
  return a.some((one) => b.some((other) => spelled(one, naming) === spelled(other, naming)));
}

/** Whether two URIs by number mean the same version. */
export function isSameUri(a: string, b: string, naming: Naming): boolean {
  return spelled(a, naming) === spelled(b, naming);
}
