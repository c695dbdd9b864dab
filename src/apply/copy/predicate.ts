import { messageOf } from '../../domain/errors.ts';
import { PREDICATE_TYPE, writePredicate } from '../../transfer/predicate.ts';
import type { ApplyContext } from '../context.ts';
import type { CopyResult } from './request.ts';

/** Where a predicate was written, and its type. */
export interface WrittenPredicate {
  readonly type: string;
  readonly path: string;
}

/** Writes what a signature of the copy would state; a folder that cannot be written is said and is no failure. */
export async function notePredicate(
  { files }: CopyResult,
  folder: string,
  notes: Pick<ApplyContext, 'warn'>,
): Promise<WrittenPredicate | undefined> {
  try {
    return { type: PREDICATE_TYPE, path: await writePredicate(files, folder) };
  } catch (error) {
    notes.warn('Predicate', {
      code: 'predicate-unwritten',
      severity: 'warning',
      message: `The predicate could not be written: ${messageOf(error)}`,
      fix: 'Free space in RUNNER_TEMP, the temporary folder of the runner, before you sign the copy.',
    });
    return undefined;
  }
}
