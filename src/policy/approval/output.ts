import { show } from '../../domain/printable.ts';
import type { ApprovalDecision } from './decide.ts';

/** One review of the output `approval`. */
interface ReviewOutput {
  readonly who: string;
  readonly state: 'counts' | 'refused' | 'unknown';
  readonly why: string;
  readonly source?: string;
}

/** The output `approval`. */
export interface ApprovalOutput {
  readonly approved: boolean;
  readonly bound: boolean;
  readonly reviews: readonly ReviewOutput[];
}

/** An approval as plain JSON: evidence of who approved what. */
export function approvalOutput({ allowed, isBound, reviews }: ApprovalDecision): ApprovalOutput {
  return {
    approved: allowed,
    bound: isBound,
    reviews: reviews.map(({ who, standing, why, identity }) => ({
      who,
      state: standing,
      why: show(why, 300),
      ...(identity === undefined ? {} : { source: identity.source }),
    })),
  };
}
