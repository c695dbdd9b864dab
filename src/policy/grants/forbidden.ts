import { formatRequest, type GrantCommands, type RestRequest } from '../../domain/grant-commands.ts';
import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import { isPerson, samePrincipal } from '../../domain/principal.ts';
import {
  formatSecurable,
  sameSecurable,
  securableKey,
  sqlPrivilege,
  type Securable,
} from '../../domain/privilege.ts';
import { show } from '../../domain/printable.ts';
import { absentStep, evidenceOf, type Evidence } from './evidence.ts';
import type { GrantFacts, GrantOptions } from './facts.ts';
import { rightName } from './findings.ts';
import { holdersOf, type RightHolder } from './holders.ts';
import {
  expansionOf,
  isGroup,
  membershipIn,
  NO_DIRECTORY_FACTS,
  type Expansion,
  type DirectoryFacts,
} from './groups.ts';
import { subjectOf } from './subject.ts';
import { ALL_PRIVILEGES, grantableOn, OWNERSHIP } from './privileges.ts';
import type { OwnerChange } from './remedy.ts';
import type { RequiredRight, Right } from './right.ts';
import { possibleOwners, revocationFrom, revocationText, type Revocation } from './revocation.ts';

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

/** The decision about who may hold what; `statements`, `requests` and `ownerChanges` take away what is forbidden. */
export interface ForbidDecision extends Decision {
  /** The findings of which `statements`, `unprinted` and `ownerChanges` say the whole fix. */
  readonly printed: readonly Finding[];
  readonly holders: readonly JudgedHolder[];
  /** True when nobody holds what is forbidden, and nothing of that is unknown. */
  readonly isCertain: boolean;
  /** Objects that do not exist, each once. */
  readonly notFound: readonly Securable[];
  /** Rights of which it could not be seen who holds them. */
  readonly unseen: readonly { readonly right: Right; readonly reason: string }[];
  /** False where there is no MANAGE. */
  readonly hasManage: boolean;
  /** Catalogs and schemas of which nothing below was looked at, though the right can be held there as well. */
  readonly below: readonly Securable[];
  /** The groups of the list, expanded. */
  readonly listed: readonly { readonly group: string; readonly expansion: Expansion }[];
  readonly statements: readonly string[];
  /** Whether one of the statements takes ALL PRIVILEGES. */
  readonly takesAll: boolean;
  /** Requests that have no statement, since none can hold a name in it, as text. */
  readonly unprinted: readonly string[];
  /** What the statements are written in. */
  readonly language: GrantCommands['language'];
  readonly requests: readonly RestRequest[];
  readonly ownerChanges: readonly OwnerChange[];
}

/**
 * Judges who holds rights that only those of a list may hold. A principal is let in by its own name, or as a member of
 * a listed group; a group that is not listed is refused whoever is in it today. What cannot be seen is unknown.
 * Metastore admins, who may take any right, are not looked at.
 */
export function decideForbidden(
  rights: readonly RequiredRight[],
  facts: GrantFacts,
  except: readonly string[],
  people: DirectoryFacts = NO_DIRECTORY_FACTS,
  { onUnknown = 'fail' }: GrantOptions = {},
): ForbidDecision {
  const evidence = evidenceOf(facts, subjectOf(facts, facts.caller.principal));
  const absent = rights.flatMap(({ securable }) => absentStep(evidence, securable) ?? []);
  const notFound = [...new Map(absent.map((each) => [securableKey(each), each])).values()];
  const seen = rights
    .filter(({ securable }) => absentStep(evidence, securable) === undefined)
    .map((right) => holdersOf(right, evidence));
  const holders = seen
    .flatMap((each) => each.holders)
    .map((each) => judgeHolder(each, except, people, evidence));
  const unseen = seen.flatMap(({ right, unseen: reasons }) =>
    reasons.length === 0 ? [] : [{ right, reason: reasons.join('; ') }],
  );
  const found = holders.map((each) => ({
    holder: each,
    findings: holderFindings(each, except, people, onUnknown),
  }));
  const revocations = holders.flatMap(({ state, revocation, privilege }) =>
    state === 'forbidden' && revocation !== undefined ? [{ ...revocation, privilege }] : [],
  );
  const changes = revocations.flatMap((each) => (each.kind === 'owner-change' ? [each.change] : []));
  const ownerChanges = changes.filter(
    ({ securable }, index) => changes.findIndex((each) => sameSecurable(each.securable, securable)) === index,
  );
  const revokes = revocations.flatMap((each) => (each.kind === 'revoke' ? [each] : []));
  const hasManage = facts.ownersReachDown !== true;
  const requests = new Map(revokes.map(({ request }) => [JSON.stringify(request), request]));
  const unprinted = revokes.flatMap(({ statement, request }) => (statement === undefined ? [request] : []));
  return {
    ...decide([
      ...notFound.map(absentFinding),
      ...found.flatMap(({ findings }) => findings),
      ...unseen.map(({ right, reason }) => unseenFinding(right, reason, onUnknown, hasManage)),
    ]),
    printed: found.flatMap(({ holder, findings }) =>
      holder.state === 'forbidden' && holder.revocation !== undefined ? findings : [],
    ),
    takesAll: revokes.some(({ privilege }) => privilege === ALL_PRIVILEGES),
    holders,
    notFound,
    isCertain:
      absent.length === 0 && unseen.length === 0 && holders.every(({ state }) => state === 'excepted'),
    unseen,
    hasManage,
    below: placesBelow(rights),
    listed: groupsAmong(except, facts, people).map((group) => ({
      group,
      expansion: expansionOf(group, people),
    })),
    statements: [...new Set(revokes.flatMap(({ statement }) => statement ?? []))],
    unprinted: [...new Set(unprinted.map(formatRequest))],
    language: facts.commands.language,
    requests: [...requests.values(), ...ownerChanges.flatMap(({ request }) => request ?? [])],
    ownerChanges,
  };
}

