/** An environment of a GitHub repository, with the rules that guard it. */
export interface DeploymentEnvironment {
  readonly name: string;
  /** Whose approval it waits for; empty where nobody has to approve. */
  readonly reviewers: readonly EnvironmentReviewer[];
  /** Whether whoever started a run is kept from approving it. */
  readonly preventsSelfReview: boolean;
  /** Whether administrators may go past the rules; undefined where GitHub does not say it. */
  readonly adminsMayBypass: boolean | undefined;
  /** Whether every branch may deploy to it. */
  readonly takesAnyBranch: boolean;
}

/** One of an environment's required reviewers; the members of a team cannot be read with the token of a job. */
export interface EnvironmentReviewer {
  readonly kind: 'user' | 'team' | 'unknown';
  /** A login, or the name of a team. */
  readonly name: string;
}
