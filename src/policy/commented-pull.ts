import { show } from '../domain/printable.ts';
import type { PullRequest } from '../domain/pull-request.ts';

/** The pull request that a run's page stands on, or why there is none: a clause. */
export type CommentedPull = { readonly number: number } | { readonly none: string };

/**
 * Finds the pull request of a commit that was pushed: the one whose merge made it, else the one whose last commit it is. A commit
 * that only lies in the past of others belongs to none.
 */
export function commentedPull(pulls: readonly PullRequest[], sha: string): CommentedPull {
  const short = show(sha.slice(0, 7), 7);
  const merged = pulls.filter(({ mergedAs }) => mergedAs === sha);
  const open = pulls.filter(({ mergedAs, head }) => mergedAs === undefined && head === sha);
  const [pull, ...more] = merged.length > 0 ? merged : open;
  if (pull === undefined)
    return { none: `commit ${short} is neither the merge nor the head of a pull request` };
  if (more.length === 0) return { number: pull.number };
  const numbers = [pull, ...more].map(({ number }) => `#${number}`).join(', ');
  return { none: `commit ${short} belongs to several pull requests (${numbers})` };
}
