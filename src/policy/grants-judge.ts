import { formatSecurable, sameSecurable, securablePath } from '../domain/privilege.ts';
import type { Securable } from '../domain/privilege.ts';
import { show } from '../domain/text.ts';
import { factsOf, ownerOf, type Evidence } from './grants-evidence.ts';
import { formatHolding, type Holding } from './grants-holding.ts';
import { standingOf } from './grants-standing.ts';
import type { GrantOptions } from './grants-facts.ts';
import { OWNERSHIP } from './grants-privileges.ts';
import type { AlternativeRight, RequiredRight, Right } from './grants-rights.ts';

/** The answer for one right, before anybody asks what mends it. */
export type Verdict =
  | {
      readonly state: 'granted';
      readonly right: RequiredRight;
      /** How it is held: goes on after `granted`. */
      readonly by: string;
      /** Every way in which it is held, nearest first; the first right or alternative that is held counts. */
      readonly holdings: readonly Holding[];
    }
  | {
      readonly state: 'missing';
      readonly right: RequiredRight;
      readonly reason: string;
      readonly absent?: true;
    }
  | { readonly state: 'unknown'; readonly right: RequiredRight; readonly reason: string };

/** The right and the alternatives that are known to do as well. */
export function sufficientRights(right: RequiredRight): Right[] {
  return [right, ...right.alternatives.filter((each) => each.unconfirmed === undefined)];
}

/** Judges one right; `absent` on a verdict says that its object does not exist, so that no statement helps. */
export function judge(right: RequiredRight, evidence: Evidence): Verdict {
  const absent = absentStep(evidence, right.securable);
  if (absent !== undefined && ownerOf(evidence, absent) === undefined) {
    const reason = `${formatSecurable(absent)} does not exist, or may not be seen`;
    return { state: 'missing', right, reason, absent: true };
  }
  const doubts: string[] = [];
  for (const each of sufficientRights(right)) {
    const standing = standingOf(evidence, each);
    const [nearest] = standing.holdings;
    if (nearest !== undefined) {
      return { state: 'granted', right, by: formatHolding(nearest, each), holdings: standing.holdings };
    }
    doubts.push(...standing.doubts);
  }
  if (absent !== undefined) {
    const owner = show(ownerOf(evidence, absent) ?? '');
    const reason = `${formatSecurable(absent)} is still to be created, and ${owner} is to own it`;
    return { state: 'missing', right, reason, absent: true };
  }
  const maybe = right.alternatives.flatMap((each) => unconfirmedReason(evidence, each));
  const reasons =
    doubts.length > 0 && !maybe.some((each) => each.held) ? doubts : maybe.map((each) => each.text);
  if (reasons.length > 0) return { state: 'unknown', right, reason: [...new Set(reasons)].join('; ') };
  return { state: 'missing', right, reason: missingReason(evidence, right) };
}

/** Gives each model that the rights are about to create its owner, who then has all rights on it. */
export function withNewModels(
  rights: readonly RequiredRight[],
  evidence: Evidence,
  options: GrantOptions,
): Evidence {
  const owner = options.ownerOfNewModel ?? evidence.holder.principal;
  const creates = rights
    .filter((right) => right.privilege === 'CREATE_MODEL')
    .map((right) => right.securable);
  const futureOwners = evidence.facts.securables
    .filter(
      ({ securable, exists }) =>
        exists === false &&
        securable.type === 'function' &&
        securablePath(securable).some((step) => creates.some((schema) => sameSecurable(step, schema))),
    )
    .map(({ securable }) => ({ securable, owner }));
  return { ...evidence, futureOwners: [...evidence.futureOwners, ...futureOwners] };
}

function unconfirmedReason(
  evidence: Evidence,
  alternative: AlternativeRight,
): { readonly held: boolean; readonly text: string }[] {
  const { privilege, unconfirmed } = alternative;
  if (unconfirmed === undefined) return [];
  const { holdings, doubts } = standingOf(evidence, alternative);
  const [held] = holdings;
  if (held !== undefined) {
    return [{ held: true, text: `${privilege} is held ${formatHolding(held, alternative)}; ${unconfirmed}` }];
  }
  return doubts.length === 0
    ? []
    : [{ held: false, text: `whether ${privilege} is held: ${doubts.join('; ')}; ${unconfirmed}` }];
}

function absentStep(evidence: Evidence, securable: Securable): Securable | undefined {
  return securablePath(securable)
    .reverse()
    .find((step) => factsOf(evidence, step)?.exists === false);
}

function missingReason(evidence: Evidence, right: RequiredRight): string {
  const owner = ownerOf(evidence, right.securable);
  if (right.privilege !== OWNERSHIP) return 'no grant, group or ownership gives it';
  return owner === undefined ? 'somebody else owns it' : `${show(owner)} owns it`;
}
