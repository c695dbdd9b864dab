import type { FileEntry } from '../domain/digest.ts';
import { PromoteError } from '../domain/errors.ts';
import { show } from '../domain/text.ts';

/** The error of a file that is not what the listing said, or not what it was at the first read. */
export function changed(file: Pick<FileEntry, 'path'>, problem: string): PromoteError {
  return new PromoteError(`The file ${show(file.path)} changed while it was read: ${problem}.`, {
    code: 'verification',
    outcome: 'error',
    fix: 'Run again. If it stays, somebody writes into the files of this version.',
  });
}
