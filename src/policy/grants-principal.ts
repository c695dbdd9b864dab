import { show } from '../domain/text.ts';
import type { GrantFacts } from './grants-facts.ts';

/** The group of everybody: grants name it, lists of groups do not (uc-protocol §10.4). */
export const EVERYBODY = 'account users';

/** Groups of a workspace that Unity Catalog knows nothing of. */
const WORKSPACE_GROUPS: readonly string[] = ['users', 'admins'];

const APPLICATION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

/** How a name concerns the principal: as itself, as a group of theirs, as everybody. */
export type Through = 'self' | 'group' | 'everybody';

/** Whose rights are judged. */
export interface Holder {
  /** What a grant names. */
  readonly principal: string;
  /** The principal as a sentence names it, with the display name where there is one. */
  readonly shownAs: string;
  readonly isCaller: boolean;
  /** Every name under which the principal itself may stand in a grant or as an owner. */
  readonly names: readonly string[];
  readonly groups: readonly string[];
  /** False when the principal may be in groups that nobody listed. */
  readonly groupsKnown: boolean;
}

/** The principal as {@link Holder}: the caller with their groups, or somebody else of whom only the name is known. */
export function holderOf(facts: GrantFacts, principal: string): Holder {
  const { caller } = facts;
  const callerNames = [caller.principal, ...caller.alsoKnownAs].filter((name) => name !== '');
  const isCaller = callerNames.some((name) => sameName(name, principal));
  const named = show(isCaller ? caller.principal : principal);
  const { displayName } = caller;
  const titled = isCaller && displayName !== undefined && displayName !== caller.principal;
  const holder: Holder = {
    principal: isCaller ? caller.principal : principal,
    shownAs: titled ? `${show(displayName, 60)} (${named})` : named,
    isCaller,
    names: isCaller ? callerNames : [principal],
    groups: isCaller ? caller.groups.filter((group) => group !== '') : [],
    groupsKnown: isCaller && facts.groupsIncomplete !== true,
  };
  if (!facts.filteredByPrincipal) return holder;
  const rows = rowPrincipals(facts);
  // A row of another person shows that the registry did not filter, so its groups prove nothing.
  if (rows.some((name) => isPerson(name) && throughWhat(holder, name) === undefined)) return holder;
  const learnt = rows.filter((name) => name !== '' && throughWhat(holder, name) === undefined);
  return { ...holder, groups: [...new Set([...holder.groups, ...learnt])] };
}

/** How `name` concerns the principal, or undefined when it does not, as far as is known. */
export function throughWhat(holder: Holder, name: string): Through | undefined {
  if (name === '') return undefined;
  if (holder.names.some((own) => sameName(own, name))) return 'self';
  if (holder.groups.includes(name)) return 'group';
  return name.toLowerCase() === EVERYBODY ? 'everybody' : undefined;
}

/** True when `name` may be a group that contains the principal, though no list says so. */
export function mayContain(holder: Holder, name: string): boolean {
  return !holder.groupsKnown && name !== '' && !isPerson(name) && throughWhat(holder, name) === undefined;
}

/** Groups of the principal that may own an object of Unity Catalog, for advice. */
export function owningGroups(holder: Holder): string[] {
  return holder.groups.filter((group) => {
    const lower = group.toLowerCase();
    return lower !== EVERYBODY && !WORKSPACE_GROUPS.includes(lower);
  });
}

/** E-mail addresses compare without case; application ids and groups exactly. */
function sameName(a: string, b: string): boolean {
  return a === b || (a.includes('@') && a.toLowerCase() === b.toLowerCase());
}

function isPerson(name: string): boolean {
  return name.includes('@') || APPLICATION_ID.test(name);
}

function rowPrincipals(facts: GrantFacts): string[] {
  return facts.securables.flatMap(({ assignments }) =>
    'unreadable' in assignments ? [] : assignments.map((row) => row.principal),
  );
}
