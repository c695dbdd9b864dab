import {
  canonicalPrivilege,
  formatSecurable,
  sameSecurable,
  securablePath,
  sqlPrivilege,
  type Privilege,
  type Securable,
} from '../domain/privilege.ts';
import { show } from '../domain/text.ts';
import type { GrantFacts, SecurableFacts } from './grants-facts.ts';
import { mayContain, throughWhat, type Holder, type Through } from './grants-principal.ts';
import { mayCover, OWNERSHIP, ownerHolds, privilegeCovers } from './grants-privileges.ts';
import type { Right } from './grants-rights.ts';

/** A grant by where it was made, wherever it was seen. */
export interface Grant {
  readonly principal: string;
  readonly privilege: Privilege;
  readonly on: Securable;
}

/** The facts of one registry, put in order for one principal. */
export interface Evidence {
  readonly holder: Holder;
  readonly facts: GrantFacts;
  readonly grants: readonly Grant[];
  /** Owners that are not read but will be: of a model about to be created, or by a printed owner change. */
  readonly futureOwners: readonly { readonly securable: Securable; readonly owner: string }[];
}

/** One way in which the principal has a right. */
export interface Holding extends Grant {
  readonly through: Through;
  /** True for owning a model that is still to be created. */
  readonly onceCreated?: true;
}

/** Every way in which a right is held, nearest first, and whatever stands against calling it missing. */
export interface Standing {
  readonly holdings: readonly Holding[];
  readonly doubts: readonly string[];
}

/** Puts facts in order: effective rows become grants where they were made. */
export function evidenceOf(facts: GrantFacts, holder: Holder): Evidence {
  const grants = facts.securables.flatMap(({ securable, assignments }) =>
    'unreadable' in assignments
      ? []
      : assignments.flatMap(({ principal, privileges }) =>
          privileges.map(({ privilege, inheritedFrom }) => ({
            principal,
            privilege: canonicalPrivilege(privilege),
            on: madeOn(securable, inheritedFrom),
          })),
        ),
  );
  return { holder, facts, grants, futureOwners: [] };
}

/** The facts about a securable, where they were read. */
export function factsOf(evidence: Evidence, securable: Securable): SecurableFacts | undefined {
  return evidence.facts.securables.find((each) => sameSecurable(each.securable, securable));
}

/** The owner's name, where it is known; one that is about to be comes first. */
export function ownerOf(evidence: Evidence, securable: Securable): string | undefined {
  const future = evidence.futureOwners.find((each) => sameSecurable(each.securable, securable));
  const owner = future?.owner ?? factsOf(evidence, securable)?.owner;
  return typeof owner === 'string' && owner !== '' ? owner : undefined;
}

/** How the principal stands to one right. */
export function standingOf(evidence: Evidence, right: Right): Standing {
  const owned = ownersThatHold(right);
  const holdings = [...grantHoldings(evidence, right), ...ownerHoldings(evidence, owned)];
  if (holdings.length > 0) return { holdings: nearestFirst(holdings, right.securable), doubts: [] };
  return { holdings, doubts: [...grantDoubts(evidence, right), ...ownerDoubts(evidence, owned)] };
}

/** The holding as a sentence goes on after `granted`: `through the group ml-deployers, inherited from schema prod.ml`. */
export function formatHolding(holding: Holding, right: Right): string {
  const name = show(holding.principal);
  const above = !sameSecurable(holding.on, right.securable);
  if (holding.privilege === OWNERSHIP) {
    const what = formatSecurable(holding.on);
    const when = holding.onceCreated === true ? ', once it is created' : '';
    return holding.through === 'self'
      ? `by owning ${what}${when}`
      : `through the group ${name}, owner of ${what}${when}`;
  }
  const who = { self: 'directly', group: `through the group ${name}`, everybody: 'to everybody' };
  const as = holding.privilege === right.privilege ? '' : `, as ${sqlPrivilege(holding.privilege)}`;
  return `${who[holding.through]}${above ? `, inherited from ${formatSecurable(holding.on)}` : ''}${as}`;
}

/** The objects whose owner has the right; MANAGE of an object comes with owning it or a parent (uc-protocol §10.2). */
function ownersThatHold(right: Right): Securable[] {
  if (right.privilege === 'MANAGE') return securablePath(right.securable);
  return ownerHolds(right.privilege, right.securable.type) ? [right.securable] : [];
}

