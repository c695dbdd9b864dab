import { sameSecurable } from '../domain/privilege.ts';
import type { Evidence } from './grants-evidence.ts';
import { doubtsAbout, type Doubt } from './grants-doubts.ts';
import {
  grantHoldings,
  nearestFirst,
  ownerHoldings,
  ownersThatHold,
  type Holding,
} from './grants-holding.ts';
import type { Right } from './grants-rights.ts';

/** Every way in which a right is held, nearest first, or whatever stands against calling it missing. */
export interface Standing {
  readonly holdings: readonly Holding[];
  readonly doubts: readonly Doubt[];
}

/** How the principal stands to one right. What the registry refuses to the caller is not held, whatever grants say. */
export function standingOf(evidence: Evidence, right: Right): Standing {
  const holdings = [
    ...grantHoldings(evidence, right),
    ...ownerHoldings(evidence, ownersThatHold(evidence, right)),
  ];
  const isRefused = evidence.refused.some((each) => sameRight(each, right));
  if (holdings.length === 0) return { holdings, doubts: isRefused ? [] : doubtsAbout(evidence, right) };
  if (!isRefused) return { holdings: nearestFirst(holdings, right.securable), doubts: [] };
  return { holdings: [], doubts: [{ kind: 'unconfirmed', text: CONTRADICTED }] };
}

const CONTRADICTED =
  'grants say that it is held, and the registry refused it: its answers are late, or a policy denies it';

function sameRight(a: Right, b: Right): boolean {
  return a.privilege === b.privilege && sameSecurable(a.securable, b.securable);
}
