import type { Account } from './account.ts';

/** A pull request of GitHub that a commit belongs to. */
export interface PullRequest {
  readonly number: number;
  readonly author: Account;
  /** The last commit of its branch. */
  readonly head: string;
  /** The commit that its merge made; undefined where it was not merged. */
  readonly mergedAs: string | undefined;
  /** When that was, ISO 8601; undefined where it was not merged. */
  readonly mergedAt: string | undefined;
  /** The branch that it was merged into, and whether that is the default branch of the repository. */
  readonly base: { readonly branch: string; readonly isDefault: boolean };
  /** Whether its branch is in another repository, or in one that was deleted. */
  readonly isFromFork: boolean;
}

/** A review of a pull request. */
export interface PullReview {
  readonly reviewer: Account;
  /** `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED`, `PENDING`, or a word that GitHub's description lacks. */
  readonly state: string;
  /** The commit that was reviewed; undefined where it is gone. */
  readonly commit: string | undefined;
  /** When it was given, ISO 8601; undefined where GitHub does not say it. */
  readonly submittedAt: string | undefined;
}
