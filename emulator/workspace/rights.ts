import { everyone } from '../metastore/access.ts';
import { denied, invalid } from '../metastore/api-error.ts';
import type { CallContext } from '../metastore/session.ts';
import type { ObjectRight } from './state.ts';

/** Kinds of objects with rights, as paths of the permissions API spell them, and the levels of each, the weakest first. */
export const LEVELS = {
  jobs: ['CAN_VIEW', 'CAN_MANAGE_RUN', 'IS_OWNER', 'CAN_MANAGE'],
  'serving-endpoints': ['CAN_VIEW', 'CAN_QUERY', 'CAN_MANAGE'],
  warehouses: ['CAN_VIEW', 'CAN_MONITOR', 'CAN_USE', 'IS_OWNER', 'CAN_MANAGE'],
  files: ['CAN_READ', 'CAN_RUN', 'CAN_EDIT', 'CAN_MANAGE'],
  notebooks: ['CAN_READ', 'CAN_RUN', 'CAN_EDIT', 'CAN_MANAGE'],
  directories: ['CAN_READ', 'CAN_RUN', 'CAN_EDIT', 'CAN_MANAGE'],
} as const;

/** A kind of objects with rights. */
export type ObjectKind = keyof typeof LEVELS;

/** The key of an object's rights. */
export function rightsKey(kind: ObjectKind, id: string): string {
  return `${kind}/${id}`;
}

/** Admins of the workspace may do everything in it. */
export function isWorkspaceAdmin({ access }: CallContext): boolean {
  return access.isMetastoreAdmin() || access.identities.has('admins');
}

/** The strongest of the rights that one of the identities holds; -1 for none. */
export function rankOf(
  kind: ObjectKind,
  rights: readonly ObjectRight[],
  identities: ReadonlySet<string>,
): number {
  const levels: readonly string[] = LEVELS[kind];
  const held = rights.filter(({ principal }) => identities.has(principal) || isEverybody(principal));
  return Math.max(-1, ...held.map(({ level }) => levels.indexOf(level)));
}

/** The group of all people of a workspace, and that of the account, are everybody. */
function isEverybody(principal: string): boolean {
  return principal === 'users' || principal === everyone;
}

/** The caller's level on an object, by its own rights alone; `undefined` for none. */
export function levelOn(session: CallContext, kind: ObjectKind, id: string): string | undefined {
  const levels: readonly string[] = LEVELS[kind];
  if (isWorkspaceAdmin(session)) return levels.at(-1);
  const rights = session.state.workspace.rights.get(rightsKey(kind, id)) ?? [];
  return levels[rankOf(kind, rights, session.access.identities)];
}

/** Whether the caller holds the level or a stronger one. */
export function holds(session: CallContext, kind: ObjectKind, id: string, level: string): boolean {
  const levels: readonly string[] = LEVELS[kind];
  const held = levelOn(session, kind, id);
  return held !== undefined && levels.indexOf(held) >= levels.indexOf(level);
}

/** 403 in Databricks' words: it lists the rights that would do. */
export function lacksLevel(session: CallContext, kind: ObjectKind, level: string, what: string): Error {
  const levels: readonly string[] = LEVELS[kind];
  const enough = levels.slice(levels.indexOf(level)).map((each) => each.replaceAll('_', ' '));
  return denied(`User ${session.caller} does not have ${enough.join(' or ')} permissions on ${what}.`);
}

/** Reads the rights of a request; throws for a level that the kind does not have, or for no principal. */
export function rightsIn(
  kind: ObjectKind,
  rows: readonly Readonly<Record<string, unknown>>[],
): ObjectRight[] {
  const levels: readonly string[] = LEVELS[kind];
  return rows.map((row) => {
    const named = ['user_name', 'group_name', 'service_principal_name'].flatMap((field) =>
      typeof row[field] === 'string' ? [row[field]] : [],
    );
    const [principal] = named;
    if (principal === undefined || named.length > 1) {
      throw invalid('Each entry of access_control_list names one user, group or service principal.');
    }
    const level = row['permission_level'];
    if (typeof level !== 'string' || !levels.includes(level)) {
      throw invalid(`Invalid permission level ${String(level)} for ${kind}.`);
    }
    return { principal, level };
  });
}

/** Adds rights to those of an object, {@link rightsWith}. */
export function addRights(session: CallContext, key: string, added: readonly ObjectRight[]): void {
  const { rights } = session.state.workspace;
  rights.set(key, rightsWith(rights.get(key) ?? [], added));
}

/** Rights with others added; one principal has one level, the last one given. */
export function rightsWith(former: readonly ObjectRight[], added: readonly ObjectRight[]): ObjectRight[] {
  const named = new Set(added.map(({ principal }) => principal));
  return [...former.filter(({ principal }) => !named.has(principal)), ...added];
}
