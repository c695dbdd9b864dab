import type { Account } from '../../domain/account.ts';
import type { DeploymentEnvironment } from '../../domain/deployment-environment.ts';
import type { EnvironmentReview } from '../../domain/environment-review.ts';
import type { PullRequest, PullReview } from '../../domain/pull-request.ts';
import type { RoleFacts, Unseen } from '../separation-of-duties/decide.ts';

/** What was read of the approval of an environment in a run. */
export interface EnvironmentApproval {
  readonly kind: 'environment';
  readonly environment: string;
  readonly runId: string;
  /** Undefined where GitHub has no environment of that name. */
  readonly rules: DeploymentEnvironment | Unseen | undefined;
  readonly reviews: readonly EnvironmentReview[] | Unseen;
}

/** What was read of the reviews of the pull request that a run's commit was merged by. */
export interface ReviewApproval {
  readonly kind: 'review';
  readonly pull: ReviewedPull | Unseen;
}

/** A merged pull request, and what decides whose review of it counts. */
export interface ReviewedPull {
  readonly pull: PullRequest;
  readonly reviews: readonly PullReview[];
  /** Author and committer of its last commit. */
  readonly makers: readonly Account[];
  /** Who started the run. */
  readonly requester: RoleFacts;
  /** What each who was looked at may do in the repository, by login in lower case. */
  readonly permissions: ReadonlyMap<string, string | Unseen>;
}

/** What was read of an approval, of either kind. */
export type ApprovalFacts = EnvironmentApproval | ReviewApproval;
