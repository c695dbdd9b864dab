import { HttpClient } from '../http/client.ts';
import type { HttpClientOptions } from '../http/client-options.ts';
import { listReviews } from './environment-reviews.ts';
import { readEnvironment } from './environment.ts';
import { errorOfGitHub, GITHUB, reworded } from './errors.ts';
import { openOctokit, type Octokit } from './octokit.ts';
import { readPermission } from './permission.ts';
import type { GitHub } from './port.ts';
import { listPullRequests, listPullReviews, readCommitPeople } from './pull-requests.ts';
import { readBlob, readBranch, readMergeBase, readTree } from './trees.ts';

/** What a {@link GitHub} is made of; `host` is the address of the API, on GitHub Enterprise Server with its path. */
export type GitHubOptions = Omit<HttpClientOptions, 'errorOf' | 'authorizer'> & { readonly token: string };

/** A client of GitHub's REST API, under the time-outs, retries and proxies of every other. */
export function openGitHub({ token, ...options }: GitHubOptions): GitHub {
  const http = new HttpClient({
    ...options,
    errorOf: errorOfGitHub,
    peer: GITHUB,
    authorizer: { headers: async () => ({ authorization: `Bearer ${token}` }) },
  });
  const asked =
    <Asked extends readonly unknown[], T>(call: (octokit: Octokit, ...asked: Asked) => Promise<T>) =>
    async (...parts: Asked): Promise<T> => {
      try {
        return await call(await openOctokit(http, options.host), ...parts);
      } catch (error) {
        throw reworded(error);
      }
    };
  return {
    listReviews: asked(listReviews),
    environment: asked(readEnvironment),
    listPullRequests: asked(listPullRequests),
    listPullReviews: asked(listPullReviews),
    commitPeople: asked(readCommitPeople),
    permission: asked(readPermission),
    tree: asked(readTree),
    blob: asked(readBlob),
    mergeBase: asked(readMergeBase),
    branch: asked(readBranch),
  };
}
