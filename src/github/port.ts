import type { Account } from '../domain/account.ts';
import type { DeploymentEnvironment } from '../domain/deployment-environment.ts';
import type { EnvironmentReview } from '../domain/environment-review.ts';
import type { KeptText, TextContent } from '../domain/kept-text.ts';
import type { PullRequest, PullReview } from '../domain/pull-request.ts';
import type { BranchHead, RepositoryFile } from '../domain/repository-file.ts';
import type { TreeEntry } from '../domain/repository-tree.ts';

/** Where GitHub keeps texts of one kind: the comments of a pull request, or the issues of a repository. */
export interface TextPlace {
  /** Those that are there, at least all that have an author. */
  list(this: void, author: string): Promise<readonly KeptText[]>;
  /** Writes one more. It is sent once: a failure may come after it was written. */
  create(this: void, content: TextContent): Promise<KeptText>;
  /** Writes one in the place of what it said. */
  edit(this: void, id: number, content: TextContent): Promise<void>;
  /** Takes one away: a comment is deleted, an issue is closed. */
  withdraw(this: void, id: number): Promise<void>;
}

/** What actions ask of GitHub, in domain words. Failures are `PromoteError`s, as those of a registry. */
export interface GitHub {
  /**
   * The reviews of a workflow run, of every attempt of it: the response states neither time nor attempt
   * (`GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals`; needs `actions: read`).
   */
  listReviews(repository: string, runId: string): Promise<readonly EnvironmentReview[]>;
  /**
   * An environment and its rules; undefined where GitHub has none of that name, or hides it
   * (`GET /repos/{owner}/{repo}/environments/{environment_name}`; needs `actions: read`).
   */
  environment(repository: string, name: string): Promise<DeploymentEnvironment | undefined>;
  /**
   * The pull requests that a commit belongs to, merged or not
   * (`GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls`; needs `pull-requests: read`).
   */
  listPullRequests(repository: string, sha: string): Promise<readonly PullRequest[]>;
  /**
   * The reviews of a pull request, the oldest first
   * (`GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews`; needs `pull-requests: read`).
   */
  listPullReviews(repository: string, number: number): Promise<readonly PullReview[]>;
  /**
   * Author and committer of a commit; without a login where an address of Git is no account's
   * (`GET /repos/{owner}/{repo}/commits/{ref}`; needs `contents: read`).
   */
  commitPeople(repository: string, sha: string): Promise<readonly Account[]>;
  /**
   * What an account may do in a repository: `admin`, `write`, `read`, `none`, or a word that GitHub's description lacks
   * (`GET /repos/{owner}/{repo}/collaborators/{username}/permission`; every token may).
   */
  permission(repository: string, login: string): Promise<string>;
  /**
   * The login that the token writes as (GraphQL `viewer`; every token may): that of an app ends in `[bot]`.
   */
  viewer(): Promise<string>;
  /**
   * The comments of a pull request
   * (`/repos/{owner}/{repo}/issues/{issue_number}/comments`; needs `pull-requests: write`).
   */
  comments(repository: string, number: number): TextPlace;
  /**
   * The issues of a repository that have a label
   * (`/repos/{owner}/{repo}/issues`; needs `issues: write`).
   */
  issues(repository: string, label: string): TextPlace;
  /**
   * A folder of a repository, by the id of a commit or of a folder, with or without what is below its folders
   * (`GET /repos/{owner}/{repo}/git/trees/{tree_sha}`; needs `contents: read`).
   */
  tree(repository: string, id: string, isDeep: boolean): Promise<readonly TreeEntry[]>;
  /**
   * The bytes of a file by its id (`GET /repos/{owner}/{repo}/git/blobs/{file_sha}`; needs `contents: read`).
   */
  blob(repository: string, id: string): Promise<Uint8Array>;
  /**
   * The last commit that two have in common
   * (`GET /repos/{owner}/{repo}/compare/{basehead}`; needs `contents: read`).
   */
  mergeBase(repository: string, base: string, head: string): Promise<string>;
  /**
   * The commit that a branch is at, and whether the branch is protected; one that is not there is `not-found`
   * (`GET /repos/{owner}/{repo}/branches/{branch}`; needs `contents: read`).
   */
  branch(repository: string, name: string): Promise<BranchHead>;
  /** The name of the default branch (`GET /repos/{owner}/{repo}`; every token may). */
  defaultBranch(repository: string): Promise<string>;
  /**
   * A file as a commit has it, whatever was checked out; undefined where there is nothing of that path
   * (`GET /repos/{owner}/{repo}/contents/{path}`; needs `contents: read`).
   */
  file(repository: string, path: string, commit: string): Promise<RepositoryFile | undefined>;
}
