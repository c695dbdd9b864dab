import { hasCode, invalidInputs, messageOf, type ErrorCode } from '../../domain/errors.ts';
import { parseFullName, schemaNameOf, type FullName } from '../../domain/full-name.ts';
import { EVERYBODY, isPerson } from '../../domain/principal.ts';
import { show } from '../../domain/printable.ts';
import {
  METASTORE,
  modelSecurable,
  securablePath,
  type Caller,
  type PrivilegeAssignment,
  type Securable,
} from '../../domain/privilege.ts';
import { handledLater } from '../../domain/promises.ts';
import type { GrantFacts, SecurableFacts } from '../../policy/grants/facts.ts';
import { securablesOf } from '../../policy/grants/required.ts';
import type { RequiredRight } from '../../policy/grants/right.ts';
import { inParallel } from '../../transfer/in-parallel.ts';
import type { Snapshot } from '../snapshot.ts';

/**
 * Reads what a decision about the caller's rights rests on: the caller and the owners in one round, then the effective
 * grants of every securable in another. What the registry refuses to show becomes *unknown* in the facts, an outage is
 * thrown.
 */
export async function readGrantFacts(
  rights: readonly RequiredRight[],
  snapshot: Snapshot,
): Promise<GrantFacts> {
  return readFacts(rights, snapshot, async (securable) => {
    const [{ principal }, { exists }] = await Promise.all([
      snapshot.caller(),
      readOwner(securable, snapshot),
    ]);
    return exists === false ? [] : readRows(securable, snapshot, principal);
  });
}

/** Securables that are read at the same time: more than are in flight, and few enough that thousands do not all wait in memory. */
const AT_ONCE = 64;

/** As many requests as it may take to ask for the rows of the caller's groups by name. */
const MOST_BY_NAME = 40;

/** Whether the caller is in few enough groups for {@link readGroupGrantFacts}. */
export function asksByName({ caller, securables }: GrantFacts): boolean {
  return (caller.groups.length + 1) * securables.length <= MOST_BY_NAME;
}

/**
 * The same facts with the rows of the caller's groups, and of everybody, asked for by name. Whether a filter for a principal returns
 * those rows too is not certain (uc-protocol §10.1), so this is read before anything is called missing.
 */
export async function readGroupGrantFacts(
  rights: readonly RequiredRight[],
  snapshot: Snapshot,
): Promise<GrantFacts> {
  const { principal, groups } = await snapshot.caller();
  let refused = false;
  const facts = await readFacts(rights, snapshot, async (securable) => {
    if ((await readOwner(securable, snapshot)).exists === false) return [];
    const lists = await Promise.all(
      [principal, ...groups, EVERYBODY].map((name) => readRows(securable, snapshot, name)),
    );
    if (lists.some((list) => 'unreadable' in list)) refused = true;
    const readable = lists.filter((list): list is readonly PrivilegeAssignment[] => 'length' in list);
    return readable.length === 0 ? (lists[0] ?? []) : readable.flat();
  });
  return { ...facts, askedByName: refused ? 'not-all' : 'all' };
}

/** The facts about everybody, all in one round: rows are asked for without a filter, which may be refused. */
export async function readAllGrantFacts(
  rights: readonly RequiredRight[],
  snapshot: Snapshot,
): Promise<GrantFacts> {
  const rows = async (securable: Securable): Promise<Rows> => readRows(securable, snapshot);
  return { ...(await readFacts(rights, snapshot, rows)), filteredByPrincipal: false };
}

/** The facts about somebody who may not be the caller, all in one round, and whether there is such a principal. */
export async function readGrantFactsOf(
  principal: string,
  rights: readonly RequiredRight[],
  snapshot: Snapshot,
): Promise<GrantFacts> {
  const [facts, listed] = await Promise.all([
    readFacts(rights, snapshot, (securable) => readTheirRows(securable, snapshot, principal)),
    listedAs(principal, snapshot),
  ]);
  return {
    ...facts,
    isUnlisted: listed === 'unlisted',
    principalIsGroup: listed === 'group' && isPerson(principal),
  };
}

type Listed = 'person' | 'group' | 'unlisted' | 'not reported';

/** What the lists of people and groups call a name; `unlisted` only where they could be read. */
async function listedAs(principal: string, snapshot: Snapshot): Promise<Listed> {
  if (snapshot.registry.directory === undefined || principal.toLowerCase() === EVERYBODY)
    return 'not reported';
  return orRefused(lookUp(snapshot, principal), (): Listed => 'not reported');
}

/** A name that looks like a person's may be a group's, where there is no such person. */
async function lookUp(snapshot: Snapshot, principal: string): Promise<Listed> {
  if (isPerson(principal) && (await snapshot.person(principal)) !== undefined) return 'person';
  return (await snapshot.group(principal)) === undefined ? 'unlisted' : 'group';
}

async function readTheirRows(securable: Securable, snapshot: Snapshot, principal: string): Promise<Rows> {
  try {
    return await readRows(securable, snapshot, principal, ['permission-denied']);
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
    if (error.details.serverCode !== 'PRINCIPAL_DOES_NOT_EXIST') return { unreadable: messageOf(error) };
    throw invalidInputs([
      {
        input: 'principal',
        problem: `the registry has no principal ${show(principal)}.`,
        fix: 'Write the name as in a GRANT: a user by e-mail address, a service principal by application id, a group by name.',
      },
    ]);
  }
}

