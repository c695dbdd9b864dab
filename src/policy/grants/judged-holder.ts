import { isPerson, samePrincipal } from '../../domain/principal.ts';
import { show } from '../../domain/printable.ts';
import type { Evidence } from './evidence.ts';
import type { GrantFacts } from './facts.ts';
import { expansionOf, isGroup, membershipIn, type Expansion, type DirectoryFacts } from './groups.ts';
import type { RightHolder } from './holders.ts';
import { possibleOwners, revocationFrom, type Revocation } from './revocation.ts';

/** One holder of a forbidden right, and whether the list lets them. */
export interface JudgedHolder extends RightHolder {
  readonly state: 'excepted' | 'forbidden' | 'unknown';
  /** Why, as a clause: by which entry of the list, or what is not known. */
  readonly reason: string;
  /** Who is in it; of a group only. */
  readonly expansion?: Expansion;
  /** Of a holder that is not excepted. */
  readonly revocation?: Revocation;
}

/**
 * Those of the names that may be groups: one that looks like a person's only where the lists have a group of that name,
 * and no person.
 */
export function groupsAmong(
  names: readonly string[],
  { onlyUsers }: GrantFacts,
  people: DirectoryFacts,
): string[] {
  if (onlyUsers === true) return [];
  return names.filter(
    (name) => !isPerson(name) || (isGroup(people.groups.get(name)) && !isListedPerson(name, people)),
  );
}

function isListedPerson(name: string, { ids }: DirectoryFacts): boolean {
  return typeof ids.get(name) === 'string';
}

/** Whether the list lets a holder have the right, and what would take it from them. */
export function judgeHolder(
  holder: RightHolder,
  except: readonly string[],
  people: DirectoryFacts,
  evidence: Evidence,
): JudgedHolder {
  const expanded =
    holder.kind === 'group' ? { ...holder, expansion: expansionOf(holder.principal, people) } : holder;
  const own = except.find((name) => samePrincipal(name, holder.principal));
  const groups = groupsAmong(except, evidence.facts, people);
  const memberships = groups.map((group) => ({
    group,
    membership:
      holder.kind === 'everybody' ? ('stranger' as const) : membershipIn(group, holder.principal, people),
  }));
  const through = memberships.find(({ membership }) => membership === 'member');
  const letIn =
    own !== undefined
      ? 'it is listed'
      : through !== undefined
        ? `it is in ${show(through.group)}, which is listed`
        : undefined;
  const isNamesake =
    isPerson(holder.principal) &&
    isGroup(people.groups.get(holder.principal)) &&
    !groups.includes(holder.principal);
  if (letIn !== undefined && !isNamesake) return { ...expanded, state: 'excepted', reason: letIn };
  const open = memberships.flatMap(({ membership }) =>
    typeof membership === 'object' ? [show(membership.unsure, 300)] : [],
  );
  const namesake = letIn === undefined ? [] : [`${letIn} as a person, but a group has the same name`];
  const unsure = [...(holder.unsure === undefined ? [] : [holder.unsure]), ...namesake, ...open];
  const state = unsure.length > 0 ? 'unknown' : 'forbidden';
  const why = state === 'unknown' ? [...new Set(unsure)].join('; ') : 'it is not listed';
  const reason = `${why}${letIn === undefined ? likeness(holder.principal, except) : ''}`;
  // Who is to own it is not certain while a name of the list is wrong.
  const owners = absentAmong(except, people).length === 0 ? possibleOwners(except) : [];
  const revocation = revocationFrom(holder, owners, evidence);
  return { ...expanded, state, reason, ...(revocation === undefined ? {} : { revocation }) };
}

/** Names of the list that this workspace was seen to have no group of. */
export function absentAmong(except: readonly string[], { groups, ids }: DirectoryFacts): string[] {
  return possibleOwners(except).filter(
    (name) => groups.has(name) && groups.get(name) === undefined && typeof ids.get(name) !== 'string',
  );
}

/** What a reader may miss when a name looks like one of the list. */
function likeness(principal: string, except: readonly string[]): string {
  const plain = (name: string): string => name.normalize('NFKC').toLowerCase();
  const alike = except.find((name) => plain(name) === plain(principal));
  if (alike !== undefined)
    return `; ${show(alike)} is a different name, because group names are compared exactly`;
  const commented = except.find((name) => plain(name).startsWith(`${plain(principal)} #`));
  if (commented !== undefined) {
    return `; "${show(commented)}" is a different name, because a comment must be on a line of its own`;
  }
  const isMixed =
    /\p{Script=Latin}/u.test(principal) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(principal);
  return isMixed ? '; its name mixes Latin letters with look-alikes from other scripts' : '';
}
