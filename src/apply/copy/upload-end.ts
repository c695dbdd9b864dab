import { messageOf, PromoteError } from '../../domain/errors.ts';
import type { PartWriter } from '../../transfer/port.ts';
import type { ApplyContext } from '../context.ts';
import type { OwnVersion } from './own-version.ts';
import { makeWrite } from '../write.ts';

/**
 * Has a file put together from its parts. It is asked for again, in the same session and with the same parts, only while the
 * version is still this run's: another run that took it up may have finished it with a file of its own.
 */
export async function finishUpload(
  writer: PartWriter,
  own: OwnVersion,
  context: ApplyContext,
): Promise<void> {
  const look = async () => {
    await own.look(context.snapshot);
    return 'open' as const;
  };
  const send = () => writer.finish();
  await makeWrite({ look, send }, context, { isLookedAt: own.isJustSeen });
}

/**
 * Gives an upload up, once, and only while the version is still this run's: another run that took it up may go on with the
 * same upload. What is left of one in spite of that, the store's own rules for unfinished uploads remove.
 */
export async function abandonUpload(
  writer: PartWriter,
  own: OwnVersion,
  context: ApplyContext,
): Promise<void> {
  try {
    await own.look(context.snapshot);
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    context.log.debug(`An unfinished upload could not be ended: ${messageOf(error)}`);
    return;
  }
  await writer.abandon();
}
