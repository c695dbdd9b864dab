import * as z from 'zod';
import type { Account } from '../domain/account.ts';
import type { PullRequest, PullReview } from '../domain/pull-request.ts';
import { account, toAccount } from './account.ts';
import type { Octokit } from './octokit.ts';
import { placeOf } from './repository.ts';
import { parsedResponse } from './response.ts';

const PULLS = 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls';
const REVIEWS = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews';
const COMMIT = 'GET /repos/{owner}/{repo}/commits/{ref}';
const PER_PAGE = 100;

/** `pull-request-simple` of GitHub's description; a fork may be deleted since. */
const pulls = z.array(
  z.looseObject({
    number: z.int().min(1),
    user: account,
    merged_at: z.string().nullish(),
    merge_commit_sha: z.string().nullish(),
    head: z.looseObject({ sha: z.string().min(1), repo: z.looseObject({ id: z.number() }).nullish() }),
    base: z.looseObject({
      ref: z.string(),
      repo: z.looseObject({ id: z.number(), default_branch: z.string() }),
    }),
  }),
);

/** `pull-request-review` of GitHub's description. */
const reviews = z.array(
  z.looseObject({
    user: account,
    state: z.string(),
    commit_id: z.string().nullish(),
    submitted_at: z.string().nullish(),
  }),
);

/** `commit` of GitHub's description, as far as it names accounts. */
const commit = z.looseObject({ author: account, committer: account });

/** Reads the pull requests that a commit belongs to. */
export async function listPullRequests(
  octokit: Octokit,
  repository: string,
  sha: string,
): Promise<readonly PullRequest[]> {
  const place = { ...placeOf(repository), commit_sha: sha, per_page: PER_PAGE };
  const rows: unknown = await octokit.paginate(PULLS, place);
  return parsedResponse(pulls, rows, 'a list of pull requests', PULLS).map(
    ({ number, user, head, base, merged_at: merged, merge_commit_sha: mergedAs }) => ({
      number,
      author: toAccount(user),
      head: head.sha,
      // Of one that is open it is a commit on trial (docs.github.com, "Get a pull request").
      mergedAs: merged == null ? undefined : (mergedAs ?? undefined),
      mergedAt: merged ?? undefined,
      base: { branch: base.ref, isDefault: base.ref === base.repo.default_branch },
      isFromFork: head.repo?.id !== base.repo.id,
    }),
  );
}

/** Reads every review of a pull request, the oldest first. */
export async function listPullReviews(
  octokit: Octokit,
  repository: string,
  number: number,
): Promise<readonly PullReview[]> {
  const place = { ...placeOf(repository), pull_number: number, per_page: PER_PAGE };
  const rows: unknown = await octokit.paginate(REVIEWS, place);
  return parsedResponse(reviews, rows, 'a list of reviews', REVIEWS).map((row) => ({
    reviewer: toAccount(row.user),
    state: row.state,
    commit: row.commit_id ?? undefined,
    submittedAt: row.submitted_at ?? undefined,
  }));
}

/** Reads who made a commit: its author and its committer. */
export async function readCommitPeople(
  octokit: Octokit,
  repository: string,
  sha: string,
): Promise<readonly Account[]> {
  // One file a page: what was changed is not looked at.
  const { data } = await octokit.request(COMMIT, { ...placeOf(repository), ref: sha, per_page: 1 });
  const { author, committer } = parsedResponse(commit, data, 'a commit', COMMIT);
  return [author, committer].map(toAccount);
}
