import { hasCode } from '../../domain/errors.ts';
import { poll } from '../../domain/poll.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import { writeFailureOf } from '../../domain/write-failure.ts';
import type { ApplyContext } from '../context.ts';
import type { CopyRequest } from './request.ts';
import { listOwnPending } from '../../facts/copy/earlier.ts';
import { makeWrite, type WriteState } from '../write.ts';

/** How often the response to a creation may be lost at most: it is sent again only where none of it is there. */
const CREATIONS = 2;

/** How often a creation whose response was lost is looked for, and how far apart, milliseconds. */
const LOOK = { tries: 4, pause: 1_000 } as const;

/**
 * Creates the pending version of a copy, with a marker that names the run. When the response is lost the version is
 * looked for by its marker first: a creation that is sent twice leaves two.
 */
export async function createVersion(
  copy: CopyRequest,
  context: ApplyContext,
  state: WriteState,
): Promise<number> {
  const { origin } = copy;
  const { known, recorded } = copy.source;
  const workspaceId =
    origin.runId === undefined ? undefined : (known.runWorkspaceId ?? origin.run?.workspaceId);
  const request = {
    name: copy.change.destination,
    source: recorded,
    tags: [
      ...copy.tags,
      { key: TAG_KEYS.origin, value: copy.originMark },
      { key: TAG_KEYS.run, value: copy.marker },
    ],
    dependencies: copy.dependencies,
    ...(copy.description === undefined ? {} : { description: copy.description }),
    ...(origin.runId === undefined ? {} : { runId: origin.runId }),
    ...(workspaceId === undefined ? {} : { runWorkspaceId: workspaceId }),
    ...(origin.modelId === undefined ? {} : { modelId: origin.modelId }),
    ...(origin.run === undefined ? {} : { lineage: origin.run }),
  };
  let lost = 0;
  return makeWrite<number>(
    {
      async look(failure) {
        const isLost = failure !== undefined && writeFailureOf(failure).mayBeDone;
        if (isLost) lost += 1;
        const found = await findCreated(copy, context, isLost ? LOOK.tries : 1);
        if (found !== undefined) return { done: found };
        // A page in place of a response comes from something in between, which the next request meets too.
        if (isLost && (!hasCode(failure, 'unavailable') || lost >= CREATIONS)) throw failure;
        if (isLost)
          context.log.info(
            'The response to the creation was lost and no version exists; sending the request again.',
          );
        return 'open';
      },
      send: () => context.writer.createModelVersion(request),
    },
    context,
    // Its marker is new: there is nothing to look for yet.
    { isLookedAt: true, state },
  );
}

/** Looks for the version that a creation without a response may have made. */
function findCreated(copy: CopyRequest, context: ApplyContext, tries: number): Promise<number | undefined> {
  return poll(
    () => listOwnPending(copy.change.destination, copy.marker, context.snapshot),
    (found) => found !== undefined,
    { tries, pause: (looks) => LOOK.pause * looks },
    context,
  );
}
