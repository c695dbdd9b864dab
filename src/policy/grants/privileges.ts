import type { Privilege, SecurableType } from '../../domain/privilege.ts';

/** Stands beside the privileges where ownership is what an operation needs; no `GRANT` confers it. */
export const OWNERSHIP = 'OWNERSHIP';

/** Stands for every applicable privilege but a few (uc-protocol §10.2). */
export const ALL_PRIVILEGES = 'ALL_PRIVILEGES';

interface PrivilegeRow {
  /** Where it can be granted; granted on a parent it reaches every object below. */
  readonly grantedOn: readonly SecurableType[];
  /** The objects that it acts upon: owners have it there, and not on the objects below theirs. */
  readonly actsOn: readonly SecurableType[];
}

const CATALOG: readonly SecurableType[] = ['catalog'];
const FROM_SCHEMA: readonly SecurableType[] = ['catalog', 'schema'];
const ALL: readonly SecurableType[] = ['catalog', 'schema', 'function'];
const FUNCTION: readonly SecurableType[] = ['function'];
const SCHEMA: readonly SecurableType[] = ['schema'];

// uc-protocol §10.2; the rows about tables and volumes are there so that a `require` line may name them.
const PRIVILEGES: ReadonlyMap<string, PrivilegeRow> = new Map([
  ['USE_CATALOG', { grantedOn: CATALOG, actsOn: CATALOG }],
  ['USE_SCHEMA', { grantedOn: FROM_SCHEMA, actsOn: SCHEMA }],
  ['EXECUTE', { grantedOn: ALL, actsOn: FUNCTION }],
  ['CREATE_MODEL', { grantedOn: FROM_SCHEMA, actsOn: SCHEMA }],
  ['CREATE_FUNCTION', { grantedOn: FROM_SCHEMA, actsOn: SCHEMA }],
  ['CREATE_MODEL_VERSION', { grantedOn: ALL, actsOn: FUNCTION }],
  ['APPLY_TAG', { grantedOn: ALL, actsOn: ALL }],
  ['MANAGE', { grantedOn: ALL, actsOn: ALL }],
  [ALL_PRIVILEGES, { grantedOn: ALL, actsOn: FUNCTION }],
  ['BROWSE', { grantedOn: CATALOG, actsOn: CATALOG }],
  ['CREATE_SCHEMA', { grantedOn: CATALOG, actsOn: CATALOG }],
  ['CREATE_TABLE', { grantedOn: FROM_SCHEMA, actsOn: SCHEMA }],
  ['CREATE_VOLUME', { grantedOn: FROM_SCHEMA, actsOn: SCHEMA }],
  ['CREATE_MATERIALIZED_VIEW', { grantedOn: FROM_SCHEMA, actsOn: SCHEMA }],
  ['EXTERNAL_USE_SCHEMA', { grantedOn: FROM_SCHEMA, actsOn: [] }],
  ['SELECT', { grantedOn: FROM_SCHEMA, actsOn: [] }],
  ['MODIFY', { grantedOn: FROM_SCHEMA, actsOn: [] }],
  ['REFRESH', { grantedOn: FROM_SCHEMA, actsOn: [] }],
  ['READ_VOLUME', { grantedOn: FROM_SCHEMA, actsOn: [] }],
  ['WRITE_VOLUME', { grantedOn: FROM_SCHEMA, actsOn: [] }],
  [OWNERSHIP, { grantedOn: ALL, actsOn: ['metastore', ...ALL] }],
]);

/** Every privilege that a `require` line may name, in canonical spelling, and `OWNERSHIP`. */
export const KNOWN_PRIVILEGES: readonly Privilege[] = [...PRIVILEGES.keys()];

/** Where a privilege can be granted; undefined for one that this tool has not learnt. */
export function grantableOn(privilege: Privilege): readonly SecurableType[] | undefined {
  return PRIVILEGES.get(privilege)?.grantedOn;
}

/**
 * True when owning an object of the type is enough for the privilege on it (uc-protocol §10.2: an owner has all on
 * the object, and no data privilege on what is below).
 */
export function ownerHolds(privilege: Privilege, type: SecurableType): boolean {
  return (PRIVILEGES.get(privilege)?.actsOn ?? FUNCTION).includes(type);
}

/**
 * True when a grant of `held` on an object of the type is one of `needed`: the same word, `ALL_PRIVILEGES` (which
 * leaves out MANAGE and EXTERNAL_USE_*), or the `USAGE` of older responses (uc-protocol §10.2). `beforeModel1`: the
 * metastore has the older privilege model, in which `ALL_PRIVILEGES` is what there was when it was granted.
 */
export function privilegeCovers(
  held: Privilege,
  type: SecurableType,
  needed: Privilege,
  beforeModel1 = false,
): boolean {
  if (needed === OWNERSHIP) return false;
  if (held === needed) return true;
  if (held === ALL_PRIVILEGES && !beforeModel1)
    return needed !== 'MANAGE' && !needed.startsWith('EXTERNAL_USE_');
  if (held === 'USAGE') {
    return (type === 'catalog' && needed === 'USE_CATALOG') || (type === 'schema' && needed === 'USE_SCHEMA');
  }
  return false;
}

/**
 * True for the `CREATE` of older responses, of which nothing says whether it covers models, and for `ALL_PRIVILEGES` of
 * the older privilege model, which had what there was when it was granted (Databricks, "Upgrade to privilege inheritance").
 */
export function mayCover(held: Privilege, needed: Privilege, beforeModel1 = false): boolean {
  if (held === ALL_PRIVILEGES) return beforeModel1 && privilegeCovers(held, 'function', needed);
  return held === 'CREATE' && (needed === 'CREATE_MODEL' || needed === 'CREATE_FUNCTION');
}
