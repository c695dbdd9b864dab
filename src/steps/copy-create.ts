import { hasCode } from '../domain/errors.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import { refuseWhenCancelled, type ApplyContext } from './apply.ts';
import type { CopyOrder } from './copy-order.ts';
import { listOwnPending } from './copy-state.ts';

/** How often a creation is sent at most: again only where none of it is there. */
const CREATIONS = 2;

/** How often a creation whose answer was lost is looked for, and how far apart, milliseconds. */
const LOOK = { tries: 3, pause: 1_000 } as const;

/**
 * Creates the pending version of a copy, with a marker that names the run. When the answer is lost the version is
 * looked for by its marker first: a creation that is sent twice leaves two.
 */
export async function createVersion(order: CopyOrder, context: ApplyContext): Promise<number> {
  const { registry } = context.snapshot;
  const { origin } = order;
  const { version } = order.source;
  const workspaceId =
    origin.runId === undefined ? undefined : (version.runWorkspaceId ?? origin.run?.workspaceId);
  const source = formatModelUri(version.name, version.version);
  const request = {
    name: order.change.destination,
    source,
    tags: [
      ...order.tags,
      { key: TAG_KEYS.origin, value: order.originMark },
      { key: TAG_KEYS.run, value: order.marker },
    ],
    dependencies: order.dependencies,
    ...(order.description === undefined ? {} : { description: order.description }),
    ...(origin.runId === undefined ? {} : { runId: origin.runId }),
    ...(workspaceId === undefined ? {} : { runWorkspaceId: workspaceId }),
    ...(origin.modelId === undefined ? {} : { modelId: origin.modelId }),
    ...(origin.run === undefined ? {} : { lineage: origin.run }),
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await registry.createModelVersion(request);
    } catch (error) {
      if (!hasCode(error, 'unavailable', 'protocol')) throw error;
      const found = await findCreated(order, context).catch((second: unknown) => {
        // Of a creation that was sent nobody knows, though no further look was begun.
        throw hasCode(second, 'cancelled') ? error : second;
      });
      if (found !== undefined) return found;
      // A page in place of an answer comes from something in between, which the next request meets too.
      if (!hasCode(error, 'unavailable') || attempt >= CREATIONS) throw error;
      context.log.info(
        'The answer of the creation was lost, and no version of it is there: it is asked for once more.',
      );
      refuseWhenCancelled(context.signal);
    }
  }
}

/** Looks for the version that a creation without an answer may have made. */
async function findCreated(order: CopyOrder, context: ApplyContext): Promise<number | undefined> {
  for (let attempt = 1; attempt <= LOOK.tries; attempt += 1) {
    const found = await listOwnPending(order.change.destination, order.marker, context.snapshot);
    if (found !== undefined) return found;
    await context.clock.sleep(LOOK.pause * attempt, context.signal);
  }
  return undefined;
}
