import { EVERYBODY, isPerson, type PrincipalGroup } from '../../domain/principal.ts';
import { securablePath } from '../../domain/privilege.ts';
import type { GrantDecision } from '../../policy/grants/decide.ts';
import type { DoubtKind } from '../../policy/grants/doubts.ts';
import type { GrantFacts, SecurableFacts } from '../../policy/grants/facts.ts';
import type { RequiredRight } from '../../policy/grants/right.ts';
import type { Snapshot } from '../snapshot.ts';
import { asksByName, readAllGrantFacts, readGroupGrantFacts, orRefused } from './read.ts';

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
  const open = decision.rights.filter(({ state }) => state !== 'granted');
  if (open.length === 0) return undefined;
  const doubts = new Set(open.flatMap((each) => ('doubts' in each ? each.doubts : [])));
  const wanted = (...kinds: DoubtKind[]): boolean => kinds.some((kind) => doubts.has(kind));
  const isMissing = open.some((each) => each.state === 'missing' && each.absent !== true);
  // Everybody's rows tell what a filter leaves out, and what was late. Where grants are direct ones they are shown to
  // owners only, untold.
  const asksAll = facts.grants !== 'direct' && (isMissing || wanted('groups', 'unread'));
  const needsNames = decision.isCaller && !sawGroups(facts);
  const byNameToo = needsNames && asksByName(facts);
  const readings = {
    byName: byNameToo ? readGroupGrantFacts(rights, snapshot) : undefined,
    ofAll: asksAll ? readAllGrantFacts(rights, snapshot) : undefined,
    groups:
      decision.isCaller && (wanted('groups') || byNameToo)
        ? readGroupsNamed(
            [...ownersIn(facts).filter(mayBeGroup(facts)), ...(byNameToo ? facts.caller.groups : [])],
            decision,
            snapshot,
          )
        : undefined,
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
  const own = byName ?? facts;
  const seen = ofAll !== undefined && isReadable(ofAll) ? withAll(own, ofAll) : own;
  return {
    ...seen,
    shownGroups: decision.shownGroups,
    ...(needsNames && byName === undefined ? { askedByName: 'not-all' as const } : {}),
    ...(groups === undefined ? {} : { groups }),
    ...(inheritance === undefined ? {} : { inheritance }),
    securables: seen.securables.map((each, index) => {
      const read = policies?.[index];
      return read === undefined ? each : { ...each, policies: read };
    }),
  };
}

/** Facts with everybody's rows beside those that were asked for. */
function withAll(own: GrantFacts, ofAll: GrantFacts): GrantFacts {
  return {
    ...own,
    filteredByPrincipal: false,
    securables: own.securables.map((each, index) => {
      const rows = ofAll.securables[index]?.assignments ?? [];
      const lists = [each.assignments, rows].filter((list) => 'length' in list);
      return { ...each, assignments: lists.flat() };
    }),
  };
}

/**
 * Reads whether a user or service principal, who is not the caller, is in the groups that hold or own; undefined where
 * that is not in doubt. One more round, which the caller's own groups need not.
 */
export async function readTheirGroups(
  decision: GrantDecision,
  facts: GrantFacts,
  snapshot: Snapshot,
): Promise<GrantFacts | undefined> {
  const { isCaller, principal, rights } = decision;
  const isOpen = rights.some((each) => 'doubts' in each && each.doubts.includes('groups'));
  if (isCaller || !isOpen || !isPerson(principal) || snapshot.registry.directory === undefined)
    return undefined;
  const [id, groups] = await Promise.all([
    orRefused(snapshot.person(principal), () => undefined),
    readGroupsNamed([...ownersIn(facts), ...rowsIn(facts)].filter(mayBeGroup(facts)), decision, snapshot),
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

/** Names of groups, and those that look like a user's and stand in the caller's list of groups. */
function mayBeGroup({ caller }: GrantFacts): (name: string) => boolean {
  return (name) => !isPerson(name) || caller.groups.includes(name);
}

function ownersIn({ securables }: GrantFacts): string[] {
  return securables.flatMap(({ owner }) => (typeof owner === 'string' ? [owner] : []));
}

function rowsIn({ securables }: GrantFacts): string[] {
  return securables.flatMap(({ assignments }) =>
    'length' in assignments ? assignments.map((row) => row.principal) : [],
  );
}

/** The groups of the caller's list that own or hold something, looked up: they may be others of the same name. */
export async function readNamesakes(
  facts: GrantFacts,
  snapshot: Snapshot,
): Promise<readonly PrincipalGroup[]> {
  const names = [...ownersIn(facts), ...rowsIn(facts)].filter((name) => facts.caller.groups.includes(name));
  return readGroupsNamed(names, { shownGroups: [] }, snapshot);
}

async function readGroupsNamed(
  names: readonly string[],
  { shownGroups }: Pick<GrantDecision, 'shownGroups'>,
  snapshot: Snapshot,
): Promise<readonly PrincipalGroup[]> {
  const groups = [...new Set(names)].filter(
    (name) => name !== '' && name !== EVERYBODY && !shownGroups.includes(name),
  );
  const read = await Promise.all(groups.map((name) => orRefused(snapshot.group(name), () => undefined)));
  return read.filter((group) => group !== undefined);
}

/** Whether grants on a parent hold below it, as the metastore tells it. */
export async function readInheritance(snapshot: Snapshot): Promise<GrantFacts['inheritance']> {
  const reported = snapshot.metastore().then((metastore) => metastore?.inheritance);
  return (await orRefused(reported, (why) => ({ unreadable: why }))) ?? { unreadable: 'it does not say' };
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
