import { EVERYBODY, isPerson, samePrincipal, type PrincipalGroup } from '../domain/principal.ts';
import { show } from '../domain/text.ts';
import type { GrantFacts } from './grants-facts.ts';

/** Groups of a workspace that Unity Catalog knows nothing of. */
const WORKSPACE_GROUPS: readonly string[] = ['users', 'admins'];

/** How a name concerns the principal: as itself, as a group of theirs, as everybody. */
export type Through = 'self' | 'group' | 'everybody';

/** Whose rights are judged. */
export interface Holder {
  /** What a grant names. */
  readonly principal: string;
  /** The principal as a sentence names it, with the display name where there is one. */
  readonly shownAs: string;
  readonly isCaller: boolean;
  /** False for a group, which never acts. */
  readonly isPerson: boolean;
  /** Every name under which the principal itself may stand in a grant or as an owner. */
  readonly names: readonly string[];
  readonly groups: readonly string[];
  /** False when the principal may be in groups that nobody listed. */
  readonly groupsKnown: boolean;
  /** Groups of which their members say that the principal is in none of them. */
  readonly strangeGroups: readonly string[];
  /** False when rows of the principal's groups may have been left out. */
  readonly rowsKnown: boolean;
}

/** The principal as {@link Holder}: the caller with their groups, or somebody else of whom only the name is known. */
export function holderOf(facts: GrantFacts, principal: string): Holder {
  const { caller } = facts;
  const callerNames = [caller.principal, ...caller.alsoKnownAs].filter((name) => name !== '');
  const isCaller = callerNames.some((name) => samePrincipal(name, principal));
  const named = show(isCaller ? caller.principal : principal);
  const { displayName } = caller;
  const titled = isCaller && displayName !== undefined && displayName !== caller.principal;
  const groupsKnown = facts.onlyUsers === true || (isCaller && facts.groupsIncomplete !== true);
  const listed = isCaller ? caller.groups.filter((group) => group !== '') : [];
  const id = isCaller ? caller.id : facts.principalId;
  const standing = (facts.groups ?? []).map((group) => ({
    name: group.name,
    standing: membershipOf(group, id, listed),
  }));
  const groupsThat = (word: Membership): string[] =>
    standing.flatMap((each) => (each.standing === word ? [each.name] : []));
  const holder: Holder = {
    principal: isCaller ? caller.principal : principal,
    shownAs: titled ? `${show(displayName, 60)} (${named})` : named,
    isCaller,
    isPerson: facts.onlyUsers === true || isPerson(principal),
    names: isCaller ? callerNames : [principal],
    groups: [...new Set([...listed, ...groupsThat('member')])],
    groupsKnown,
    strangeGroups: groupsThat('stranger'),
    rowsKnown: !facts.filteredByPrincipal || (groupsKnown && facts.askedByName !== 'some-refused'),
  };
  if (!facts.filteredByPrincipal) return holder;
  return withRows(holder, rowPrincipals(facts), facts.askedByName !== undefined);
}

/** What the answers to a filter for the principal tell of their groups. */
function withRows(holder: Holder, rows: readonly string[], askedByName: boolean): Holder {
  // A row of another person shows that the registry did not filter, so its groups prove nothing.
  if (rows.some((name) => isPerson(name) && throughWhat(holder, name) === undefined)) return holder;
  const learnt = rows.filter((name) => name !== '' && throughWhat(holder, name) === undefined);
  const groups = [...new Set([...holder.groups, ...learnt])];
  // One group's row shows that the filter looks through groups, nested ones too.
  const shown = askedByName ? learnt.length > 0 : rows.some((name) => groups.includes(name));
  const rowsKnown = holder.rowsKnown || shown;
  return { ...holder, groups, rowsKnown };
}

/** How `name` concerns the principal, or undefined when it does not, as far as is known. */
export function throughWhat(holder: Holder, name: string): Through | undefined {
  if (name === '') return undefined;
  if (holder.names.some((own) => samePrincipal(own, name))) return 'self';
  if (holder.groups.includes(name)) return 'group';
  return name.toLowerCase() === EVERYBODY ? 'everybody' : undefined;
}

/** True when `name` may be a group that contains the principal, though no list says so. */
export function mayContain(holder: Holder, name: string): boolean {
  if (holder.groupsKnown || holder.strangeGroups.includes(name)) return false;
  return name !== '' && !isPerson(name) && throughWhat(holder, name) === undefined;
}

/** Groups of the principal that may own an object of Unity Catalog, for advice. */
export function owningGroups(holder: Holder): string[] {
  return holder.groups.filter((group) => {
    const lower = group.toLowerCase();
    return lower !== EVERYBODY && !WORKSPACE_GROUPS.includes(lower);
  });
}

type Membership = 'member' | 'stranger' | 'unsure';

/** Whether a principal is in a group, by its members; a nested group of which nothing is known leaves it open. */
function membershipOf(group: PrincipalGroup, id: string | undefined, groups: readonly string[]): Membership {
  const isOurs = (member: PrincipalGroup['members'][number]): boolean =>
    member.kind === 'group' ? groups.includes(member.name) : member.id === id;
  if (group.members.some(isOurs)) return 'member';
  const isOpen = id === undefined || group.members.some((member) => member.kind === 'group');
  return isOpen ? 'unsure' : 'stranger';
}

function rowPrincipals(facts: GrantFacts): string[] {
  return facts.securables.flatMap(({ assignments }) =>
    'unreadable' in assignments ? [] : assignments.map((row) => row.principal),
  );
}
