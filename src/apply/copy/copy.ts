import type { ApplyContext } from '../context.ts';
import { refuseWhenCancelled } from '../../domain/cancelled.ts';
import { explainLimit } from '../limit.ts';
import { notBegun } from '../write.ts';
import { createVersion } from './create.ts';
import { describeKept, discard } from './discard.ts';
import { type CopyState, fillVersion } from './fill.ts';
import { explainGone, partiesOf, sourceParty } from './gone.ts';
import { OwnVersion } from './own-version.ts';
import { followPointer } from './pointer.ts';
import type { CopyRequest, CopyResult } from './request.ts';
import { resume, type Begun } from './resume.ts';

/**
 * Makes a copy: creates the version with a marker, streams the files with `MLmodel` last, reads them back, records
 * the digests, finalizes, waits for READY and reads the version back.
 *
 * When it fails before the version was finalized, the version that it created is deleted while it is pending, where the
 * caller may; else the message names it, and what the next run does with it.
 */
export async function makeCopy(request: CopyRequest, context: ApplyContext): Promise<CopyResult> {
  refuseWhenCancelled(context.signal);
  context.journal.begin(request.change);
  const begun =
    (request.pending === undefined ? undefined : await resume(request.pending, request, context)) ??
    (await createOrNote(request, context));
  const number = begun.own.version;
  request.onVersion?.(number);
  const copyState: CopyState = { isContinued: begun.isContinued, isFinalized: false };
  try {
    const points = context.snapshot.registry.capabilities.upload === 'pointer';
    const result = points
      ? await followPointer(request, begun.own, context)
      : await fillVersion(request, { ...begun, copyState }, context);
    context.journal.end(request.change, 'done');
    return result;
  } catch (error) {
    const stays = copyState.isContinued || copyState.isFinalized;
    const explained = await explainGone(error, partiesOf(request, number, context));
    throw stays
      ? await describeKept(request, number, explained, context)
      : await discard(request, number, explained, context);
  }
}

/** Creates the version; a refusal is noted as such, so that nobody looks for what was not made. */
async function createOrNote(request: CopyRequest, context: ApplyContext): Promise<Begun> {
  const state = notBegun();
  try {
    const version = await createVersion(request, context, state);
    const own = new OwnVersion({ name: request.change.destination, version }, request.marker, context.clock);
    return { own, isContinued: false, files: [], tags: [] };
  } catch (error) {
    if (!state.mayBeDone) context.journal.end(request.change, 'not-done');
    const gone = await explainGone(error, [sourceParty(request.source)]);
    throw await explainLimit(gone, request.change, context.snapshot);
  }
}
