import type { RestRequest } from '../../domain/grant-commands.ts';
import { METASTORE, securableKey, securablePath, type Securable } from '../../domain/privilege.ts';
import type { OwnedObject } from './administrators.ts';
import { ownerOf, type Evidence } from './evidence.ts';
import { hidingRight } from './hiding-right.ts';
import {
  grantRequests,
  uppermostFirst,
  type GrantRemedy,
  type JudgedRight,
  type OwnerChange,
  type RemedyPlan,
} from './remedy.ts';
import { rightKey } from './right.ts';

/** What an administrator may do about rights that are missing, and what shows who that is. */
export interface Granting {
  /** What is certainly missing, the uppermost object first. */
  readonly missing: readonly GrantRemedy[];
  /** What cannot be seen, and may be missing too. */
  readonly unseen: readonly GrantRemedy[];
  /** The same as requests, one for each object. */
  readonly requests: readonly RestRequest[];
  /** What has to be owned, or may have to be, where its owner could be looked for. */
  readonly ownership: readonly OwnerChange[];
  /** Whether ownership of anything is missing, or may be. */
  readonly needsOwner: boolean;
  /** Owners, where they are known, of all of these and of what they are in. */
  readonly owners: readonly OwnedObject[];
  /** True where no owner of what a model is in may grant rights on it. */
  readonly ownersReachDown: boolean;
}

/** Nothing that anybody would have to grant. */
export const NOTHING_TO_GRANT: Granting = {
  missing: [],
  unseen: [],
  requests: [],
  ownership: [],
  needsOwner: false,
  owners: [],
  ownersReachDown: false,
};

/** What gives the rights that were judged: the plan for what is missing, and a remedy of its own for each that is unknown. */
export function grantingOf(judged: readonly JudgedRight[], plan: RemedyPlan, evidence: Evidence): Granting {
  const planned = new Set(plan.grants.map(rightKey));
  const unsettled = judged.filter(({ state }) => state === 'unknown');
  const unknown = unsettled.flatMap(({ remedy }) => remedy ?? []);
  // Who owns what is shut shows once it is open.
  const visible = unsettled
    .filter(({ right }) => hidingRight(right.securable, [{ rights: judged }]) === undefined)
    .flatMap(({ remedy }) => remedy ?? []);
  const grants = unknown
    .filter((each) => each.kind === 'grant')
    .filter((each) => !planned.has(rightKey(each)));
  const unseen = uppermostFirst([...new Map(grants.map((each) => [rightKey(each), each])).values()]);
  const owned = [
    ...plan.ownerChanges,
    ...visible.flatMap((each) => (each.kind === 'owner-change' ? [each.change] : [])),
  ];
  const all = uppermostFirst([...plan.grants, ...unseen]);
  return {
    missing: plan.grants,
    unseen,
    requests: grantRequests(all, evidence),
    ownership: [...new Map(owned.map((each) => [securableKey(each.securable), each])).values()],
    needsOwner: plan.ownerChanges.length > 0 || unknown.some(({ kind }) => kind === 'owner-change'),
    owners: ownersOf(
      all.map(({ securable }) => securable),
      evidence,
    ),
    ownersReachDown: evidence.facts.ownersReachDown === true,
  };
}

function ownersOf(targets: readonly Securable[], evidence: Evidence): OwnedObject[] {
  const steps = [...targets.flatMap(securablePath), METASTORE];
  const different = new Map(steps.map((each) => [securableKey(each), each]));
  return [...different.values()].flatMap((securable) => {
    const owner = ownerOf(evidence, securable);
    return owner === undefined ? [] : [{ securable, owner }];
  });
}
