import { refuseWhenCancelled, type ApplyContext } from '../context.ts';
import { explainLimit } from '../limit.ts';
import { notBegun } from '../write.ts';
import { createVersion } from './create.ts';
import { leave, withdraw } from './discard.ts';
import { type Life, fillVersion } from './fill.ts';
import { explainGone, partiesOf } from './gone.ts';
import { OwnVersion } from './own-version.ts';
import { followPointer } from './pointer.ts';
import type { CopyOrder, CopyResult } from './request.ts';
import { takeUp, type Begun } from './resume.ts';

/**
 * Makes a copy: creates the version with a marker, streams the files with `MLmodel` last, reads them back, records
 * the digests, finalizes, waits for READY and reads the version back.
 *
 * When it fails before the version was finalized, the version that it created is deleted while it is pending, where the
 * caller may; else the message names it, and what the next run does with it.
 */
export async function makeCopy(order: CopyOrder, context: ApplyContext): Promise<CopyResult> {
  refuseWhenCancelled(context.signal);
  context.journal.begin(order.change);
  const begun =
    (order.pending === undefined ? undefined : await takeUp(order.pending, order, context)) ??
    (await createOrNote(order, context));
  const number = begun.own.version;
  order.onVersion?.(number);
  const life: Life = { isContinued: begun.isContinued, isFinalized: false };
  try {
    const points = context.snapshot.registry.capabilities.upload === 'pointer';
    const result = points
      ? await followPointer(order, begun.own, context)
      : await fillVersion(order, { ...begun, life }, context);
    context.journal.end(order.change, 'done');
    return result;
  } catch (error) {
    const stays = life.isContinued || life.isFinalized;
    const explained = await explainGone(error, partiesOf(order, number, context));
    throw stays
      ? await leave(order, number, explained, context)
      : await withdraw(order, number, explained, context);
  }
}

/** Creates the version; a refusal is noted as such, so that nobody looks for what was not made. */
async function createOrNote(order: CopyOrder, context: ApplyContext): Promise<Begun> {
  const state = notBegun();
  try {
    const version = await createVersion(order, context, state);
    const own = new OwnVersion({ name: order.change.destination, version }, order.marker, context.clock);
    return { own, isContinued: false, files: [], tags: [] };
  } catch (error) {
    if (!state.mayBeDone) context.journal.end(order.change, 'not-done');
    const { source } = order;
    const gone = await explainGone(error, [
      { role: 'source', version: source.version, registry: source.registry },
    ]);
    throw await explainLimit(gone, order.change, context.snapshot);
  }
}
