import { PromoteError } from '../../domain/errors.ts';
import { show } from '../../domain/printable.ts';
import { modelFiles } from '../../policy/copy.ts';
import type { CopiedFile } from '../../transfer/copy-files.ts';
import { listingDigest } from '../../transfer/digest.ts';
import type { CopyRequest } from './request.ts';

/**
 * Throws `verification` where the files of a source are no longer those that were read: artifacts and folders may be written
 * while they are read, and then no moment had what was copied (workspace-apis §8.2). A version stays as it is.
 */
export async function requireUnchanged(
  { source: { uri, folder } }: CopyRequest,
  files: readonly CopiedFile[],
): Promise<void> {
  if (folder === undefined) return;
  const now = modelFiles(await folder.list());
  if (listingDigest(now) === listingDigest(files)) return;
  throw new PromoteError(`The files of ${show(uri, 300)} changed while they were read.`, {
    code: 'verification',
    outcome: 'error',
    fix: 'Wait until whatever writes them has ended, then run the step again.',
  });
}
