import { toldElsewhere } from '../domain/told-elsewhere.ts';
import { hasCode, messageOf } from '../domain/errors.ts';
import type { Caller, PrivilegeAssignment, Securable } from '../domain/privilege.ts';
import type { GrantFacts, SecurableFacts } from '../policy/grants-facts.ts';
import { securablesOf, type RequiredRight } from '../policy/grants-rights.ts';
import { parseFullName, schemaNameOf, type FullName } from '../domain/full-name.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Reads what a decision about rights rests on: the caller and the owners in one round, then the effective grants of
 * every securable in another. What the registry refuses to show becomes *unknown* in the facts, an outage is thrown.
 */
export async function readGrantFacts(
  rights: readonly RequiredRight[],
  snapshot: Snapshot,
  principal?: string,
): Promise<GrantFacts> {
  return readFacts(rights, snapshot, principal, readFiltered);
}

/**
 * The same facts with the rows of the caller's groups asked for by name. Whether a filter for a principal answers
 * those rows too is not certain (uc-protocol §10.1), so this is read before anything is called missing.
 */
export async function readGroupGrantFacts(
  rights: readonly RequiredRight[],
  snapshot: Snapshot,
): Promise<GrantFacts> {
  const { groups } = await snapshot.caller();
  return readFacts(rights, snapshot, undefined, async (securable, subject, from) => {
    const lists = await Promise.all([subject, ...groups].map((name) => readFiltered(securable, name, from)));
    const readable = lists.filter((list): list is readonly PrivilegeAssignment[] => 'length' in list);
    return readable.length === 0 ? (lists[0] ?? []) : readable.flat();
  });
}

type ReadRows = (
  securable: Securable,
  subject: string,
  snapshot: Snapshot,
) => Promise<SecurableFacts['assignments']>;

async function readFacts(
  rights: readonly RequiredRight[],
  snapshot: Snapshot,
  principal: string | undefined,
  readRows: ReadRows,
): Promise<GrantFacts> {
  const securables = securablesOf(rights).filter((securable) => securable.type !== 'metastore');
  const [caller, ...owned] = await Promise.all([
    snapshot.caller(),
    ...securables.map((securable) => readOwner(securable, snapshot)),
  ]);
  const subject = principal ?? caller.principal;
  const { byHand, capabilities } = snapshot.registry;
  if (byHand.grants === undefined) throw new TypeError('Grants were asked of a registry that keeps none.');
  const rows = await Promise.all(
    securables.map(async (securable, index) =>
      owned[index]?.exists === false ? [] : readRows(securable, subject, snapshot),
    ),
  );
  return {
    caller,
    // Where only direct grants are answered, everybody's rows are: a stranger's must not count as a group's.
    filteredByPrincipal: capabilities.grants === 'effective',
    grants: capabilities.grants === 'direct' ? 'direct' : 'effective',
    byHand: byHand.grants,
    securables: securables.map((securable, index) => ({
      securable,
      ...(owned[index] ?? { exists: 'unknown' as const }),
      assignments: rows[index] ?? [],
    })),
  };
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
  if (securable.type !== 'function') return snapshot.parent(securable);
  const name = parseFullName(securable.name);
  return name.ok ? snapshot.model(name.value) : undefined;
}

async function readFiltered(
  securable: Securable,
  subject: string,
  snapshot: Snapshot,
): Promise<SecurableFacts['assignments']> {
  try {
    return await snapshot.grants(securable, subject);
  } catch (error) {
    if (hasCode(error, 'permission-denied', 'not-found')) return { unreadable: messageOf(error) };
    throw error;
  }
}

/** A workspace that a catalog is not bound to is told so in the message (docs.databricks.com, workspace-catalog binding). */
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

/** Starts to read what {@link readGrantFacts} will need of these models, so that it is there when rights are known. */
export function prefetchGrants(names: readonly FullName[], snapshot: Snapshot): void {
  if (snapshot.registry.capabilities.grants === 'none') return;
  toldElsewhere(snapshot.caller());
  for (const name of names) {
    toldElsewhere(snapshot.model(name));
    toldElsewhere(snapshot.parent({ type: 'catalog', name: name.catalog }));
    toldElsewhere(snapshot.parent({ type: 'schema', name: schemaNameOf(name) }));
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
