/** A review of the environments that jobs of a GitHub workflow run deploy to. */
export interface EnvironmentReview {
  /** `approved`, `rejected`, `pending`, or a word that GitHub's description lacks; `approved` alone approves. */
  readonly state: string;
  /** Login of the reviewer; absent for an account that was deleted. */
  readonly login?: string;
  /** True for the account of an app. */
  readonly isBot: boolean;
  readonly comment: string;
  /** Names of the environments that it is about. */
  readonly environments: readonly string[];
}
