import { isPerson, samePrincipal, type PrincipalGroup } from '../../domain/principal.ts';
import type { GrantFacts, GrantOptions } from '../../policy/grants/facts.ts';
import { decideForbidden, type ForbidDecision } from '../../policy/grants/forbidden.ts';
import { isGroup, type Looked, type DirectoryFacts } from '../../policy/grants/groups.ts';
import type { RequiredRight } from '../../policy/grants/right.ts';
import type { Snapshot } from '../snapshot.ts';
import { readAllGrantFacts, orRefused } from './read.ts';
import { readInheritance, readNamesakes, readPolicies } from './second-look.ts';

/** What is said where a registry lists no groups. */
const NO_DIRECTORY = { unreadable: 'this registry has no readable lists of people and groups' };

/**
 * Judges who holds rights that only those of a list may hold, in at most three rounds: everybody's grants, the owners
 * and the listed groups; then who the holders are, and groups in groups; then one more level of those.
 */
export async function judgeForbidden(
  rights: readonly RequiredRight[],
  except: readonly string[],
  snapshot: Snapshot,
  options: GrantOptions = {},
): Promise<ForbidDecision> {
  const hasGroups = snapshot.registry.capabilities.groups;
  const listed = hasGroups ? except.filter((name) => !isPerson(name)) : [];
  const groups = new Map<string, Looked<PrincipalGroup>>();
  const [facts] = await Promise.all([
    readAllGrantFacts(rights, snapshot),
    readGroups(listed, groups, snapshot),
  ]);
  const first = decideForbidden(
    rights,
    facts,
    except,
    { groups, nested: new Map(), ids: new Map() },
    options,
  );
  const open = first.holders.filter(({ state }) => state !== 'excepted');
  const persons = open.filter(({ kind }) => kind === 'person').map(({ principal }) => principal);
  const nested = new Map<string, Looked<PrincipalGroup>>();
  const ids = new Map<string, Looked<string>>();
  const held = first.holders.filter(({ kind }) => kind === 'group').map(({ principal }) => principal);
  // A group may be named like a user, which is looked into only where somebody else holds something.
  const alike = hasGroups && open.length > 0 ? except.filter(isPerson) : [];
  const mayBeLetIn = first.holders.filter(
    ({ state, kind }) => kind === 'person' && (state === 'excepted' || listed.length > 0 || alike.length > 0),
  );
  const namesakes = hasGroups ? mayBeLetIn.map(({ principal }) => principal) : [];
  const [seen] = await Promise.all([
    readRest(first, facts, snapshot),
    readAlike([...alike, ...namesakes], groups, ids, snapshot),
    readGroups(
      held.filter((name) => !groups.has(name)),
      groups,
      snapshot,
    ),
    readNested([...groups.values()], nested, snapshot),
    listed.length === 0 && alike.length === 0 ? undefined : readIds(persons, ids, snapshot),
  ]);
  await readNested([...groups.values(), ...nested.values()], nested, snapshot);
  const people: DirectoryFacts = { groups, nested, ids };
  return decideForbidden(rights, seen, except, people, options);
}

/** Policies, and the privilege model, where the decision may rest on them. */
async function readRest(first: ForbidDecision, facts: GrantFacts, snapshot: Snapshot): Promise<GrantFacts> {
  const isUnshown = first.holders.some(({ unsure }) => unsure !== undefined);
  const asksPolicies =
    facts.policies === true && first.unseen.some(({ right }) => right.privilege === 'EXECUTE');
  const [inheritance, policies, groups] = await Promise.all([
    isUnshown ? readInheritance(snapshot) : undefined,
    asksPolicies ? readPolicies(facts, snapshot) : undefined,
    first.unseen.length > 0 ? readNamesakes(facts, snapshot) : [],
  ]);
  return {
    ...facts,
    groups,
    ...(inheritance === undefined ? {} : { inheritance }),
    securables: facts.securables.map((each, index) => {
      const read = policies?.[index];
      return read === undefined ? each : { ...each, policies: read };
    }),
  };
}

async function readGroups(
  names: readonly string[],
  into: Map<string, Looked<PrincipalGroup>>,
  snapshot: Snapshot,
): Promise<void> {
  await Promise.all(
    [...new Set(names)].map(async (name) => into.set(name, await look(snapshot, () => snapshot.group(name)))),
  );
}

/** Groups of names that look like a person's, as far as there are any, and whether a person has the name too. */
async function readAlike(
  names: readonly string[],
  groups: Map<string, Looked<PrincipalGroup>>,
  ids: Map<string, Looked<string>>,
  snapshot: Snapshot,
): Promise<void> {
  const found = new Map<string, Looked<PrincipalGroup>>();
  await readGroups(names, found, snapshot);
  const alike = [...found].filter(([, group]) => isGroup(group));
  for (const [name, group] of alike) groups.set(name, group);
  await readIds(
    alike.map(([name]) => name).filter((name) => !ids.has(name)),
    ids,
    snapshot,
  );
}

async function readNested(
  groups: readonly Looked<PrincipalGroup>[],
  into: Map<string, Looked<PrincipalGroup>>,
  snapshot: Snapshot,
): Promise<void> {
  const ids = groups.flatMap((group) =>
    group === undefined || 'unreadable' in group
      ? []
      : (group.members ?? []).flatMap(({ kind, id }) => (kind === 'group' && !into.has(id) ? [id] : [])),
  );
  const { directory } = snapshot.registry;
  await Promise.all(
    [...new Set(ids)].map(async (id) =>
      into.set(id, await look(snapshot, async () => directory?.getGroup(id))),
    ),
  );
}

async function readIds(
  persons: readonly string[],
  into: Map<string, Looked<string>>,
  snapshot: Snapshot,
): Promise<void> {
  const caller = await snapshot.caller();
  await Promise.all(
    [...new Set(persons)].map(async (name) => {
      const isCaller = [caller.principal, ...caller.alsoKnownAs].some((own) => samePrincipal(own, name));
      const own = isCaller ? caller.id : undefined;
      into.set(name, own ?? (await look(snapshot, () => snapshot.person(name))));
    }),
  );
}

async function look<T>(snapshot: Snapshot, read: () => Promise<T | undefined>): Promise<Looked<T>> {
  if (snapshot.registry.directory === undefined) return NO_DIRECTORY;
  return orRefused(read(), (why) => ({ unreadable: why }));
}
