import { EVERYBODY, isPerson } from '../../domain/principal.ts';
import { show } from '../../domain/printable.ts';
import {
  formatSecurable,
  securablePath,
  sqlPrivilege,
  type Privilege,
  type Securable,
} from '../../domain/privilege.ts';
import { factsOf, ownerOf, type Evidence } from './evidence.ts';
import { coveringGrants, oldGrants, ownersThatHold, unshownGrants } from './held.ts';
import { OWNERSHIP } from './privileges.ts';
import type { RequiredRight, Right } from './right.ts';
import { hiddenRows, partText, showsOthers } from './visibility.ts';

/** Somebody who holds a right, and by what: a grant, or ownership. */
export interface RightHolder {
  readonly right: Right;
  readonly principal: string;
  readonly kind: 'person' | 'group' | 'everybody';
  /** The privilege as it was granted, or `OWNERSHIP`. */
  readonly privilege: Privilege;
  /** The object that is owned, or on which it was granted. */
  readonly on: Securable;
  /** The policy by which they may hold it, which is no grant. */
  readonly policy?: string;
  /** Why it is not certain that this gives the right, as a clause. */
  readonly unsure?: string;
}

/** Everybody who holds a right, and why there may be more. */
export interface RightHolders {
  readonly right: Right;
  readonly holders: readonly RightHolder[];
  /** What could not be seen, as clauses; empty when the list is complete. */
  readonly unseen: readonly string[];
}

/** Everybody who holds a right, from the rows of all principals. */
export function holdersOf(right: Right, evidence: Evidence): RightHolders {
  const holder = (principal: string, privilege: Privilege, on: Securable, unsure?: string): RightHolder => ({
    right,
    principal,
    kind: evidence.facts.onlyUsers === true ? 'person' : kindOf(principal),
    privilege,
    on,
    ...(unsure === undefined ? {} : { unsure }),
  });
  const what = formatSecurable(right.securable);
  const holders = [
    ...coveringGrants(evidence, right).map((grant) => holder(grant.principal, grant.privilege, grant.on)),
    ...unshownGrants(evidence, right).map((grant) =>
      holder(grant.principal, grant.privilege, grant.on, `the effective grants of ${what} do not include it`),
    ),
    ...oldGrants(evidence, right).map((grant) =>
      holder(grant.principal, grant.privilege, grant.on, `${sqlPrivilege(grant.privilege)} is an older name`),
    ),
    ...ownersThatHold(evidence, right).flatMap((on) => {
      const owner = ownerOf(evidence, on);
      return owner === undefined ? [] : [holder(owner, OWNERSHIP, on)];
    }),
    ...policyHolders(evidence, right),
  ];
  // A row without a name is that of a deleted principal.
  return {
    right,
    holders: holders.filter(({ principal }) => principal !== ''),
    unseen: unseen(evidence, right),
  };
}

/**
 * Whoever holds one of the rights, or what does as well, or owns something on the way: each may be a group of somebody,
 * whatever its name looks like.
 */
export function namesThatHold(rights: readonly RequiredRight[], evidence: Evidence): string[] {
  const grants = rights
    .flatMap((right) => [right, ...right.alternatives])
    .flatMap((right) => [...coveringGrants(evidence, right), ...unshownGrants(evidence, right)]);
  const owners = evidence.facts.securables.flatMap(({ securable }) => ownerOf(evidence, securable) ?? []);
  return [...new Set([...grants.map(({ principal }) => principal), ...owners])];
}

function kindOf(principal: string): RightHolder['kind'] {
  if (principal.toLowerCase() === EVERYBODY) return 'everybody';
  return isPerson(principal) ? 'person' : 'group';
}

function unseen(evidence: Evidence, right: Right): string[] {
  const { facts } = evidence;
  const reasons: string[] = [];
  if (right.privilege !== OWNERSHIP) {
    for (const step of facts.grants === 'direct' ? securablePath(right.securable) : [right.securable]) {
      const read = factsOf(evidence, step)?.assignments;
      const hidden = hiddenRows(evidence, step);
      if (read === undefined || 'unreadable' in read) {
        const why = read === undefined ? 'they were not read' : show(read.unreadable);
        reasons.push(`the grants of ${formatSecurable(step)} cannot be read (${why})`);
      } else if (hidden !== undefined) {
        reasons.push(hidden);
      } else if (facts.grants !== 'direct' && !showsOthers(evidence, step)) {
        reasons.push(partText(evidence, step));
      }
    }
  }
  for (const owned of ownersThatHold(evidence, right)) {
    if (ownerOf(evidence, owned) === undefined) {
      reasons.push(`the owner of ${formatSecurable(owned)} is unknown`);
    }
  }
  return [...reasons, ...policyReasons(evidence, right)];
}

function policyReasons(evidence: Evidence, right: Right): string[] {
  const { facts } = evidence;
  if (facts.policies !== true || right.privilege !== 'EXECUTE' || right.securable.type !== 'function')
    return [];
  const what = formatSecurable(right.securable);
  const policies = factsOf(evidence, right.securable)?.policies;
  if (policies === undefined) return [`policies that may grant it on ${what} were not read`];
  if ('unreadable' in policies) {
    return [`policies that may grant it on ${what} cannot be read (${show(policies.unreadable)})`];
  }
  return [];
}

/** Whom a policy may give the right, by the tags of the object, which policies are judged by. */
function policyHolders(evidence: Evidence, right: Right): RightHolder[] {
  const policies = factsOf(evidence, right.securable)?.policies ?? [];
  if (!('length' in policies) || right.securable.type !== 'function') return [];
  return policies
    .filter(({ kind, privileges }) => kind === 'grants' && privileges.includes(right.privilege))
    .flatMap(({ name, to }) =>
      to.map((principal): RightHolder => ({
        right,
        principal,
        kind: kindOf(principal),
        privilege: right.privilege,
        on: right.securable,
        policy: name,
        unsure: `the policy ${show(name)} grants it if the tags of ${formatSecurable(right.securable)} match`,
      })),
    );
}
