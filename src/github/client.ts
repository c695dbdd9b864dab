import type { TextContent } from '../domain/kept-text.ts';
import { HttpClient } from '../http/client.ts';
import type { HttpClientOptions } from '../http/client-options.ts';
import { createComment, deleteComment, editComment, listComments } from './comments.ts';
import { listReviews } from './environment-reviews.ts';
import { readEnvironment } from './environment.ts';
import { errorOfGitHub, GITHUB, reworded } from './errors.ts';
import { closeSurplusIssue, createIssue, editIssue, listIssues } from './issues.ts';
import { readBranch, readDefaultBranch, readFile } from './contents.ts';
import { openOctokit, type Octokit } from './octokit.ts';
import { readPermission } from './permission.ts';
import type { GitHub } from './port.ts';
import { listPullRequests, listPullReviews, readCommitPeople } from './pull-requests.ts';
import { graphqlHost, readViewer } from './viewer.ts';
import { readBlob, readMergeBase, readTree } from './trees.ts';

/** What a {@link GitHub} is made of; `host` is the address of the API, on GitHub Enterprise Server with its path. */
export type GitHubOptions = Omit<HttpClientOptions, 'errorOf' | 'authorizer'> & { readonly token: string };

/** A client of GitHub's REST API, under the time-outs, retries and proxies of every other. */
export function openGitHub({ token, ...options }: GitHubOptions): GitHub {
  const at = (host: string) =>
    new HttpClient({
      ...options,
      host,
      errorOf: errorOfGitHub,
      peer: GITHUB,
      authorizer: { headers: async () => ({ authorization: `Bearer ${token}` }) },
    });
  const http = at(options.host);
  const asked =
    <Asked extends readonly unknown[], T>(call: (octokit: Octokit, ...asked: Asked) => Promise<T>) =>
    async (...parts: Asked): Promise<T> => {
      try {
        return await call(await openOctokit(http, options.host), ...parts);
      } catch (error) {
        throw reworded(error);
      }
    };
  const viewer = async (): Promise<string> => {
    try {
      return await readViewer(at(graphqlHost(options.host)));
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
    viewer,
    comments: (repository, number) => ({
      list: asked((octokit) => listComments(octokit, repository, number)),
      create: asked((octokit, content: TextContent) => createComment(octokit, repository, number, content)),
      edit: asked((octokit, id: number, content: TextContent) =>
        editComment(octokit, repository, id, content),
      ),
      withdraw: asked((octokit, id: number) => deleteComment(octokit, repository, id)),
    }),
    issues: (repository, label) => ({
      list: asked((octokit, creator: string) => listIssues(octokit, repository, { label, creator })),
      create: asked((octokit, content: TextContent) => createIssue(octokit, repository, label, content)),
      edit: asked((octokit, id: number, content: TextContent) => editIssue(octokit, repository, id, content)),
      withdraw: asked((octokit, id: number) => closeSurplusIssue(octokit, repository, id)),
    }),
    tree: asked(readTree),
    blob: asked(readBlob),
    mergeBase: asked(readMergeBase),
    branch: asked(readBranch),
    defaultBranch: asked(readDefaultBranch),
    file: asked(readFile),
  };
}
