import * as z from 'zod';
import { HttpClient } from '../http/client.ts';
import type { HttpClientOptions } from '../http/client-options.ts';
import { protocolError } from '../http/failed-response.ts';
import { errorOfGitHub, GITHUB, reworded } from './errors.ts';
import { openOctokit } from './octokit.ts';
import type { EnvironmentReview } from '../domain/environment-review.ts';
import type { GitHub } from './port.ts';

/** What a {@link GitHub} is made of; `host` is the address of the API, on GitHub Enterprise Server with its path. */
export type GitHubOptions = Omit<HttpClientOptions, 'errorOf' | 'authorizer'> & { readonly token: string };

const REVIEWS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals';

/** `environment-approvals` of GitHub's description; the account of a reviewer may be deleted since. */
const reviews = z.array(
  z.looseObject({
    // The description lists three; live answers of its neighbours have had states that no description lists.
    state: z.string(),
    comment: z.string().nullish(),
    user: z.looseObject({ login: z.string().min(1), type: z.string().nullish() }).nullish(),
    environments: z.array(z.looseObject({ name: z.string() })),
  }),
);

/** A client of GitHub's REST API, under the time-outs, retries and proxies of every other. */
export function openGitHub({ token, ...options }: GitHubOptions): GitHub {
  const http = new HttpClient({
    ...options,
    errorOf: errorOfGitHub,
    peer: GITHUB,
    authorizer: { headers: async () => ({ authorization: `Bearer ${token}` }) },
  });
  return {
    async listReviews(repository, runId) {
      const [owner = '', repo = ''] = repository.split('/');
      try {
        const octokit = await openOctokit(http, options.host);
        const { data } = await octokit.request(REVIEWS, { owner, repo, run_id: numberOf(runId) });
        const parsed = reviews.safeParse(data);
        if (!parsed.success) throw protocolError('is not a list of reviews', REVIEWS, parsed.error);
        return parsed.data.map(toReview);
      } catch (error) {
        throw reworded(error);
      }
    },
  };
}

/** Octokit's types want a number: one that JavaScript cannot hold exactly would name another run. */
function numberOf(runId: string): number {
  const id = Number(runId);
  if (!Number.isSafeInteger(id) || String(id) !== runId)
    throw new TypeError(`${runId} is not the number of a workflow run.`);
  return id;
}

function toReview(row: z.output<typeof reviews>[number]): EnvironmentReview {
  return {
    state: row.state,
    ...(row.user == null ? {} : { login: row.user.login }),
    isBot: row.user?.type === 'Bot',
    comment: row.comment ?? '',
    environments: row.environments.map(({ name }) => name),
  };
}
