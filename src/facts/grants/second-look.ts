import { EVERYBODY, isNamed, isPerson, type PrincipalGroup } from '../../domain/principal.ts';
import { METASTORE, sameSecurable, securablePath, type Securable } from '../../domain/privilege.ts';
import { handledLater } from '../../domain/promises.ts';
import type { GrantDecision } from '../../policy/grants/decide.ts';
import type { DoubtKind } from '../../policy/grants/doubts.ts';
import { evidenceOf } from '../../policy/grants/evidence.ts';
import type { GrantFacts, SecurableFacts } from '../../policy/grants/facts.ts';
import { namesThatHold } from '../../policy/grants/holders.ts';
import { concernsMetastore, securablesOf } from '../../policy/grants/required.ts';
import type { RequiredRight } from '../../policy/grants/right.ts';
import { mayContain, subjectOf } from '../../policy/grants/subject.ts';
import type { Snapshot } from '../snapshot.ts';
import { asksByName, readAllGrantFacts, readGroupGrantFacts, readMetastore, orRefused } from './read.ts';

/**
 * Reads what may settle the rights that a decision did not grant, all in one round: rows of groups, members of groups
 * that own, policies, the metastore's privilege model and owner. Undefined where there is nothing more to read.
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
  // Everybody's rows show what a filter leaves out, and what was late. Where grants are direct ones they are shown to
  // owners only, untold.
  const asksAll = facts.grants !== 'direct' && (isMissing || wanted('groups', 'unread'));
  const needsNames = decision.isCaller && !sawGroups(facts);
  const byNameToo = needsNames && asksByName(facts);
  const owners = ownersIn(facts).filter(mayBeGroup(facts));
  const asksOwners = wanted('groups') || byNameToo || (facts.groupsIncomplete === true && owners.length > 0);
  const readings = {
    byName: byNameToo ? readGroupGrantFacts(rights, snapshot) : undefined,
    ofAll: asksAll ? readAllGrantFacts(rights, snapshot) : undefined,
    groups:
      decision.isCaller && asksOwners
        ? readGroupsNamed([...owners, ...(byNameToo ? facts.caller.groups : [])], decision, snapshot)
        : undefined,
    inheritance: wanted('inheritance') ? readInheritance(snapshot) : undefined,
    policies: wanted('policies') ? readPolicies(facts, snapshot) : undefined,
    metastore: asksMetastore(open, facts, snapshot) ? readMetastore(snapshot) : undefined,
  };
  if (Object.values(readings).every((reading) => reading === undefined)) return undefined;
  const [byName, ofAll, groups, inheritance, policies, metastore] = await Promise.all([
    readings.byName,
    readings.ofAll,
    readings.groups,
    readings.inheritance,
    readings.policies,
    readings.metastore,
  ]);
  const owner = metastore?.owner;
  const owning =
    decision.isCaller && typeof owner === 'string' && mayContain(subjectOf(facts, decision.principal), owner)
      ? await readGroupsNamed([owner], decision, snapshot)
      : [];
  const own = byName ?? facts;
  const seen = ofAll !== undefined && isReadable(ofAll) ? withAll(own, ofAll) : own;
  return {
    ...seen,
    shownGroups: decision.shownGroups,
    ...(needsNames && byName === undefined ? { askedByName: 'not-all' as const } : {}),
    ...(groups === undefined && owning.length === 0 ? {} : { groups: [...(groups ?? []), ...owning] }),
    ...(inheritance === undefined ? {} : { inheritance }),
    securables: [
      ...seen.securables.map((each, index) => {
        const read = policies?.[index];
        return read === undefined ? each : { ...each, policies: read };
      }),
      ...(metastore === undefined ? [] : [metastore]),
    ],
  };
}

/** Whether who owns the metastore may settle a right, and is not among the facts yet. */
function asksMetastore(
  open: GrantDecision['rights'],
  { securables }: GrantFacts,
  { registry }: Snapshot,
): boolean {
  const isRead = securables.some(({ securable }) => securable.type === METASTORE.type);
  return !isRead && registry.getMetastore !== undefined && open.some(({ right }) => concernsMetastore(right));
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
 * Reads whether a principal, who is not the caller, is in the groups that hold or own; undefined where that is not in doubt.
 * Names that look like a person's are looked up too, since only the lists show whether they are groups. One more round,
 * which the caller's own groups need not.
 */
export async function readTheirGroups(
  decision: GrantDecision,
  facts: GrantFacts,
  snapshot: Snapshot,
): Promise<GrantFacts | undefined> {
  const { isCaller, principal, rights } = decision;
  if (isCaller || snapshot.registry.directory === undefined) return undefined;
  const subject = subjectOf(facts, principal);
  const open = rights.filter(({ state }) => state !== 'granted').map(({ right }) => right);
  const alike = namesThatHold(open, evidenceOf(facts, subject)).filter(
    (name) => isPerson(name) && !isNamed(subject.names, name),
  );
  const isOpen = rights.some((each) => 'doubts' in each && each.doubts.includes('groups'));
  const named =
    isOpen && subject.isPerson ? [...ownersIn(facts), ...rowsIn(facts)].filter(mayBeGroup(facts)) : [];
  if (alike.length === 0 && named.length === 0) return undefined;
  const [id, groups] = await Promise.all([
    !subject.isPerson ? undefined : orRefused(snapshot.person(principal), () => undefined),
    readGroupsNamed([...named, ...alike], decision, snapshot),
  ]);
  if (groups.length === 0) return undefined;
  return {
    ...facts,
    groups: [...(facts.groups ?? []), ...groups],
    ...(id === undefined ? {} : { principalId: id }),
  };
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

/** Names of groups, and those that look like a person's and may be one of the caller's groups. */
function mayBeGroup({ caller, groupsIncomplete }: GrantFacts): (name: string) => boolean {
  const own = [caller.principal, ...caller.alsoKnownAs];
  return (name) =>
    !isPerson(name) || caller.groups.includes(name) || (groupsIncomplete === true && !isNamed(own, name));
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

/** Whether grants on a parent hold below it, as the metastore says. */
export async function readInheritance(snapshot: Snapshot): Promise<GrantFacts['inheritance']> {
  const reported = snapshot.metastore().then((metastore) => metastore?.inheritance);
  return (await orRefused(reported, (why) => ({ unreadable: why }))) ?? { unreadable: 'not stated' };
}

/** The policies that grant or deny on each model and schema among the facts, in their order. */
export async function readPolicies(
  facts: GrantFacts,
  snapshot: Snapshot,
): Promise<readonly SecurableFacts['policies'][]> {
  return Promise.all(
    facts.securables.map(async ({ securable, exists }) => {
      const schema = securablePath(securable).find(({ type }) => type === 'schema');
      if (exists === false || schema === undefined) return undefined;
      return orRefused(snapshot.policies(schema), (why) => ({ unreadable: why }));
    }),
  );
}

/** The policies that may deny what is held: of models and schemas, and of catalogs that are asked about, in the facts' order. */
export async function readDenials(
  rights: readonly RequiredRight[],
  facts: GrantFacts,
  snapshot: Snapshot,
): Promise<readonly SecurableFacts['policies'][] | undefined> {
  if (facts.policies !== true) return undefined;
  const catalogs = catalogsAskedAbout(rights);
  const below = await readPolicies(facts, snapshot);
  return Promise.all(
    facts.securables.map(async ({ securable }, index) =>
      catalogs.some((each) => sameSecurable(each, securable))
        ? orRefused(snapshot.policies(securable), (why) => ({ unreadable: why }))
        : below[index],
    ),
  );
}

/** The facts with policies, which are in the order of the facts that they were read for. */
export function withPolicies(
  facts: GrantFacts,
  policies: readonly SecurableFacts['policies'][] = [],
): GrantFacts {
  return {
    ...facts,
    securables: facts.securables.map((each, index) => {
      const read = policies[index];
      return read === undefined ? each : { ...each, policies: read };
    }),
  };
}

/** Starts to read what {@link readDenials} will need, beside the grants. */
export function prefetchPolicies(rights: readonly RequiredRight[], snapshot: Snapshot): void {
  if (snapshot.registry.listPolicies === undefined) return;
  const schemas = securablesOf(rights).filter(({ type }) => type === 'schema');
  for (const parent of [...schemas, ...catalogsAskedAbout(rights)]) handledLater(snapshot.policies(parent));
}

/** To use a catalog is needed for everything, and no policy denies it. */
function catalogsAskedAbout(rights: readonly RequiredRight[]): Securable[] {
  return securablesOf(
    rights.filter(({ securable: { type }, privilege }) => type === 'catalog' && privilege !== 'USE_CATALOG'),
  );
}
