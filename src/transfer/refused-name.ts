import type { FileEntry } from '../domain/file-entry.ts';
import { hasCode, messageOf, PromoteError, type ErrorCode } from '../domain/errors.ts';
import { oddCharacterIn } from '../domain/odd-character.ts';
import { show } from '../domain/printable.ts';

/** What a place responds to a name that it does not take, or takes for another one. */
const SIGNS: readonly ErrorCode[] = [
  'rejected',
  'invalid-input',
  'not-found',
  'permission-denied',
  'unsupported',
  'protocol',
  'verification',
];

/** Works with a file; where its name has a character that not every place takes, a refusal says so. */
export async function explainingName<T>({ path }: FileEntry, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const character = oddCharacterIn(path);
    if (character === undefined || !hasCode(error, ...SIGNS)) throw error;
    throw new PromoteError(
      `The name of the file ${show(path)} contains ${character}, which not every store accepts: ${messageOf(error)}`,
      {
        code: error.details.code,
        outcome: 'blocked',
        fix: 'Log the model again with another name for this file, and copy that version.',
        cause: error,
      },
    );
  }
}
