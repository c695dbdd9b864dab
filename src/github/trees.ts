import * as z from 'zod';
import { PromoteError } from '../domain/errors.ts';
import type { TreeEntry } from '../domain/repository-tree.ts';
import { protocolError } from '../http/failed-response.ts';
import type { Octokit } from './octokit.ts';
import { placeOf } from './repository.ts';
import { parsedResponse } from './response.ts';

const TREE = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
const BLOB = 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}';
const COMPARISON = 'GET /repos/{owner}/{repo}/compare/{basehead}';

/** `git-tree` of GitHub's description. */
const tree = z.looseObject({
  tree: z.array(
    z.looseObject({ path: z.string().min(1), mode: z.string(), type: z.string(), sha: z.string().min(1) }),
  ),
  truncated: z.boolean(),
});

/** `blob` of GitHub's description. */
const blob = z.looseObject({ content: z.string(), encoding: z.string(), sha: z.string() });

/** `commit-comparison` of GitHub's description, as far as it says where both begin to differ. */
const comparison = z.looseObject({ merge_base_commit: z.looseObject({ sha: z.string().min(1) }) });

/** Git's modes of what is content of no file here (git-fast-import, "filemodify"). */
const LINK = '120000';
const SUBMODULE = '160000';

/** Reads a folder of a repository by the id of a commit or a folder; `isDeep` reads what is below its folders too. */
export async function readTree(
  octokit: Octokit,
  repository: string,
  id: string,
  isDeep: boolean,
): Promise<readonly TreeEntry[]> {
  const { data } = await octokit.request(TREE, {
    ...placeOf(repository),
    tree_sha: id,
    ...(isDeep ? { recursive: '1' } : {}),
  });
  const read = parsedResponse(tree, data, 'a tree', TREE);
  if (read.truncated) {
    throw new PromoteError(
      'GitHub lists only a part of a folder of the repository, because it has too many files.',
      {
        code: 'limit-reached',
        outcome: 'blocked',
        fix: 'Keep the pins in a folder of their own, with nothing else in it.',
      },
    );
  }
  return read.tree.map(({ path, mode, type, sha }) => ({ path, kind: kindOf(mode, type), id: sha }));
}

function kindOf(mode: string, type: string): TreeEntry['kind'] {
  if (mode === SUBMODULE || type === 'commit') return 'submodule';
  if (mode === LINK) return 'link';
  return type === 'tree' ? 'folder' : 'file';
}

/** Reads a file of a repository by its id, byte for byte. */
export async function readBlob(octokit: Octokit, repository: string, id: string): Promise<Uint8Array> {
  const { data } = await octokit.request(BLOB, { ...placeOf(repository), file_sha: id });
  const { content, encoding, sha } = parsedResponse(blob, data, 'a file', BLOB);
  if (sha !== id) throw protocolError('is about another file', BLOB);
  if (encoding !== 'base64') throw protocolError('is not in base64', BLOB);
  return Buffer.from(content, 'base64');
}

/** Reads the last commit that two have in common. */
export async function readMergeBase(
  octokit: Octokit,
  repository: string,
  base: string,
  head: string,
): Promise<string> {
  // One commit a page: what lies between them is not looked at.
  const { data } = await octokit.request(COMPARISON, {
    ...placeOf(repository),
    basehead: `${base}...${head}`,
    per_page: 1,
  });
  return parsedResponse(comparison, data, 'a comparison of commits', COMPARISON).merge_base_commit.sha;
}
