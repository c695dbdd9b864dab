import {
  formatSecurable,
  sameSecurable,
  securablePath,
  sqlPrivilege,
  type Securable,
} from '../domain/privilege.ts';
import { show } from '../domain/text.ts';
import { factsOf, metastoresOf, ownerOf, type Evidence } from './grants-evidence.ts';
import {
  coveringGrants,
  grantHoldings,
  nearestFirst,
  ownerHoldings,
  ownersThatHold,
  type Holding,
} from './grants-holding.ts';
import { mayContain, throughWhat } from './grants-principal.ts';
import { mayCover, ownerHolds, OWNERSHIP } from './grants-privileges.ts';
import type { Right } from './grants-rights.ts';

/** Every way in which a right is held, nearest first, and whatever stands against calling it missing. */
export interface Standing {
  readonly holdings: readonly Holding[];
  readonly doubts: readonly string[];
}

/** How the principal stands to one right. */
export function standingOf(evidence: Evidence, right: Right): Standing {
  const owned = ownersThatHold(evidence, right);
  const holdings = [...grantHoldings(evidence, right), ...ownerHoldings(evidence, owned)];
  if (holdings.length > 0) return { holdings: nearestFirst(holdings, right.securable), doubts: [] };
  const doubts = [
    ...grantDoubts(evidence, right),
    ...ownerDoubts(evidence, owned),
    ...stewardDoubts(evidence, right),
  ];
  return { holdings, doubts };
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
    // Owners may always look at their object, once they may use what it is in.
    const shownToOwners = evidence.holder.isCaller && usesParents(evidence, securable);
    if (typeof facts?.owner === 'object' && shownToOwners) return [];
    return [`the owner of ${what} is not known`];
  });
}

function usesParents(evidence: Evidence, securable: Securable): boolean {
  return securablePath(securable)
    .slice(1)
    .every((parent) => {
      const use = { securable: parent, privilege: parent.type === 'catalog' ? 'USE_CATALOG' : 'USE_SCHEMA' };
      const owners = ownerHoldings(evidence, [parent, ...stewardships(evidence, use)]);
      return grantHoldings(evidence, use).length > 0 || owners.length > 0;
    });
}

/** Whether those who own what is above need USE_CATALOG and USE_SCHEMA themselves is written nowhere. */
function stewardDoubts(evidence: Evidence, right: Right): string[] {
  if (right.privilege !== 'USE_CATALOG' && right.privilege !== 'USE_SCHEMA') return [];
  const above = stewardships(evidence, right);
  const owned = ownerHoldings(evidence, above).map(
    ({ on }) =>
      `${show(evidence.holder.principal)} owns ${formatSecurable(on)}, and whether its owner needs ${sqlPrivilege(right.privilege)} is not confirmed`,
  );
  return [...owned, ...ownerDoubts(evidence, above)];
}

function stewardships(evidence: Evidence, right: Right): Securable[] {
  const above = securablePath(right.securable).filter((step) => !ownerHolds(right.privilege, step.type));
  return [...above, ...metastoresOf(evidence)];
}
