import { ApiError, invalid, missing } from '../metastore/api-error.ts';
import type { Received } from '../metastore/blobs.ts';
import type { CallContext } from '../metastore/session.ts';
import { isWorkspaceAdmin, lacksLevel, LEVELS, rankOf, rightsKey, type ObjectKind } from './rights.ts';
import { nextNumber, type ObjectRight, type WorkspaceObject } from './state.ts';

/** A path without `/Workspace` and without a slash at its end; throws for one that does not begin with `/`. */
export function workspacePath(given: string): string {
  if (!given.startsWith('/')) throw invalid(`Path (${given}) doesn't start with '/'`);
  const parts = given.split('/').filter((part) => part !== '');
  if (parts.some((part) => part === '.' || part === '..')) throw invalid(`Path (${given}) is not canonical.`);
  return `/${(parts[0] === 'Workspace' ? parts.slice(1) : parts).join('/')}`;
}

/** The folder that a path is in; `/` for the root itself. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** The folder that everybody of the workspace has for himself. */
export function homeOf(userName: string): string {
  return `/Users/${userName}`;
}

/** What stands at a path; folders that every workspace has come into being when they are first asked for. */
export function objectAt(session: CallContext, path: string): WorkspaceObject | undefined {
  const { workspace, principals } = session.state;
  const present = workspace.objects.get(path);
  if (present !== undefined) return present;
  const owner = path.startsWith('/Users/') ? principals.get(path.slice('/Users/'.length)) : undefined;
  if (owner === undefined && !['/', '/Users', '/Shared'].includes(path)) return undefined;
  const folder = addDirectory(session, path);
  if (owner !== undefined) own(session, folder, owner.name);
  if (path === '/Shared') own(session, folder, 'users');
  return folder;
}

/** What stands at a path, if the caller has the level on it. */
export function requireObject(session: CallContext, path: string, level: string): WorkspaceObject {
  const object = objectAt(session, path);
  if (object === undefined) throw missing(`Path (${path}) doesn't exist.`);
  requireLevel(session, path, level);
  return object;
}

/** The kind of an object, as the permissions API spells it. */
export function kindOfObject({ type }: WorkspaceObject): ObjectKind {
  switch (type) {
    case 'DIRECTORY':
      return 'directories';
    case 'FILE':
      return 'files';
    case 'NOTEBOOK':
      return 'notebooks';
  }
}

/** The object of that kind and id. */
export function objectById(session: CallContext, kind: ObjectKind, id: string): WorkspaceObject | undefined {
  return [...session.state.workspace.objects.values()].find(
    (object) => object.id === id && kindOfObject(object) === kind,
  );
}

/** The rights on a path with those that come from the folders above it, the nearest first. */
export function rightsAbove(
  session: CallContext,
  path: string,
): { on: WorkspaceObject; right: ObjectRight }[] {
  const { workspace } = session.state;
  const found: { on: WorkspaceObject; right: ObjectRight }[] = [];
  for (let at = path; ; at = parentOf(at)) {
    const on = objectAt(session, at);
    const rights = on && workspace.rights.get(rightsKey(kindOfObject(on), on.id));
    if (on !== undefined) found.push(...(rights ?? []).map((right) => ({ on, right })));
    if (at === '/') return found;
  }
}

/** Whether one of the identities holds the level on a path, itself or by a folder above it. */
export function mayOn(
  session: CallContext,
  path: string,
  level: string,
  identities: ReadonlySet<string>,
): boolean {
  const levels: readonly string[] = LEVELS.files;
  const rights = rightsAbove(session, path).map(({ right }) => right);
  return rankOf('files', rights, identities) >= levels.indexOf(level);
}

function requireLevel(session: CallContext, path: string, level: string): void {
  // Everybody walks through the folders that every workspace has.
  if (level === 'CAN_READ' && ['/', '/Users', '/Shared'].includes(path)) return;
  if (isWorkspaceAdmin(session) || mayOn(session, path, level, session.access.identities)) return;
  throw lacksLevel(session, 'files', level, `the object at ${path}`);
}

