import { grantingLineage, groupsOf, everyone } from './access.ts';
import { ApiError, denied, invalid } from './api-error.ts';
import { principalExists, requirePrincipal } from './models.ts';
import { absent, kindOf, requireAccessControl, requireParents, type CallContext } from './session.ts';
import { grantKey, type SecurableType, type MetastoreState } from './state.ts';

/** One effective privilege; the `inherited` pair is absent for a direct grant. */
export interface EffectivePrivilege {
  privilege: string;
  inheritedFrom?: { type: SecurableType; name: string };
}

/** Change of one principal's direct grants. */
export interface GrantChange {
  principal: string;
  add: readonly string[];
  remove: readonly string[];
}

/** Wire spelling of a privilege: `USE CATALOG` and `use_catalog` become `USE_CATALOG`. */
export function privilegeName(text: string): string {
  return text.trim().replaceAll(' ', '_').toUpperCase();
}

const known = new Set(
  (
    'ACCESS ALL_PRIVILEGES APPLY_TAG BROWSE CREATE CREATE_CATALOG CREATE_FEATURE CREATE_FUNCTION CREATE_MODEL ' +
    'CREATE_MODEL_VERSION CREATE_SCHEMA CREATE_TABLE CREATE_VOLUME EXECUTE EXTERNAL_USE_SCHEMA MANAGE MODIFY ' +
    'READ_FEATURE READ_METADATA READ_VOLUME REFRESH SELECT USAGE USE_CATALOG USE_SCHEMA WRITE_VOLUME'
  ).split(' '),
);
const onFunctions = new Set(['ALL_PRIVILEGES', 'APPLY_TAG', 'CREATE_MODEL_VERSION', 'EXECUTE', 'MANAGE']);

/** Checks that the securable exists and that the caller may look at its grants. */
export function requireGrantsReader(
  session: CallContext,
  type: SecurableType,
  name: string,
  principal?: string,
): void {
  requireSecurable(session, type, name);
  const { access, switches } = session;
  if (access.manages(type, name) || switches.grantsOfOthers !== 'denied') return;
  if (principal === session.caller) return;
  throw denied(`User does not have READ METADATA on ${kindOf(type)} '${name}'.`);
}

/** Throws when the securable does not exist or its parents cannot be used by the caller. */
export function requireSecurable(session: CallContext, type: SecurableType, name: string): void {
  const { state } = session;
  if (type === 'metastore') return;
  const key = name.toLowerCase();
  if (type === 'catalog') {
    if (!state.catalogs.has(key))
      throw new ApiError(404, 'CATALOG_DOES_NOT_EXIST', `Catalog '${name}' does not exist.`);
    return;
  }
  const exists = type === 'schema' ? state.schemas.has(key) : state.models.has(key);
  if (!exists || type === 'function')
    requireParents(session, type === 'schema' ? (name.split('.')[0] ?? '') : name);
  if (!exists) {
    if (type === 'schema')
      throw new ApiError(404, 'SCHEMA_DOES_NOT_EXIST', `Schema '${name}' does not exist.`);
    throw absent(name);
  }
}

/** Direct grants: principal → privileges. */
export function directGrants(
  session: CallContext,
  type: SecurableType,
  name: string,
  principal?: string,
): [string, string[]][] {
  requireGrantsReader(session, type, name, principal);
  const rows = [...(session.state.grants.get(grantKey(type, name)) ?? [])];
  return rows
    .filter(([who]) => isShown(session, type, name, who) && matches(session, who, principal))
    .map(([who, set]) => [who, [...set]]);
}

/** Direct and inherited grants, one row a principal. Owners never appear. */
export function effectiveGrants(
  session: CallContext,
  type: SecurableType,
  name: string,
  principal?: string,
): [string, EffectivePrivilege[]][] {
  requireGrantsReader(session, type, name, principal);
  const grants = session.switches.effectiveGrantsStale
    ? session.lag.grantsSeen(session.state.grants)
    : session.state.grants;
  const rows = new Map<string, EffectivePrivilege[]>();
  for (const level of grantingLineage(session.state, type, name)) {
    for (const [who, privileges] of grants.get(grantKey(level.type, level.name)) ?? []) {
      if (!isShown(session, type, name, who) || !matches(session, who, principal)) continue;
      const row = rows.get(who) ?? [];
      for (const privilege of privileges) {
        row.push(level.type === type ? { privilege } : { privilege, inheritedFrom: level });
      }
      rows.set(who, row);
    }
  }
  return [...rows];
}

/** Whether a row is shown at all to the caller, who may see nobody else. */
function isShown(session: CallContext, type: SecurableType, name: string, who: string): boolean {
  const { access, caller, switches, state } = session;
  if (switches.grantsOfOthers !== 'own-only' || access.manages(type, name)) return true;
  return who === caller || who === everyone || groupsOf(state, caller).has(who);
}

function matches(session: CallContext, who: string, principal: string | undefined): boolean {
  if (principal === undefined || who === principal) return true;
  if (!session.switches.groupRowsInFilter) return false;
  return who === everyone || groupsOf(session.state, principal).has(who);
}

/** Applies grant changes: owner, MANAGE, owner of a parent, metastore admin. All or nothing. */
export function changeGrants(
  session: CallContext,
  type: SecurableType,
  name: string,
  changes: readonly GrantChange[],
): void {
  requireSecurable(session, type, name);
  if (!session.access.manages(type, name))
    throw denied(`User does not have MANAGE on ${kindOf(type)} '${name}'.`);
  requireAccessControl(session, type, name);
  for (const change of changes) {
    if (!principalExists(session, change.principal)) requirePrincipal(session, change.principal);
    for (const privilege of [...change.add, ...change.remove]) checkPrivilege(type, privilegeName(privilege));
  }
  session.lag.keepGrants(session.state.grants, 2);
  for (const change of changes) applyGrant(session.state, type, name, change);
}

function checkPrivilege(type: SecurableType, privilege: string): void {
  if (!known.has(privilege)) throw invalid(`Privilege ${privilege} is not a valid privilege.`);
  if (type === 'function' && !onFunctions.has(privilege)) {
    throw invalid(`Privilege ${privilege} is not applicable to this entity [FUNCTION].`);
  }
}

/** Writes one change without asking anybody. */
export function applyGrant(
  state: MetastoreState,
  type: SecurableType,
  name: string,
  change: GrantChange,
): void {
  const key = grantKey(type, name);
  const rows = state.grants.get(key) ?? new Map<string, Set<string>>();
  const set = rows.get(change.principal) ?? new Set<string>();
  for (const privilege of change.add) set.add(privilegeName(privilege));
  for (const privilege of change.remove) {
    // Revoking ALL PRIVILEGES also takes the single grants that it implied.
    if (privilegeName(privilege) === 'ALL_PRIVILEGES') {
      const managing = set.has('MANAGE');
      set.clear();
      if (managing) set.add('MANAGE');
    } else set.delete(privilegeName(privilege));
  }
  if (set.size > 0) rows.set(change.principal, set);
  else rows.delete(change.principal);
  state.grants.set(key, rows);
}
