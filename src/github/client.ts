import * as z from 'zod';
import { HttpClient, type HttpClientOptions } from '../http/client.ts';
import { protocolError } from '../http/errors.ts';
import { errorOfGitHub, retold } from './errors.ts';
import type { EnvironmentReview } from '../domain/environment-review.ts';
import type { GitHub } from './port.ts';

/** The version of GitHub's REST API that these calls are written for (docs.github.com, "API Versions"). */
const API_VERSION = '2022-11-28';

/** What a {@link GitHub} is made of; `host` is the address of the API, on GitHub Enterprise Server with its path. */
export type GitHubOptions = Omit<HttpClientOptions, 'errorOf' | 'authorizer'> & { readonly token: string };

const REVIEWS = '/repos/{owner}/{repo}/actions/runs/{run_id}/approvals';

/** `environment-approvals` of GitHub's description; the account of a reviewer may be deleted since. */
const reviews = z.array(
  z.looseObject({
    state: z.enum(['approved', 'rejected', 'pending']),
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
    authorizer: { headers: async () => ({ authorization: `Bearer ${token}` }) },
  });
  return {
    async listReviews(repository, runId) {
      const [owner = '', repo = ''] = repository.split('/');
      const request = {
        method: 'GET',
        template: REVIEWS,
        params: { owner, repo, run_id: runId },
        headers: { accept: 'application/vnd.github+json', 'x-github-api-version': API_VERSION },
        retry: 'safe',
      } as const;
      try {
        const parsed = reviews.safeParse((await http.json(request)).body);
        if (!parsed.success) throw protocolError('is no list of reviews', `GET ${REVIEWS}`, parsed.error);
        return parsed.data.map(toReview);
      } catch (error) {
        throw retold(error);
      }
    },
  };
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
