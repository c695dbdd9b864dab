import type { CheckMode, NotApplicable } from '../domain/decision.ts';
import { decideGrants, type GrantDecision } from '../policy/grants.ts';
import type { RequiredRight } from '../policy/grants-rights.ts';
import { readGrantFacts, readGroupGrantFacts } from './grants.ts';
import type { Snapshot } from './snapshot.ts';

/** Said of privileges where a registry has none that could be read. */
export const NO_GRANTS: NotApplicable = {
  notApplicable: 'this registry has no grants that could be read; it may still refuse',
};

/**
 * Whether the caller holds the rights that an action needs; null when the check is off. Nothing is read then, nor
 * where the registry has no grants.
 */
export async function checkPrivileges(
  rights: readonly RequiredRight[],
  snapshot: Snapshot,
  mode: CheckMode,
): Promise<GrantDecision | NotApplicable | null> {
  if (mode === 'off') return null;
  if (snapshot.registry.capabilities.grants === 'none') return NO_GRANTS;
  return judgeCaller(rights, snapshot);
}

/** Judges the caller's rights; before any is called missing, the rows of the caller's groups are asked for by name. */
export async function judgeCaller(
  rights: readonly RequiredRight[],
  snapshot: Snapshot,
): Promise<GrantDecision> {
  const facts = await readGrantFacts(rights, snapshot);
  const decision = decideGrants(rights, facts);
  const sawGroups = facts.securables.some(
    ({ assignments }) =>
      'length' in assignments && assignments.some((row) => facts.caller.groups.includes(row.principal)),
  );
  if (decision.allowed || sawGroups || facts.caller.groups.length === 0) return decision;
  return decideGrants(rights, await readGroupGrantFacts(rights, snapshot));
}

/** Judges the rights of somebody who may not be the caller. */
export async function judgePrincipal(
  rights: readonly RequiredRight[],
  principal: string,
  snapshot: Snapshot,
): Promise<GrantDecision> {
  return decideGrants(rights, await readGrantFacts(rights, snapshot, principal), principal);
}
