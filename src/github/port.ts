import type { EnvironmentReview } from '../domain/environment-review.ts';

/** What actions ask of GitHub, in domain words. Failures are `PromoteError`s, as those of a registry. */
export interface GitHub {
  /**
   * The reviews of a workflow run, of every attempt of it: the response states neither time nor attempt
   * (`GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals`; needs `actions: read`).
   */
  listReviews(repository: string, runId: string): Promise<readonly EnvironmentReview[]>;
}
