import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import { formatFullName, type FullName } from '../domain/full-name.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { tagValue } from '../domain/model.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import type { ApplyContext } from './apply.ts';
import type { CopyOrder } from './copy-order.ts';

/** Deletes the pending version of a failed copy; the error that comes back says what is left. */
export async function withdraw(
  order: CopyOrder,
  number: number,
  error: unknown,
  context: ApplyContext,
): Promise<PromoteError> {
  const { registry } = context.snapshot;
  const name = order.change.destination;
  const uri = formatModelUri(name, number);
  const details =
    error instanceof PromoteError ? error.details : ({ code: 'internal', outcome: 'error' } as const);
  const say = (left: string) => new PromoteError(`${messageOf(error)} ${left}`, { ...details, cause: error });
  try {
    const version = await registry.getModelVersion(name, number);
    if (version === undefined) return say(`No version is left in ${formatFullName(name)}.`);
    if (version.status !== 'PENDING_REGISTRATION' || tagValue(version.tags, TAG_KEYS.run) !== order.marker) {
      return say(`${uri} is ${version.status} and was left as it is; no alias names it by this step.`);
    }
    await deleteVersion(name, number, context);
    context.journal.end(order.change, 'not-done');
    order.onVersion?.(undefined);
    return say(`The unfinished version ${number} was deleted again.`);
  } catch (second) {
    if (!(second instanceof PromoteError)) throw second;
    return say(
      `The unfinished version ${number} could not be deleted (${messageOf(second)}); it is marked with ${TAG_KEYS.run}, and the next run continues it.`,
    );
  }
}

/** A deletion that was sent again after a lost answer finds nothing, and is done. */
async function deleteVersion(name: FullName, number: number, { snapshot }: ApplyContext): Promise<void> {
  try {
    await snapshot.registry.deleteModelVersion(name, number);
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
  }
}