/** Makes a folder and those above it; one that is there already is fine. */
export function makeDirectories(session: CallContext, path: string): void {
  const present = objectAt(session, path);
  if (present !== undefined) {
    if (present.type !== 'DIRECTORY') throw exists(session, path);
    return;
  }
  const above = parentOf(path);
  makeDirectories(session, above);
  requireLevel(session, above, 'CAN_EDIT');
  addDirectory(session, path);
}

/** What is put at a path: a file, or a notebook of a language. */
export interface NewFile {
  readonly path: string;
  readonly received: Received;
  readonly language: string | undefined;
  readonly overwrite: boolean;
}

/** Puts a file or notebook at a path whose folder is there. */
export function putFile(
  session: CallContext,
  { path, received, language, overwrite }: NewFile,
): WorkspaceObject {
  const above = parentOf(path);
  const folder = objectAt(session, above);
  if (folder?.type !== 'DIRECTORY') throw missing(`The parent folder (${above}) does not exist.`);
  requireLevel(session, above, 'CAN_EDIT');
  const present = objectAt(session, path);
  if (present !== undefined && (!overwrite || present.type === 'DIRECTORY')) throw exists(session, path);
  const now = session.now();
  const file = {
    content: received.content,
    modified: now,
    contentType: 'application/octet-stream',
    ...(received.sha256 === undefined ? {} : { sha256: received.sha256 }),
  };
  const common = {
    id: present?.id ?? nextNumber(session.state.workspace, session.switches.runIdsLarge),
    path,
    createdAt: present?.createdAt ?? now,
    modifiedAt: now,
    file,
  };
  const object: WorkspaceObject =
    language === undefined ? { ...common, type: 'FILE' } : { ...common, type: 'NOTEBOOK', language };
  session.state.workspace.objects.set(path, object);
  return object;
}

/** The objects in a folder; of a file, itself. */
export function childrenOf(session: CallContext, path: string): WorkspaceObject[] {
  const object = requireObject(session, path, 'CAN_READ');
  if (object.type !== 'DIRECTORY') return [object];
  if (path === '/Users') {
    for (const { name } of session.state.principals.values()) objectAt(session, homeOf(name));
  }
  if (path === '/') for (const name of ['/Users', '/Shared']) objectAt(session, name);
  return [...session.state.workspace.objects.values()].filter(
    (each) => each.path !== '/' && parentOf(each.path) === path && isReadable(session, each.path),
  );
}

function isReadable(session: CallContext, path: string): boolean {
  return isWorkspaceAdmin(session) || mayOn(session, path, 'CAN_READ', session.access.identities);
}

/** Deletes what stands at a path; a folder that is not empty only with `recursive`. */
export function deleteObject(session: CallContext, path: string, recursive: boolean): void {
  const { workspace } = session.state;
  requireObject(session, path, 'CAN_MANAGE');
  const below = [...workspace.objects.values()].filter((each) => each.path.startsWith(`${path}/`));
  if (below.length > 0 && !recursive) {
    throw new ApiError(400, 'DIRECTORY_NOT_EMPTY', `Folder (${path}) is not empty.`);
  }
  for (const object of [...below, requireObject(session, path, 'CAN_MANAGE')]) {
    workspace.objects.delete(object.path);
    workspace.rights.delete(rightsKey(kindOfObject(object), object.id));
  }
}

function addDirectory(session: CallContext, path: string): WorkspaceObject {
  const { workspace } = session.state;
  const now = session.now();
  const id = nextNumber(workspace, session.switches.runIdsLarge);
  const folder: WorkspaceObject = { id, path, createdAt: now, modifiedAt: now, type: 'DIRECTORY' };
  workspace.objects.set(path, folder);
  return folder;
}

function own(session: CallContext, object: WorkspaceObject, principal: string): void {
  session.state.workspace.rights.set(rightsKey(kindOfObject(object), object.id), [
    { principal, level: 'CAN_MANAGE' },
  ]);
}

function exists({ switches }: CallContext, path: string): ApiError {
  return new ApiError(switches.existsStatus, 'RESOURCE_ALREADY_EXISTS', `Path (${path}) already exists.`);
}
