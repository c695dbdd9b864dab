import { commitBody } from './bodies.ts';
import type { GitEntry, GitObjects } from './git-objects.ts';
import { API, repositoryBody } from './owners.ts';

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

/** `branch-with-protection` of GitHub's description. */
export function branchBody(name: string, commit: string, isProtected = true) {
  const url = `${API}/repos/acme/models/branches/${encodeURIComponent(name)}`;
  return {
    name,
    commit: commitBody('acme/models', commit, { author: 'ada' }),
    protected: isProtected,
    protection: { enabled: isProtected },
    protection_url: `${url}/protection`,
    _links: { self: url, html: url },
  };
}

/** `full-repository` of GitHub's description. */
export function fullRepositoryBody(fullName: string) {
  return { ...repositoryBody(fullName, 1), has_discussions: false, network_count: 0, subscribers_count: 0 };
}

/** What the contents API says of a path: a file, a folder, a symbolic link or a submodule; a link to a file is that file. */
export function contentsBody(git: GitObjects | undefined, path: string, ref: string): unknown {
  const entries = git?.tree(git.branch(ref) ?? ref, true) ?? [];
  const found = entries.find((each) => each.path === path);
  if (git === undefined || found === undefined) return undefined;
  if (found.type === 'tree')
    return entries
      .filter((each) => each.path.startsWith(`${path}/`) && !each.path.slice(path.length + 1).includes('/'))
      .map((each) => contentOf(each, git));
  if (found.mode !== '120000') return contentOf(found, git, true);
  const target = Buffer.from(git.blob(found.sha) ?? []).toString('utf8');
  const folder = path.split('/').slice(0, -1);
  const linked = contentsBody(git, [...folder, target].join('/'), ref);
  return linked === undefined || Array.isArray(linked)
    ? { ...contentOf(found, git), type: 'symlink', target }
    : linked;
}

/** `content-file`, or an entry of `content-directory`. */
function contentOf({ path, type, sha }: GitEntry, git: GitObjects, isWhole = false) {
  const bytes = git.blob(sha) ?? new Uint8Array();
  const url = `${API}/repos/acme/models/contents/${path}`;
  const isFile = type === 'blob';
  return {
    type: isFile ? 'file' : type === 'tree' ? 'dir' : 'submodule',
    ...(type === 'commit' ? { submodule_git_url: 'https://github.com/acme/other.git' } : {}),
    name: path.split('/').at(-1) ?? '',
    path,
    sha,
    size: bytes.length,
    url,
    git_url: url,
    html_url: url,
    download_url: url,
    _links: { self: url, git: url, html: url },
    ...(isWhole && isFile
      ? { encoding: blobBody(sha, bytes).encoding, content: blobBody(sha, bytes).content }
      : {}),
  };
}
