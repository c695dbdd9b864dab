import type { CheckMode, NotApplicable } from '../../domain/decision.ts';
import { samePrincipal } from '../../domain/principal.ts';
import { decideGrants, type GrantDecision } from '../../policy/grants/decide.ts';
import type { GrantFacts, GrantOptions } from '../../policy/grants/facts.ts';
import { NO_CALLERS, NO_GRANTS } from '../../policy/grants/not-applicable.ts';
import type { RequiredRight } from '../../policy/grants/right.ts';
import type { Snapshot } from '../snapshot.ts';
import { readGrantFacts, readGrantFactsOf } from './read.ts';
import { prefetchPolicies, readCloser, readDenials, readTheirGroups, withPolicies } from './second-look.ts';

/**
 * Whether the caller holds the rights that an action needs; null when the check is off. Nothing is read then, nor
 * where the registry has no grants.
 */
export async function checkPrivileges(
  rights: readonly RequiredRight[],
  snapshot: Snapshot,
  mode: CheckMode,
  options: GrantOptions = {},
): Promise<GrantDecision | NotApplicable | null> {
  if (mode === 'off') return null;
  if (snapshot.registry.capabilities.grants === 'none') return NO_GRANTS;
  const decision = await judgeCaller(rights, snapshot, options);
  return decision.principal === '' ? NO_CALLERS : decision;
}

/** How rights are judged. */
export interface JudgingOptions extends GrantOptions {
  /**
   * Whether policies that may deny what is held are read too. What an action is about to do itself, the registry refuses
   * then; a gate has nothing that would.
   */
  readonly looksAtPolicies?: boolean;
}

/** Judges the caller's rights; before any is called missing or unknown, a closer look is taken. */
export async function judgeCaller(
  rights: readonly RequiredRight[],
  snapshot: Snapshot,
  options: JudgingOptions = {},
): Promise<GrantDecision> {
  const reading = readGrantFacts(rights, snapshot);
  if (options.looksAtPolicies === true) prefetchPolicies(rights, snapshot);
  return judge(rights, await reading, snapshot, options);
}

/** Judges the rights of somebody who may not be the caller. */
export async function judgePrincipal(
  rights: readonly RequiredRight[],
  principal: string,
  snapshot: Snapshot,
  options: JudgingOptions = {},
): Promise<GrantDecision> {
  const reading = readGrantFactsOf(principal, rights, snapshot);
  if (options.looksAtPolicies === true) prefetchPolicies(rights, snapshot);
  const facts = await reading;
  const { principal: own, alsoKnownAs } = facts.caller;
  const isCaller = [own, ...alsoKnownAs].some((name) => samePrincipal(name, principal));
  return isCaller
    ? judgeCaller(rights, snapshot, options)
    : judge(rights, facts, snapshot, options, principal);
}

async function judge(
  rights: readonly RequiredRight[],
  facts: GrantFacts,
  snapshot: Snapshot,
  options: JudgingOptions,
  principal?: string,
): Promise<GrantDecision> {
  const first = decideGrants(rights, facts, principal, options);
  const [closer, policies] = await Promise.all([
    readCloser(rights, first, facts, snapshot),
    options.looksAtPolicies === true ? readDenials(rights, facts, snapshot) : undefined,
  ]);
  if (closer === undefined && policies === undefined) return first;
  const seen = withPolicies(closer ?? facts, policies);
  const second = decideGrants(rights, seen, principal, options);
  const closest = await readTheirGroups(second, seen, snapshot);
  return closest === undefined ? second : decideGrants(rights, closest, principal, options);
}
