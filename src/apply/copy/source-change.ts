import { PromoteError } from '../../domain/errors.ts';
import { show } from '../../domain/printable.ts';
import { modelFiles } from '../../policy/copy.ts';
import { folderContent } from '../../policy/origin.ts';
import { LAST_FILE, type CopiedFile } from '../../transfer/copy-files.ts';
import { contentDigest, listingDigest } from '../../transfer/digest.ts';
import type { CopyRequest } from './request.ts';

/** A source, and what was decided on of its bytes. */
type DecidedSource = Pick<CopyRequest, 'source' | 'judgedMlmodel' | 'originMark'>;

/**
 * Throws `verification` where the files of a source are no longer those that were read: artifacts and folders may be written
 * while they are read, and then no moment had what was copied (workspace-apis §8.2). What was sent must have the `MLmodel` that was judged,
 * and of a folder the content that its mark names. A version stays as it is.
 */
export async function requireUnchanged(decided: DecidedSource, files: readonly CopiedFile[]): Promise<void> {
  const { folder, uri } = decided.source;
  if (folder === undefined) return;
  const isAsDecided = wasDecidedOn(decided, files);
  if (isAsDecided && listingDigest(modelFiles(await folder.list())) === listingDigest(files)) return;
  throw new PromoteError(`The files of ${show(uri, 300)} changed while they were read.`, {
    code: 'verification',
    outcome: 'error',
    fix: 'Wait until whatever writes them has ended, then run the step again.',
  });
}

/** Whether what was sent is what was decided on, as far as its bytes were read before. */
function wasDecidedOn({ judgedMlmodel, originMark }: DecidedSource, files: readonly CopiedFile[]): boolean {
  const sent = files.find(({ path }) => path === LAST_FILE)?.sha256;
  const content = folderContent(originMark);
  return (
    (judgedMlmodel === undefined || sent === judgedMlmodel) &&
    (content === undefined || contentDigest(files) === content)
  );
}
