import * as z from 'zod';
import type { BranchHead, RepositoryFile } from '../domain/repository-file.ts';
import { hasCode } from '../domain/errors.ts';
import { protocolError } from '../http/failed-response.ts';
import type { Octokit } from './octokit.ts';
import { placeOf } from './repository.ts';
import { parsedResponse } from './response.ts';

const REPOSITORY = 'GET /repos/{owner}/{repo}';
const BRANCH = 'GET /repos/{owner}/{repo}/branches/{branch}';
const CONTENTS = 'GET /repos/{owner}/{repo}/contents/{path}';

/** `full-repository` of GitHub's description, as far as it says which branch is the default. */
const repositoryBody = z.looseObject({ default_branch: z.string().min(1) });

/** `branch-with-protection` of GitHub's description; rulesets protect too (docs.github.com, "List branches"). */
const branchBody = z.looseObject({
  name: z.string().min(1),
  commit: z.looseObject({ sha: z.string().min(1) }),
  protected: z.boolean(),
});

/** `content-file`, `content-symlink` and `content-submodule` of GitHub's description; a folder is a list. */
const contentsBody = z.union([
  z.looseObject({
    type: z.literal('file'),
    encoding: z.string(),
    content: z.string(),
    sha: z.string().min(1),
  }),
  z.looseObject({ type: z.string() }),
  z.array(z.looseObject({ type: z.string() })),
]);

/** Reads the name of the branch that a repository shows first. */
export async function readDefaultBranch(octokit: Octokit, repository: string): Promise<string> {
  const { data } = await octokit.request(REPOSITORY, placeOf(repository));
  return parsedResponse(repositoryBody, data, 'a repository', REPOSITORY).default_branch;
}

/** Reads the commit that a branch is at, and whether the branch is protected. */
export async function readBranch(octokit: Octokit, repository: string, name: string): Promise<BranchHead> {
  const { data } = await octokit.request(BRANCH, { ...placeOf(repository), branch: name });
  const read = parsedResponse(branchBody, data, 'a branch', BRANCH);
  // A name such as `..` is another address, and a branch that was renamed may still respond.
  if (read.name !== name) throw protocolError('is about another branch', BRANCH);
  return { commit: read.commit.sha, isProtected: read.protected };
}

/** Reads a file as a commit has it; undefined where there is nothing of that path. */
export async function readFile(
  octokit: Octokit,
  repository: string,
  path: string,
  commit: string,
): Promise<RepositoryFile | undefined> {
  const data = await contentsAt(octokit, { ...placeOf(repository), path, ref: commit });
  if (data === undefined) return undefined;
  const read = parsedResponse(contentsBody, data, 'a file', CONTENTS);
  if (Array.isArray(read)) return { kind: 'other', what: 'a folder' };
  if (!('content' in read) || typeof read.content !== 'string')
    return { kind: 'other', what: read.type === 'symlink' ? 'a symbolic link' : 'no file' };
  // Of more than 1 MB the content is left out (docs.github.com, "Get repository content").
  if (read.encoding === 'none') return { kind: 'other', what: 'larger than 1 MB' };
  if (read.encoding !== 'base64') throw protocolError('is not in base64', CONTENTS);
  return { kind: 'file', bytes: Buffer.from(read.content, 'base64') };
}

async function contentsAt(
  octokit: Octokit,
  place: { readonly owner: string; readonly repo: string; readonly path: string; readonly ref: string },
): Promise<unknown> {
  try {
    const { data } = await octokit.request(CONTENTS, place);
    return data;
  } catch (error) {
    if (hasCode(error, 'not-found')) return undefined;
    throw error;
  }
}
