import { clauseOf, hasCode, PromoteError, sentenceOf } from '../../domain/errors.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { foreignHold } from '../../domain/hold.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import { show } from '../../domain/printable.ts';
import type { ApplyContext } from '../context.ts';
import type { CopyRequest } from './request.ts';
import { deleteUnfinished } from './unfinished.ts';

/** Deletes the pending version of a failed copy; the error that comes back says what is left. */
export async function discard(
  request: CopyRequest,
  number: number,
  error: unknown,
  context: ApplyContext,
): Promise<PromoteError> {
  const name = request.change.destination;
  const uri = formatModelUri(name, number);
  const say = (left: string) => saying(error, left);
  try {
    const became = await deleteUnfinished({ name, version: number, marker: request.marker }, context);
    if (became === 'gone') return say(`No version is left in ${formatFullName(name)}.`);
    if (became !== 'deleted') {
      const hold = foreignHold(became.left);
      if (hold !== undefined)
        return say(`${uri} was put on hold in the meantime (${show(hold, 300)}) and was left unchanged.`);
      return say(`${uri} is ${became.left.status} and was left unchanged; this step set no alias on it.`);
    }
    context.journal.end(request.change, 'not-done');
    request.onVersion?.(undefined);
    return say(`The unfinished version ${number} was deleted.`);
  } catch (second) {
    if (!(second instanceof PromoteError)) throw second;
    const kept = hasCode(second, 'cancelled')
      ? 'was not deleted'
      : `could not be deleted (${clauseOf(second)})`;
    return say(
      `The unfinished version ${number} ${kept}. It is tagged with ${TAG_KEYS.run}, and the next run resumes it.`,
    );
  }
}

/**
 * The error of a failed copy whose version stays: one that an earlier run began, or that was finalized, since it may
 * get READY at any moment. It says what is left, and what the next run does with it.
 */
export async function describeKept(
  request: CopyRequest,
  number: number,
  error: unknown,
  { snapshot }: ApplyContext,
): Promise<PromoteError> {
  const name = request.change.destination;
  const uri = formatModelUri(name, number);
  try {
    const version = await snapshot.registry.getModelVersion(name, number);
    if (version === undefined) return saying(error, `${uri} no longer exists.`);
    const next = {
      READY: 'this step set no alias on it, and the next run reuses it if it is equal',
      PENDING_REGISTRATION: `it is tagged with ${TAG_KEYS.run}, and the next run resumes it, or reuses it if it is READY by then`,
      FAILED_REGISTRATION: 'no action uses it, and the next run creates another version',
      UNKNOWN: 'no action uses it in this status',
    }[version.status];
    return saying(error, `${uri} is ${version.status} and was left unchanged: ${next}.`);
  } catch (second) {
    if (!(second instanceof PromoteError)) throw second;
    const unread = hasCode(second, 'cancelled')
      ? ', and its state was not read'
      : ` (its state could not be read: ${clauseOf(second)})`;
    return saying(
      error,
      `${uri} was left unchanged${unread}. It is tagged with ${TAG_KEYS.run}, and the next run resumes it, or reuses it if it is READY by then.`,
    );
  }
}

function saying(error: unknown, left: string): PromoteError {
  const details =
    error instanceof PromoteError ? error.details : ({ code: 'internal', outcome: 'error' } as const);
  return new PromoteError(`${sentenceOf(error)} ${left}`, { ...details, cause: error });
}