type Rows = SecurableFacts['assignments'];

async function readFacts(
  rights: readonly RequiredRight[],
  snapshot: Snapshot,
  rowsOf: (securable: Securable) => Promise<Rows>,
): Promise<GrantFacts> {
  const { registry } = snapshot;
  const { commands, capabilities } = registry;
  const securables = [
    ...securablesOf(rights).filter((securable) => securable.type !== 'metastore'),
    ...(capabilities.ownersReachDown ? [METASTORE] : []),
  ];
  const [caller, owned, rows] = await Promise.all([
    snapshot.caller(),
    inParallel(securables, AT_ONCE, (securable) => readOwner(securable, snapshot)),
    inParallel(securables, AT_ONCE, async (each) => (each.type === 'metastore' ? [] : rowsOf(each))),
  ]);
  if (commands.grants === undefined)
    throw new TypeError('Grants were requested from a registry that has none.');
  return {
    caller,
    // Where only direct grants are returned, everybody's rows are: a stranger's must not count as a group's.
    filteredByPrincipal: capabilities.grants === 'effective',
    groupsIncomplete: caller.groupsIncomplete === true,
    grants: capabilities.grants === 'direct' ? 'direct' : 'effective',
    ownersReachDown: capabilities.ownersReachDown,
    onlyUsers: !capabilities.groups,
    commands: commands.grants,
    policies: registry.listPolicies !== undefined,
    securables: securables.map((securable, index) => {
      const own = owned[index] ?? { exists: 'unknown' as const };
      return { securable, ...own, assignments: own.exists === false ? [] : (rows[index] ?? []) };
    }),
  };
}

/** The metastore with its owner, as far as it says. */
export async function readMetastore(snapshot: Snapshot): Promise<SecurableFacts> {
  const owned = await orRefused(readOwner(METASTORE, snapshot), (): Owned => ({ exists: 'unknown' }));
  return { securable: METASTORE, ...owned, assignments: [] };
}

type Owned = Pick<SecurableFacts, 'exists' | 'owner' | 'notBound'>;

async function readOwner(securable: Securable, snapshot: Snapshot): Promise<Owned> {
  try {
    const found = await readObject(securable, snapshot);
    if (found === undefined) return { exists: false };
    return found.owner === undefined ? { exists: true } : { exists: true, owner: found.owner };
  } catch (error) {
    if (!hasCode(error, 'permission-denied')) throw error;
    const message = messageOf(error);
    return {
      exists: 'unknown',
      owner: { refused: message },
      ...(isBindingRefusal(message) ? { notBound: true } : {}),
    };
  }
}

async function readObject(securable: Securable, snapshot: Snapshot): Promise<{ owner?: string } | undefined> {
  if (securable.type === 'metastore') return (await snapshot.metastore()) ?? {};
  if (securable.type !== 'function') return snapshot.parent(securable);
  const name = parseFullName(securable.name);
  return name.ok ? snapshot.model(name.value) : undefined;
}

async function readRows(
  securable: Securable,
  snapshot: Snapshot,
  principal?: string,
  refusals: readonly ErrorCode[] = ['permission-denied', 'not-found'],
): Promise<Rows> {
  try {
    return await snapshot.grants(securable, principal);
  } catch (error) {
    if (hasCode(error, ...refusals)) return { unreadable: messageOf(error) };
    throw error;
  }
}

/** A workspace that a catalog is not bound to is named in the message (docs.databricks.com, workspace-catalog binding). */
function isBindingRefusal(message: string): boolean {
  return /not (accessible|bound|assigned)[\s\S]*workspace|workspace[\s\S]*not (accessible|bound|assigned)/iu.test(
    message,
  );
}

/** Who the grants are about, in words. */
export function callerText(caller: Caller): string {
  const name =
    caller.displayName === undefined || caller.displayName === caller.principal
      ? ''
      : ` (${caller.displayName})`;
  return `${caller.principal}${name}`;
}

/** Starts to read what {@link readGrantFacts}, or {@link readGrantFactsOf} of the principals, will need of these models, so that it is there when rights are known. */
export function prefetchGrants(
  names: readonly FullName[],
  snapshot: Snapshot,
  principals: readonly string[] = [],
): void {
  if (snapshot.registry.capabilities.grants === 'none') return;
  handledLater(snapshot.caller());
  for (const principal of principals) handledLater(lookUp(snapshot, principal));
  for (const name of names) {
    handledLater(snapshot.model(name));
    handledLater(snapshot.parent({ type: 'catalog', name: name.catalog }));
    handledLater(snapshot.parent({ type: 'schema', name: schemaNameOf(name) }));
    for (const principal of principals) {
      for (const step of securablePath(modelSecurable(name))) handledLater(snapshot.grants(step, principal));
    }
  }
}

/** False only when the registry says that the model does not exist. */
export async function mayExist(name: FullName, snapshot: Snapshot): Promise<boolean> {
  try {
    return (await snapshot.model(name)) !== undefined;
  } catch (error) {
    if (hasCode(error, 'permission-denied')) return true;
    throw error;
  }
}

/** What was read, or something else where the registry refused or does not know it; an outage is thrown. */
export async function orRefused<T, U>(reading: Promise<T>, otherwise: (why: string) => U): Promise<T | U> {
  try {
    return await reading;
  } catch (error) {
    if (hasCode(error, 'permission-denied', 'not-found', 'invalid-input')) return otherwise(messageOf(error));
    throw error;
  }
}
