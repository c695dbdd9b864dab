import {
  formatSecurable,
  sameSecurable,
  securablePath,
  sqlPrivilege,
  type Securable,
} from '../../domain/privilege.ts';
import { show } from '../../domain/printable.ts';
import { factsOf, metastoresOf, ownerOf, type Evidence } from './evidence.ts';
import type { Grant } from './grant-index.ts';
import { throughWhat, type Through } from './subject.ts';
import { mayCover, OWNERSHIP, ownerHolds, privilegeCovers } from './privileges.ts';
import type { Right } from './right.ts';

/** One way in which the principal has a right. */
export interface GrantPath extends Grant {
  readonly through: Through;
  /** True for owning a model that is still to be created. */
  readonly onceCreated?: true;
}

/** The holding as a sentence goes on after `granted`: `through the group ml-deployers, inherited from schema prod.ml`. */
export function formatGrantPath(path: GrantPath, right: Right): string {
  const name = show(path.principal);
  const above = !sameSecurable(path.on, right.securable);
  if (path.privilege === OWNERSHIP) {
    const what = formatSecurable(path.on);
    const when = path.onceCreated === true ? ', once it is created' : '';
    return path.through === 'self'
      ? `by owning ${what}${when}`
      : `through the group ${name}, owner of ${what}${when}`;
  }
  const who = {
    self: 'directly',
    group: `through the group ${name}`,
    everybody: 'to all users (account users)',
  };
  const as = path.privilege === right.privilege ? '' : `, as ${sqlPrivilege(path.privilege)}`;
  return `${who[path.through]}${above ? `, inherited from ${formatSecurable(path.on)}` : ''}${as}`;
}

/**
 * The objects whose owner has the right; MANAGE of an object comes with owning it, a parent, or the metastore
 * (uc-protocol §10.2), whose owner is only known where the facts name it.
 */
export function ownersThatHold(evidence: Evidence, right: Right): Securable[] {
  if (right.privilege === 'MANAGE') return [...securablePath(right.securable), ...metastoresOf(evidence)];
  return ownerHolds(right.privilege, right.securable.type) ? [right.securable] : [];
}

/** Every grant that is the right, to whomever: on the object, or above it where it is inherited. */
export function coveringGrants(evidence: Evidence, right: Right): Grant[] {
  return grantsAbove(evidence, right).filter((grant) => reach(evidence, grant, right.securable) === 'yes');
}

/**
 * Grants above the object that would be the right, but do not show among the object's own effective rows: the responses
 * are late, or this metastore has no inheritance.
 */
export function unshownGrants(evidence: Evidence, right: Right): Grant[] {
  return grantsAbove(evidence, right).filter((grant) => reach(evidence, grant, right.securable) === 'unsure');
}

/** Grants on the object or above it by an older word, of which nothing says whether it covers the right. */
export function oldGrants(evidence: Evidence, { securable, privilege }: Right): Grant[] {
  const isOld = evidence.facts.inheritance === 'no';
  const path = isOld ? [securable] : securablePath(securable);
  return evidence.grants.on(path).filter((grant) => mayCover(grant.privilege, privilege, isOld));
}

function grantsAbove(evidence: Evidence, right: Right): Grant[] {
  const path = securablePath(right.securable);
  return evidence.grants
    .onOrAbove(path)
    .filter((grant) =>
      privilegeCovers(grant.privilege, grant.on.type, right.privilege, evidence.facts.inheritance === 'no'),
    );
}

/** Whether a grant made on the object or above it holds on the object. */
function reach(evidence: Evidence, { on, seenOn }: Grant, target: Securable): 'yes' | 'no' | 'unsure' {
  if (sameSecurable(on, target)) return 'yes';
  if (evidence.facts.inheritance === 'no') return 'no';
  if (evidence.facts.grants === 'direct' || seenOn === undefined) return 'yes';
  const own = factsOf(evidence, target);
  // Effective rows of an object carry what it inherits (uc-protocol §10.1).
  const reports = own?.exists !== false && own !== undefined && !('unreadable' in own.assignments);
  if (reports) return seenOn.some((each) => sameSecurable(each, target)) ? 'yes' : 'unsure';
  return evidence.facts.inheritance === 'yes' || own?.exists === false ? 'yes' : 'unsure';
}

/** The grants of the right that reach the principal. */
export function pathsByGrant(evidence: Evidence, right: Right): GrantPath[] {
  return coveringGrants(evidence, right).flatMap((grant) => {
    const through = throughWhat(evidence.subject, grant.principal);
    return through === undefined ? [] : [{ ...grant, through }];
  });
}

/** Those of the objects that the principal owns, itself or through a group. */
export function pathsByOwnership(evidence: Evidence, owned: readonly Securable[]): GrantPath[] {
  return owned.flatMap((on) => {
    const owner = ownerOf(evidence, on);
    const through = owner === undefined ? undefined : throughWhat(evidence.subject, owner);
    if (owner === undefined || through === undefined) return [];
    const created = factsOf(evidence, on)?.exists === false ? { onceCreated: true as const } : {};
    return [{ principal: owner, privilege: OWNERSHIP, on, through, ...created }];
  });
}

const THROUGH_RANK: Readonly<Record<Through, number>> = { self: 0, group: 1, everybody: 2 };

/** Nearest object first; on one object the principal's own grant, then groups, then everybody. */
export function nearestFirst(paths: readonly GrantPath[], target: Securable): GrantPath[] {
  const path = securablePath(target);
  const distance = (on: Securable): number => {
    const index = path.findIndex((step) => sameSecurable(step, on));
    return index < 0 ? path.length : index;
  };
  return [...paths].sort(
    (a, b) =>
      distance(a.on) - distance(b.on) ||
      THROUGH_RANK[a.through] - THROUGH_RANK[b.through] ||
      compareText(a.privilege + a.principal, b.privilege + b.principal),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
