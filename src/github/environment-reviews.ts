import * as z from 'zod';
import type { EnvironmentReview } from '../domain/environment-review.ts';
import { account, toAccount } from './account.ts';
import type { Octokit } from './octokit.ts';
import { placeOf } from './repository.ts';
import { parsedResponse } from './response.ts';

const REVIEWS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals';

/** `environment-approvals` of GitHub's description; the account of a reviewer may be deleted since. */
const reviews = z.array(
  z.looseObject({
    // The description lists three; live responses of its neighbours have had states that no description lists.
    state: z.string(),
    comment: z.string().nullish(),
    user: account,
    environments: z.array(z.looseObject({ name: z.string() })),
  }),
);

/** Reads the reviews of a run's environments. */
export async function listReviews(
  octokit: Octokit,
  repository: string,
  runId: string,
): Promise<readonly EnvironmentReview[]> {
  const { data } = await octokit.request(REVIEWS, { ...placeOf(repository), run_id: numberOf(runId) });
  return parsedResponse(reviews, data, 'a list of reviews', REVIEWS).map((row) => ({
    state: row.state,
    reviewer: toAccount(row.user),
    comment: row.comment ?? '',
    environments: row.environments.map(({ name }) => name),
  }));
}

/** Octokit's types want a number: one that JavaScript cannot hold exactly would name another run. */
function numberOf(runId: string): number {
  const id = Number(runId);
  if (!Number.isSafeInteger(id) || String(id) !== runId)
    throw new TypeError(`${runId} is not the number of a workflow run.`);
  return id;
}
