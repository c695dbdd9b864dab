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

/** `branch-with-protection` of GitHub's description, as far as clients read it. */
export function branchBody(name: string, commit: string) {
  return {
    name,
    commit: { sha: commit, url: `${API}/repos/acme/models/commits/${commit}` },
    protected: true,
  };
}

/** `commit-comparison` of GitHub's description, as far as clients read it. */
export function comparisonBody(mergeBase: string) {
  return { status: 'diverged', merge_base_commit: { sha: mergeBase }, commits: [], files: [] };
}
