import type { Identity } from '../separation-of-duties/identity.ts';

/** One review, and whether it counts as an approval. */
export interface JudgedReview {
  /** A login, or `an account that no longer exists`. */
  readonly who: string;
  /** The account in what it did; undefined where it no longer exists. */
  readonly identity: Identity | undefined;
  /** `unknown`: it would count if it were known who gave it. */
  readonly standing: 'counts' | 'refused' | 'unknown';
  /** Whether it approves what is asked about, whoever gave it. */
  readonly isApproval: boolean;
  /** Whether it holds the code of the plan. */
  readonly isBound: boolean;
  /** Why it stands so, one clause about the review: `does not contain the code of this plan`. */
  readonly why: string;
  /** What makes it known, where that is not another review. */
  readonly fix?: string;
}
