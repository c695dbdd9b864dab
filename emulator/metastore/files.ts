import { ApiError, denied } from './api-error.ts';
import type { Received } from './blobs.ts';
import { digestNow, type StoredFile } from './content.ts';
import { lacks, usableModel, versionOf, type CallContext, mayCreateVersion } from './session.ts';
import type { Model, Version } from './state.ts';

/** Files and folders, and a path among them; `''` for the root. */
export interface Folder {
  version: Pick<Version, 'files' | 'directories'>;
  path: string;
}

/** A place below `/Models/<catalog>/<schema>/<model>/<version>`; `path` is relative, `''` for the version's root. */
export interface Place {
  model: Model;
  version: Version;
  path: string;
}

/** 404 `NOT_FOUND`, the code by which clients of the Files API distinguish files from directories. */
export function notFound(path: string): ApiError {
  return new ApiError(404, 'NOT_FOUND', `The file or directory being accessed is not found: ${path}`);
}

/** Finds the version a path is about, and checks that the caller may do `operation` to its files. */
export function place(session: CallContext, fullPath: string, operation: 'read' | 'write'): Place {
  const [root, catalog, schema, short, number, ...rest] = fullPath.replace(/^\/+|\/+$/g, '').split('/');
  if (
    root !== 'Models' ||
    !catalog ||
    !schema ||
    !short ||
    !number ||
    rest.some((part) => part === '' || part === '..')
  ) {
    throw notFound(fullPath);
  }
  const model = usableModel(session, `${catalog}.${schema}.${short}`);
  const version = versionOf(model, number);
  if (session.switches.sharedFiles === 'closed' && isShared(session, model)) {
    throw denied(`The files of the shared model '${model.name}' cannot be accessed through the Files API.`);
  }
  if (operation === 'read') requireRead(session, model, version);
  else requireWrite(session, model, version);
  return { model, version, path: rest.join('/') };
}

/** The place that a signed URL names: storage asks nobody for rights, but a finalized version stays closed. */
export function signedPlace(session: CallContext, fullPath: string, operation: 'read' | 'write'): Place {
  const [, catalog = '', schema = '', short = '', number, ...rest] = fullPath.replace(/^\/+/, '').split('/');
  const model = session.state.models.get(`${catalog}.${schema}.${short}`.toLowerCase());
  const version = model?.versions.get(Number(number));
  if (!model || !version) throw new ApiError(404, 'NoSuchKey', 'The specified key does not exist.', 'xml');
  if (operation === 'write' && isClosed(session, version))
    throw new ApiError(403, 'AccessDenied', 'Access Denied', 'xml');
  return { model, version, path: rest.join('/') };
}

/** Whether the files of a version can no longer be written. */
export function isClosed({ switches }: CallContext, version: Version): boolean {
  const closed = version.status !== 'PENDING_REGISTRATION' || version.finalizing !== undefined;
  return closed && switches.writesAfterFinalize === 'refused';
}

/** Whether the model is in a catalog that another metastore shares. */
export function isShared({ state }: CallContext, model: Model): boolean {
  const [catalog = ''] = model.name.split('.');
  return state.catalogs.get(catalog.toLowerCase())?.share !== undefined;
}

/** EXECUTE or ownership; by switch, the writer of a pending version reads what it wrote. */
export function requireRead(session: CallContext, model: Model, version: Version): void {
  const { access, switches } = session;
  const pending = version.status !== 'READY';
  const isWriter = pending && mayCreateVersion(session, model);
  if (isWriter && switches.pendingReadableByWriters) return;
  if (!access.owns('function', model.name) && !access.holds('function', model.name, 'EXECUTE')) {
    throw lacks('EXECUTE', model.name);
  }
  if (pending && (isWriter || !switches.pendingReadable)) {
    throw new ApiError(
      400,
      'INVALID_STATE',
      `Model version ${version.version} of '${model.name}' is not READY.`,
    );
  }
}

/** The right to create versions, and only while the version is pending (by switch also later). */
export function requireWrite(session: CallContext, model: Model, version: Version): void {
  if (!mayCreateVersion(session, model)) throw lacks('CREATE MODEL VERSION', model.name);
  if (isClosed(session, version)) {
    throw denied(
      `Model version ${version.version} of '${model.name}' is finalized; its files cannot be changed.`,
    );
  }
}

/** The file at a place; throws 404 `NOT_FOUND`. */
export function fileAt({ version, path }: Folder): StoredFile {
  const file = version.files.get(path);
  if (!file) throw notFound(path);
  return file;
}

/** One entry of a directory listing; times in milliseconds since 1970. */
export interface Entry {
  name: string;
  directory: boolean;
  size?: number;
  modified?: number;
}

/** Direct children of a directory, directories first said by their name; `undefined` when there is none such. */
export function listDirectory({ version, path }: Folder): Entry[] | undefined {
  const prefix = path === '' ? '' : `${path}/`;
  const entries = new Map<string, Entry>();
  for (const [name, file] of version.files) {
    if (!name.startsWith(prefix)) continue;
    const rest = name.slice(prefix.length);
    const cut = rest.indexOf('/');
    if (cut < 0)
      entries.set(rest, { name: rest, directory: false, size: file.content.size, modified: file.modified });
    else entries.set(rest.slice(0, cut), { name: rest.slice(0, cut), directory: true });
  }
  for (const name of version.directories) {
    if (!name.startsWith(prefix) || name === path) continue;
    const first = name.slice(prefix.length).split('/')[0] ?? '';
    if (!entries.has(first)) entries.set(first, { name: first, directory: true });
  }
  if (entries.size === 0 && path !== '' && !version.directories.has(path)) return undefined;
  return [...entries.values()];
}

/** Stores what was received as the file at a place. */
export function storeFile(
  session: CallContext,
  { version, path }: Place,
  received: Received,
  contentType: string,
): void {
  const file: StoredFile = {
    content: received.content,
    modified: Math.floor(session.now() / 1000) * 1000,
    contentType,
  };
  if (received.sha256 !== undefined) file.sha256 = received.sha256;
  version.files.set(path, file);
}

/** Digest of a stored file without waiting: content on disk was hashed when it came. */
export function fileDigestNow(file: StoredFile): string {
  file.sha256 ??= digestNow(file.content) ?? `${file.content.kind}:${file.content.size}`;
  return file.sha256;
}

/** Text of a small file that is in memory. */
export function readNow(version: Version, path: string): string | undefined {
  const content = version.files.get(path)?.content;
  return content?.kind === 'memory' ? Buffer.from(content.bytes).toString('utf8') : undefined;
}
