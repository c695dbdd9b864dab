import { commitBody } from './bodies.ts';
import type { GitEntry } from './git-objects.ts';
import { API } from './owners.ts';

/** `git-tree` of GitHub's description. */
export function treeBody(sha: string, entries: readonly GitEntry[], truncated = false) {
  return {
    sha,
    url: `${API}/repos/acme/models/git/trees/${sha}`,
    truncated,
    tree: entries.map((entry) => ({
      ...entry,
      url: `${API}/repos/acme/models/git/${entry.type}s/${entry.sha}`,
    })),
  };
}

/** `blob` of GitHub's description: its base64 has line breaks. */
export function blobBody(sha: string, bytes: Uint8Array) {
  return {
    sha,
    node_id: 'B_1',
    size: bytes.length,
    url: `${API}/repos/acme/models/git/blobs/${sha}`,
    content: `${(
      Buffer.from(bytes)
        .toString('base64')
        .match(/.{1,60}/gu) ?? []
    ).join('\n')}\n`,
    encoding: 'base64',
  };
}

/** `commit-comparison` of GitHub's description. */
export function comparisonBody(repository: string, base: string, mergeBase: string) {
  const url = `${API}/repos/${repository}/compare/${base}...head`;
  const addresses = ['url', 'html_url', 'permalink_url', 'diff_url', 'patch_url'];
  return {
    ...Object.fromEntries(addresses.map((name) => [name, url])),
    base_commit: commitBody(repository, base, { author: 'ada' }),
    merge_base_commit: commitBody(repository, mergeBase, { author: 'ada' }),
    status: 'diverged',
    ahead_by: 1,
    behind_by: 1,
    total_commits: 1,
    commits: [],
    files: [],
  };
}
