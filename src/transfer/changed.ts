import type { FileEntry } from '../domain/file-entry.ts';
import { hasCode, PromoteError } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import type { FileSource } from './port.ts';

/** The error of a file that is not what the listing said, or not what it was at the first read. */
export function changed(file: Pick<FileEntry, 'path'>, problem: string): PromoteError {
  return new PromoteError(`The file ${show(file.path)} changed while it was being read: ${problem}.`, {
    code: 'verification',
    outcome: 'error',
    fix: 'Run the step again. If the error persists, someone is writing to the files of this version.',
  });
}

/** Reads files of a source; where one changed meanwhile, the error names the version that it is of. */
export async function ofVersion<T>({ label }: Pick<FileSource, 'label'>, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!hasCode(error, 'verification') || error.message.startsWith(`${label}: `)) throw error;
    throw new PromoteError(`${label}: ${error.message}`, { ...error.details, cause: error });
  }
}