/** Where an effective row was granted; a source that is no parent says only that the row holds here. */
function madeOn(seenOn: Securable, inheritedFrom: Securable | undefined): Securable {
  if (inheritedFrom === undefined) return seenOn;
  const isParent =
    inheritedFrom.type === 'metastore' ||
    securablePath(seenOn).some((step) => sameSecurable(step, inheritedFrom));
  return isParent ? inheritedFrom : seenOn;
}

function coveringGrants(evidence: Evidence, right: Right): Grant[] {
  const path = securablePath(right.securable);
  return evidence.grants.filter(
    (grant) =>
      (grant.on.type === 'metastore' || path.some((step) => sameSecurable(step, grant.on))) &&
      privilegeCovers(grant.privilege, grant.on.type, right.privilege),
  );
}

function grantHoldings(evidence: Evidence, right: Right): Holding[] {
  return coveringGrants(evidence, right).flatMap((grant) => {
    const through = throughWhat(evidence.holder, grant.principal);
    return through === undefined ? [] : [{ ...grant, through }];
  });
}

function ownerHoldings(evidence: Evidence, owned: readonly Securable[]): Holding[] {
  return owned.flatMap((on) => {
    const owner = ownerOf(evidence, on);
    const through = owner === undefined ? undefined : throughWhat(evidence.holder, owner);
    if (owner === undefined || through === undefined) return [];
    const created = factsOf(evidence, on)?.exists === false ? { onceCreated: true as const } : {};
    return [{ principal: owner, privilege: OWNERSHIP, on, through, ...created }];
  });
}

function grantDoubts(evidence: Evidence, right: Right): string[] {
  if (right.privilege === OWNERSHIP) return [];
  const { holder } = evidence;
  const path = securablePath(right.securable);
  const doubts = unreadGrants(evidence, path);
  for (const grant of coveringGrants(evidence, right)) {
    if (mayContain(holder, grant.principal)) {
      doubts.push(`${show(grant.principal)} holds it, and may be a group of ${show(holder.principal)}`);
    }
  }
  for (const grant of evidence.grants) {
    if (
      mayCover(grant.privilege, right.privilege) &&
      throughWhat(holder, grant.principal) !== undefined &&
      path.some((step) => sameSecurable(step, grant.on))
    ) {
      doubts.push(`${grant.privilege} is held on ${formatSecurable(grant.on)}, an older word`);
    }
  }
  return [...new Set(doubts)];
}

function unreadGrants(evidence: Evidence, path: readonly Securable[]): string[] {
  // Effective rows of the object itself say all; direct ones leave the parents open.
  const [nearest] = path.filter((step) => factsOf(evidence, step)?.exists !== false);
  const wanted = evidence.facts.grants === 'direct' ? path : nearest === undefined ? [] : [nearest];
  return wanted.flatMap((step) => {
    const facts = factsOf(evidence, step);
    if (facts === undefined) return [`the grants of ${formatSecurable(step)} were not read`];
    const { assignments } = facts;
    return 'unreadable' in assignments
      ? [`the grants of ${formatSecurable(step)} cannot be read (${show(assignments.unreadable)})`]
      : [];
  });
}

function ownerDoubts(evidence: Evidence, owned: readonly Securable[]): string[] {
  return owned.flatMap((securable) => {
    const what = formatSecurable(securable);
    const owner = ownerOf(evidence, securable);
    if (owner !== undefined) {
      return mayContain(evidence.holder, owner)
        ? [`${show(owner)} owns ${what}, and may be a group of ${show(evidence.holder.principal)}`]
        : [];
    }
    const facts = factsOf(evidence, securable);
    if (facts?.exists === false) return [];
    if (typeof facts?.owner === 'object' && evidence.holder.isCaller) return [];
    return [`the owner of ${what} is not known`];
  });
}

const THROUGH_RANK: Readonly<Record<Through, number>> = { self: 0, group: 1, everybody: 2 };

function nearestFirst(holdings: readonly Holding[], target: Securable): Holding[] {
  const path = securablePath(target);
  const distance = (on: Securable): number => {
    const index = path.findIndex((step) => sameSecurable(step, on));
    return index < 0 ? path.length : index;
  };
  return [...holdings].sort(
    (a, b) => distance(a.on) - distance(b.on) || THROUGH_RANK[a.through] - THROUGH_RANK[b.through],
  );
}