/**
 * Those of the names that may be groups: one that looks like a person's only where the lists have a group of that name,
 * and no person.
 */
function groupsAmong(names: readonly string[], { onlyUsers }: GrantFacts, people: DirectoryFacts): string[] {
  if (onlyUsers === true) return [];
  return names.filter(
    (name) => !isPerson(name) || (isGroup(people.groups.get(name)) && !isListedPerson(name, people)),
  );
}

function isListedPerson(name: string, { ids }: DirectoryFacts): boolean {
  return typeof ids.get(name) === 'string';
}

/** Whoever owns, or was granted, something below holds the right there; it does not show on what is above. */
function placesBelow(rights: readonly Right[]): Securable[] {
  const open = rights.filter(({ securable, privilege }) => {
    const types = grantableOn(privilege) ?? [];
    return securable.type === 'catalog'
      ? types.includes('schema') || types.includes('function')
      : securable.type === 'schema' && types.includes('function');
  });
  return [...new Map(open.map(({ securable }) => [formatSecurable(securable), securable])).values()];
}

function judgeHolder(
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
function absentAmong(except: readonly string[], { groups, ids }: DirectoryFacts): string[] {
  return possibleOwners(except).filter(
    (name) => groups.has(name) && groups.get(name) === undefined && typeof ids.get(name) !== 'string',
  );
}

function holderFindings(
  holder: JudgedHolder,
  except: readonly string[],
  people: DirectoryFacts,
  onUnknown: 'fail' | 'warn',
): Finding[] {
  if (holder.state === 'excepted') return [];
  const what = rightName(holder.right);
  const held = `${what}: held by ${show(holder.principal)} (${howHeld(holder)})`;
  const fix = fixOf(holder, except, people);
  return holder.state === 'forbidden'
    ? [
        {
          code: 'forbidden-holder',
          severity: 'error',
          message: `${held}, and ${holder.reason}.`,
          fix,
        },
      ]
    : [
        {
          code: 'holder-unknown',
          severity: onUnknown === 'fail' ? 'error' : 'warning',
          message: `${held}; whether that is allowed is unknown: ${holder.reason}.`,
          fix: `If it is not: ${fix}`,
        },
      ];
}

function fixOf(
  { revocation, privilege, policy, principal, on }: JudgedHolder,
  except: readonly string[],
  people: DirectoryFacts,
): string {
  if (revocation !== undefined) return revocationText(revocation, privilege);
  if (policy !== undefined) {
    return `Remove ${show(principal)} from the policy ${show(policy)}, or name it in except.`;
  }
  const absent = absentAmong(except, people);
  const owners = possibleOwners(except)
    .filter((name) => !absent.includes(name))
    .map((name) => show(name, 80));
  const wrong =
    absent.length === 0
      ? ''
      : `Correct except: this workspace has no group ${absent.map((name) => show(name, 80)).join(', ')}. `;
  const choice = owners.length === 0 ? 'a group that may own it' : `one of ${owners.join(', ')}`;
  return `${wrong}Decide who should own ${formatSecurable(on)}, and make ${choice} the owner.`;
}

/** A line about nothing would let everybody pass. */
function absentFinding(securable: Securable): Finding {
  return {
    code: 'securable-not-found',
    severity: 'error',
    message: `${formatSecurable(securable)} does not exist or is hidden from the caller, so the holders of rights on it cannot be determined.`,
    fix: 'Correct the name in forbid.',
  };
}

function unseenFinding(
  right: Right,
  reason: string,
  onUnknown: 'fail' | 'warn',
  hasManage: boolean,
): Finding {
  const who = hasManage ? 'the owner, or a principal with MANAGE' : 'the owner of the object or of a parent';
  return {
    code: 'holders-unseen',
    severity: onUnknown === 'fail' ? 'error' : 'warning',
    message: `${rightName(right)}: who holds it is unknown: ${reason}.`,
    fix: `Run this step as a principal that can see it: ${who}.`,
  };
}

/** How a holder has the right, in words: `by a grant on schema prod.ml, as ALL PRIVILEGES`, `by owning model a.b.c`. */
export function howHeld({ right, privilege, on, policy }: RightHolder): string {
  if (privilege === OWNERSHIP) return `by owning ${formatSecurable(on)}`;
  if (policy !== undefined) return `by the policy ${show(policy)}, where its tags match`;
  const as = privilege === right.privilege ? '' : `, as ${sqlPrivilege(privilege)}`;
  return `by a grant on ${formatSecurable(on)}${as}`;
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
