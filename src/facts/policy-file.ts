import { hasCode, PromoteError } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import type { GitHub } from '../github/port.ts';

/** A file as its branch has it now; undefined where the branch has none of that path. */
export interface BranchFile {
  readonly branch: string;
  /** The commit that the branch was at. */
  readonly commit: string;
  readonly isDefault: boolean;
  readonly isProtected: boolean;
  readonly bytes: Uint8Array | undefined;
}

/**
 * Reads a file of a branch, at the commit that the branch is at; `branch` is undefined for the default one. `before` is what was
 * read earlier: it is read again by one request as long as the branch stays where it was.
 */
export async function readBranchFile(
  github: GitHub,
  repository: string,
  { path, branch: asked }: { readonly path: string; readonly branch: string | undefined },
  before?: BranchFile,
): Promise<BranchFile> {
  const branch = asked ?? before?.branch ?? (await defaultBranch(github, repository));
  const head = await headOf(github, repository, branch);
  if (asked !== undefined && !head.isProtected)
    throw unusable(
      `The branch ${show(branch, 100)} is not protected, so that its policy file is no better than the one of a pull request.`,
      'Protect the branch by a ruleset, or leave @branch out for the default branch.',
    );
  if (head.commit === before?.commit) return { ...before, ...head };
  const file = await github.file(repository, path, head.commit);
  if (file?.kind === 'other')
    throw unusable(
      `${show(path, 200)} of ${show(branch, 100)} is ${file.what}, and no policy file.`,
      'Put the file itself in its place.',
    );
  return { branch, ...head, isDefault: asked === undefined, bytes: file?.bytes };
}

async function defaultBranch(github: GitHub, repository: string): Promise<string> {
  try {
    return await github.defaultBranch(repository);
  } catch (error) {
    throw hidden(error, `the repository ${show(repository, 100)}`);
  }
}

async function headOf(github: GitHub, repository: string, branch: string) {
  try {
    return await github.branch(repository, branch);
  } catch (error) {
    throw hidden(error, `the branch ${show(branch, 100)}`);
  }
}

/** What GitHub does not find may be hidden from the token: it is never an absent policy. */
function hidden(error: unknown, what: string): unknown {
  if (!hasCode(error, 'not-found', 'permission-denied')) return error;
  return new PromoteError(`GitHub does not show ${what} to the token: ${error.message}`, {
    ...error.details,
    outcome: 'denied',
    fix: 'Add "permissions: contents: read" to the job, and check the name of the branch in policy.',
    cause: error,
  });
}

function unusable(message: string, fix: string): PromoteError {
  return new PromoteError(message, { code: 'requirement', outcome: 'blocked', fix });
}
