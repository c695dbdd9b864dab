import { hasCode, messageOf } from '../domain/errors.ts';
import { EVERYBODY, isPerson, type PrincipalGroup } from '../domain/principal.ts';
import { securablePath } from '../domain/privilege.ts';
import type { DoubtKind } from '../policy/grants-doubts.ts';
import type { GrantDecision } from '../policy/grants.ts';
import type { GrantFacts, SecurableFacts } from '../policy/grants-facts.ts';
import type { RequiredRight } from '../policy/grants-rights.ts';
import { readAllGrantFacts, readGroupGrantFacts } from './grants.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Reads what may settle the rights that a decision did not grant, all in one round: rows of groups, members of groups
 * that own, policies, the metastore's privilege model. Undefined where there is nothing more to read.
 */
export async function readCloser(
  rights: readonly RequiredRight[],
  decision: GrantDecision,
  facts: GrantFacts,
  snapshot: Snapshot,
): Promise<GrantFacts | undefined> {
  if (decision.rights.every(({ state }) => state === 'granted')) return undefined;
  const doubts = new Set(decision.rights.flatMap((each) => ('doubts' in each ? each.doubts : [])));
  const wanted = (kind: DoubtKind): boolean => doubts.has(kind);
  // Everybody's rows tell what a filter leaves out. Where grants are direct ones they are shown to owners only, untold.
  const asksAll = !decision.rowsKnown && facts.grants !== 'direct';
  const asksByName = decision.isCaller && !sawGroups(facts);
  const readings = {
    byName: asksByName ? readGroupGrantFacts(rights, snapshot) : undefined,
    ofAll: asksAll ? readAllGrantFacts(rights, snapshot) : undefined,
    groups: decision.isCaller && wanted('groups') ? readOwningGroups(facts, snapshot) : undefined,
    inheritance: wanted('inheritance') ? readInheritance(snapshot) : undefined,
    policies: wanted('policies') ? readPolicies(facts, snapshot) : undefined,
  };
  if (Object.values(readings).every((reading) => reading === undefined)) return undefined;
  const [byName, ofAll, groups, inheritance, policies] = await Promise.all([
    readings.byName,
    readings.ofAll,
    readings.groups,
    readings.inheritance,
    readings.policies,
  ]);
  const seen = ofAll !== undefined && isReadable(ofAll) ? ofAll : (byName ?? facts);
  return {
    ...seen,
    ...(groups === undefined ? {} : { groups }),
    ...(inheritance === undefined ? {} : { inheritance }),
    securables: seen.securables.map((each, index) => {
      const read = policies?.[index];
      return read === undefined ? each : { ...each, policies: read };
    }),
  };
}

/**
 * Reads whether a user or service principal, who is not the caller, is in the groups that hold or own; undefined where
 * that is not in doubt. One more round, which the caller's own groups need not.
 */
export async function readTheirGroups(
  { isCaller, principal, rights }: GrantDecision,
  facts: GrantFacts,
  snapshot: Snapshot,
): Promise<GrantFacts | undefined> {
  const isOpen = rights.some((each) => 'doubts' in each && each.doubts.includes('groups'));
  if (isCaller || !isOpen || !isPerson(principal) || snapshot.registry.directory === undefined)
    return undefined;
  const names = facts.securables.flatMap(({ owner, assignments }) => [
    ...(typeof owner === 'string' ? [owner] : []),
    ...('length' in assignments ? assignments.map((row) => row.principal) : []),
  ]);
  const [id, groups] = await Promise.all([
    orRefused(snapshot.person(principal), () => undefined),
    readGroupsNamed(names, snapshot),
  ]);
  return id === undefined ? undefined : { ...facts, groups, principalId: id };
}

function isReadable({ securables }: GrantFacts): boolean {
  return securables.every(({ assignments }) => !('unreadable' in assignments));
}

/** A row of one of the caller's groups, or of everybody, shows that the filter for a principal looks through groups. */
function sawGroups({ securables, caller }: GrantFacts): boolean {
  return securables.some(
    ({ assignments }) =>
      'length' in assignments &&
      assignments.some(
        ({ principal }) => caller.groups.includes(principal) || principal.toLowerCase() === EVERYBODY,
      ),
  );
}

async function readOwningGroups(facts: GrantFacts, snapshot: Snapshot): Promise<readonly PrincipalGroup[]> {
  const owners = facts.securables.flatMap(({ owner }) => (typeof owner === 'string' ? [owner] : []));
  return readGroupsNamed(
    owners.filter((owner) => !facts.caller.groups.includes(owner)),
    snapshot,
  );
}

async function readGroupsNamed(
  names: readonly string[],
  snapshot: Snapshot,
): Promise<readonly PrincipalGroup[]> {
  const groups = [...new Set(names)].filter((name) => name !== '' && !isPerson(name) && name !== EVERYBODY);
  const read = await Promise.all(groups.map((name) => orRefused(snapshot.group(name), () => undefined)));
  return read.filter((group) => group !== undefined);
}

/** Whether grants on a parent hold below it, as the metastore tells it. */
export async function readInheritance(snapshot: Snapshot): Promise<GrantFacts['inheritance']> {
  const told = snapshot.metastore().then((metastore) => metastore?.inheritance);
  return (await orRefused(told, (why) => ({ unreadable: why }))) ?? { unreadable: 'it does not say' };
}

/** The policies that grant on each model among the facts, in their order. */
export async function readPolicies(
  facts: GrantFacts,
  snapshot: Snapshot,
): Promise<readonly SecurableFacts['policies'][]> {
  return Promise.all(
    facts.securables.map(async ({ securable, exists }) => {
      const [, schema] = securablePath(securable);
      if (securable.type !== 'function' || exists === false || schema === undefined) return undefined;
      return orRefused(snapshot.policies(schema), (why) => ({ unreadable: why }));
    }),
  );
}

/** What was read, or something else where the registry refused or does not know it; an outage is thrown. */
async function orRefused<T, U>(reading: Promise<T>, otherwise: (why: string) => U): Promise<T | U> {
  try {
    return await reading;
  } catch (error) {
    if (hasCode(error, 'permission-denied', 'not-found', 'invalid-input')) return otherwise(messageOf(error));
    throw error;
  }
}
