import { isPerson, type PrincipalGroup } from '../../domain/principal.ts';

/** What a registry's lists say of people and groups: absent, or why it is not known. */
export type Looked<T> = T | undefined | { readonly unreadable: string };

/** What was read of people and groups. A key that is not there was not asked for. */
export interface DirectoryFacts {
  /** Groups by name. */
  readonly groups: ReadonlyMap<string, Looked<PrincipalGroup>>;
  /** Groups that are members of other groups, by id. */
  readonly nested: ReadonlyMap<string, Looked<PrincipalGroup>>;
  /** Ids of users and service principals by the name that grants use. */
  readonly ids: ReadonlyMap<string, Looked<string>>;
}

/** True for a group that was read. */
export function isGroup(looked: Looked<PrincipalGroup>): looked is PrincipalGroup {
  return looked !== undefined && 'id' in looked;
}

/** Nothing read. */
export const NO_DIRECTORY_FACTS: DirectoryFacts = { groups: new Map(), nested: new Map(), ids: new Map() };

/** Whether somebody is in a group, through any nesting; a sentence's clause where it is not known. */
export type Membership = 'member' | 'stranger' | { readonly unsure: string };

/** Members of a group that are no groups themselves, through any nesting, by display name, and what could not be read. */
export interface Expansion {
  readonly members: readonly string[];
  /** Why the list may lack some; absent when it is complete. */
  readonly incomplete?: string;
}

/** Whether a principal, by the name that grants use, is in the group of that name. */
export function membershipIn(group: string, principal: string, people: DirectoryFacts): Membership {
  const { groups, incomplete } = reachable(group, people);
  if (!isPerson(principal)) {
    const isNested = groups.some((each) =>
      each.members?.some(({ kind, name }) => kind === 'group' && name === principal),
    );
    if (isNested) return 'member';
    return incomplete === undefined ? 'stranger' : { unsure: incomplete };
  }
  const id = people.ids.get(principal);
  if (typeof id === 'string') {
    if (groups.some((each) => each.members?.some((member) => member.kind === 'person' && member.id === id))) {
      return 'member';
    }
    return incomplete === undefined ? 'stranger' : { unsure: incomplete };
  }
  if (
    incomplete === undefined &&
    groups.every(({ members }) => members?.every(({ kind }) => kind === 'group'))
  ) {
    return 'stranger';
  }
  return { unsure: `the entry of ${principal} in the member lists is unknown` };
}

/** A group's members for a report. */
export function expansionOf(group: string, people: DirectoryFacts): Expansion {
  const { groups, incomplete } = reachable(group, people);
  const members = groups.flatMap((each) =>
    (each.members ?? []).flatMap(({ kind, name }) => (kind === 'person' ? [name] : [])),
  );
  return {
    members: [...new Set(members)].sort(),
    ...(incomplete === undefined ? {} : { incomplete }),
  };
}

/** The group and those nested in it, as far as they were read; cycles end. */
function reachable(name: string, people: DirectoryFacts): { groups: PrincipalGroup[]; incomplete?: string } {
  const first = people.groups.get(name);
  if (first === undefined) {
    return people.groups.has(name)
      ? { groups: [], incomplete: `this workspace has no group ${name}` }
      : { groups: [], incomplete: `the members of ${name} were not read` };
  }
  if ('unreadable' in first) {
    return { groups: [], incomplete: `the members of ${name} cannot be read (${first.unreadable})` };
  }
  const found = new Map([[first.id, first]]);
  let incomplete: string | undefined;
  for (const group of found.values()) {
    if (group.members === undefined) incomplete = `the registry does not list the members of ${group.name}`;
    for (const member of group.members ?? []) {
      if (member.kind !== 'group' || found.has(member.id)) continue;
      const nested = people.nested.get(member.id);
      if (nested === undefined || 'unreadable' in nested) {
        incomplete = `the members of ${member.name}, a group in ${name}, are unknown`;
      } else found.set(member.id, nested);
    }
  }
  return { groups: [...found.values()], ...(incomplete === undefined ? {} : { incomplete }) };
}
