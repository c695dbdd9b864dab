import {
  EVERYBODY,
  isPerson,
  samePrincipal,
  type GroupMember,
  type PrincipalGroup,
} from '../../domain/principal.ts';
import { show } from '../../domain/printable.ts';
import type { GrantFacts } from './facts.ts';

/** How a name concerns the principal: as itself, as a group of theirs, as everybody. */
export type Through = 'self' | 'group' | 'everybody';

/** Whose rights are judged. */
export interface Subject {
  /** What a grant names. */
  readonly principal: string;
  /** The principal as a sentence names it, with the display name where there is one. */
  readonly shownAs: string;
  readonly isCaller: boolean;
  /** False for a group, which never acts. */
  readonly isPerson: boolean;
  /** Every name under which the principal itself may stand in a grant or as an owner. */
  readonly names: readonly string[];
  /** Groups that grants may name, and that certainly contain the principal. */
  readonly groups: readonly string[];
  /** Those of the groups that a filter for the principal showed. */
  readonly shownGroups: readonly string[];
  /** Names of groups of the caller's list that may be other groups: of this workspace alone, which no grant names. */
  readonly namesakes: readonly string[];
  /** False when the principal may be in groups that nobody listed. */
  readonly groupsKnown: boolean;
  /** Names that the lists of groups have, whatever they look like. */
  readonly listedGroups: readonly string[];
  /** Groups of which their members say that the principal is in none of them. */
  readonly strangeGroups: readonly string[];
  /** False when rows of the principal's groups may have been left out. */
  readonly rowsKnown: boolean;
  /** True when no list of people and groups, no row and no owner has the name. */
  readonly isUnlisted: boolean;
}

/** The principal as {@link Subject}: the caller with their groups, or somebody else of whom only the name is known. */
export function subjectOf(facts: GrantFacts, principal: string): Subject {
  const { caller } = facts;
  const callerNames = [caller.principal, ...caller.alsoKnownAs].filter((name) => name !== '');
  const isCaller = callerNames.some((name) => samePrincipal(name, principal));
  const named = show(isCaller ? caller.principal : principal);
  const { displayName } = caller;
  const titled = isCaller && displayName !== undefined && displayName !== caller.principal;
  const groupsKnown = facts.onlyUsers === true || (isCaller && facts.groupsIncomplete !== true);
  const names = isCaller ? callerNames : [principal];
  const listed = isCaller ? caller.groups.filter((group) => group !== '') : [];
  const shown = facts.shownGroups ?? groupsShown(facts, names, listed);
  const us = { id: isCaller ? caller.id : facts.principalId, groupIds: (isCaller && caller.groupIds) || [] };
  const standing = (facts.groups ?? []).map((group) => ({
    name: group.name,
    standing: membershipOf(group, us, shown),
  }));
  const groupsThat = (word: GroupMembership): string[] =>
    standing.flatMap((each) => (each.standing === word ? [each.name] : []));
  const groups = [...new Set([...shown, ...groupsThat('member')])];
  const strangeGroups = groupsThat('stranger');
  return {
    principal: isCaller ? caller.principal : principal,
    shownAs: titled ? `${show(displayName, 60)} (${named})` : named,
    isCaller,
    isPerson: facts.onlyUsers === true || (isPerson(principal) && facts.principalIsGroup !== true),
    names,
    groups,
    shownGroups: shown,
    namesakes: listed.filter((group) => !groups.includes(group) && !strangeGroups.includes(group)),
    groupsKnown,
    listedGroups: standing.map(({ name }) => name),
    strangeGroups,
    // Direct rows that are hidden are a doubt of their own. One row of a group shows that a filter looks through groups,
    // nested ones too.
    rowsKnown:
      facts.grants === 'direct' || shown.length > 0 || (groupsKnown && facts.askedByName !== 'not-all'),
    isUnlisted: facts.isUnlisted === true && !namesAnybody(facts, names),
  };
}

/** Groups that the responses to a filter for the principal show to be theirs. */
function groupsShown(facts: GrantFacts, names: readonly string[], listed: readonly string[]): string[] {
  if (!facts.filteredByPrincipal || facts.askedByName !== undefined) return [];
  const isSelf = (name: string): boolean => names.some((own) => samePrincipal(own, name));
  const others = rowPrincipals(facts).filter((name) => name !== '' && !isSelf(name));
  // A row of another person shows that the registry did not filter, so its groups prove nothing. A group may be named
  // like a person.
  if (others.some((name) => isPerson(name) && !listed.includes(name))) return [];
  return [...new Set(others.filter((name) => name.toLowerCase() !== EVERYBODY))];
}

function namesAnybody(facts: GrantFacts, names: readonly string[]): boolean {
  const owners = facts.securables.flatMap(({ owner }) => (typeof owner === 'string' ? [owner] : []));
  return [...owners, ...rowPrincipals(facts)].some((name) => names.some((own) => samePrincipal(own, name)));
}

/** How `name` concerns the principal, or undefined when it does not, as far as is known. */
export function throughWhat(subject: Subject, name: string): Through | undefined {
  if (name === '') return undefined;
  if (subject.names.some((own) => samePrincipal(own, name))) return 'self';
  if (subject.groups.includes(name)) return 'group';
  return name.toLowerCase() === EVERYBODY ? 'everybody' : undefined;
}

/** True when `name` may be a group that contains the principal, though nothing proves it. */
export function mayContain(subject: Subject, name: string): boolean {
  if (name === '' || throughWhat(subject, name) !== undefined) return false;
  if (subject.namesakes.includes(name)) return true;
  const mayBeGroup = !isPerson(name) || subject.listedGroups.includes(name);
  return mayBeGroup && !subject.groupsKnown && !subject.strangeGroups.includes(name);
}

type GroupMembership = 'member' | 'stranger' | 'unsure';

/**
 * Whether a principal is in a group: by its id among those of their groups, or by its members. A nested group of which
 * nothing is known leaves it open, and so does a list of members that is not known.
 */
function membershipOf(
  { id, members }: PrincipalGroup,
  us: { readonly id: string | undefined; readonly groupIds: readonly string[] },
  groups: readonly string[],
): GroupMembership {
  const isOurs = (member: GroupMember): boolean =>
    member.kind === 'group'
      ? us.groupIds.includes(member.id) || groups.includes(member.name)
      : member.id === us.id;
  if (us.groupIds.includes(id) || members?.some(isOurs) === true) return 'member';
  const isOpen = us.id === undefined || members?.every(({ kind }) => kind === 'person') !== true;
  return isOpen ? 'unsure' : 'stranger';
}

function rowPrincipals(facts: GrantFacts): string[] {
  return facts.securables.flatMap(({ assignments }) =>
    'unreadable' in assignments ? [] : assignments.map((row) => row.principal),
  );
}
