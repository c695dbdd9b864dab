import type { Account } from './account.ts';

/** A review of the environments that jobs of a GitHub workflow run deploy to. */
export interface EnvironmentReview {
  /** `approved`, `rejected`, `pending`, or a word that GitHub's description lacks; `approved` alone approves. */
  readonly state: string;
  readonly reviewer: Account;
  readonly comment: string;
  /** Names of the environments that it is about. */
  readonly environments: readonly string[];
}
