import { hasCode } from '../../domain/errors.ts';
import { foreignHold } from '../../domain/hold.ts';
import { tagValue, type ModelVersion } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type { ApplyContext } from '../context.ts';
import { makeWrite, notBegun, type WriteState } from '../write.ts';

/** An unfinished version that is to go, and the marker that it had when that was decided. */
export interface UnfinishedVersion extends Pick<ModelVersion, 'name' | 'version'> {
  readonly marker: string | undefined;
}

/** What became of it: deleted, gone before, or left as it was found since it is no longer what was decided on. */
export type Deletion = 'deleted' | 'gone' | { readonly left: ModelVersion };

/**
 * Deletes an unfinished version. Before every try it is read, and must still be pending under the same marker, and without
 * a hold of somebody else, which would go with it: another run
 * that takes it up writes its own first, and may have finished it and moved an alias to it since the try before.
 */
export async function deleteUnfinished(
  { name, version, marker }: UnfinishedVersion,
  context: ApplyContext,
  { state = notBegun(), onTry }: { readonly state?: WriteState; readonly onTry?: () => void } = {},
): Promise<Deletion> {
  const {
    snapshot: { registry },
    writer,
  } = context;
  return makeWrite<Deletion>(
    {
      async look(failure) {
        const found = await registry.getModelVersion(name, version);
        if (found === undefined) return { done: failure === undefined ? 'gone' : 'deleted' };
        const isAsDecided =
          found.status === 'PENDING_REGISTRATION' &&
          tagValue(found.tags, TAG_KEYS.run) === marker &&
          foreignHold(found) === undefined;
        return isAsDecided ? 'open' : { done: { left: found } };
      },
      async send() {
        onTry?.();
        try {
          await writer.deleteModelVersion(name, version);
        } catch (error) {
          if (!hasCode(error, 'not-found')) throw error;
        }
        return 'deleted';
      },
    },
    context,
    { isLookedAt: false, state },
  );
}
