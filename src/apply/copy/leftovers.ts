import type { DeleteVersionChange } from '../../plan/changes/version-deletion.ts';
import { clauseOf, hasCode, messageOf, PromoteError } from '../../domain/errors.ts';
import { foreignHold } from '../../domain/hold.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { tagValue, type ModelVersion } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type { ApplyContext } from '../context.ts';
import { refuseWhenCancelled } from '../../domain/cancelled.ts';
import { deleteUnfinished } from './unfinished.ts';
import { notBegun } from '../write.ts';

/** An unfinished version of an earlier run, and its deletion as it was planned. */
export interface LeftoverDeletion {
  readonly version: ModelVersion;
  readonly change: DeleteVersionChange;
}

/** What became of an unfinished version of an earlier run. */
export interface Leftover {
  readonly uri: string;
  readonly became: string;
}

/**
 * Deletes unfinished versions that earlier runs left behind, each only while it is pending under the same marker as when
 * that was decided and nobody has put it on hold. One that cannot be deleted is named, and is no failure of the copy.
 */
export async function removeLeftovers(
  deletions: readonly LeftoverDeletion[],
  context: ApplyContext,
  became: (left: Leftover) => void,
): Promise<void> {
  for (const { version, change } of deletions) {
    refuseWhenCancelled(context.signal);
    const uri = formatModelUri(version.name, version.version);
    became({ uri, became: await removeOne(version, change, context) });
  }
}

async function removeOne(
  version: ModelVersion,
  change: DeleteVersionChange,
  context: ApplyContext,
): Promise<string> {
  const { journal, log } = context;
  const { name, version: number } = version;
  const uri = formatModelUri(name, number);
  const state = notBegun();
  try {
    const marker = tagValue(version.tags, TAG_KEYS.run);
    const onTry = () => journal.begin(change);
    const became = await deleteUnfinished({ name, version: number, marker }, context, { state, onTry });
    journal.end(change, became === 'deleted' ? 'done' : became === 'gone' ? 'not-needed' : 'not-done');
    if (typeof became === 'object' && foreignHold(became.left) !== undefined)
      return 'is on hold and was left unchanged, because deleting it would delete the hold';
    if (became !== 'deleted') return 'has changed and was left unchanged';
    log.info(`${uri}, which an earlier run left unfinished, was deleted.`);
    return 'was deleted';
  } catch (error) {
    if (!state.mayBeDone) journal.end(change, 'not-done');
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled', 'interrupted')) throw error;
    log.warning(`${uri}, which an earlier run left unfinished, could not be deleted: ${messageOf(error)}`);
    return `could not be deleted (${clauseOf(error)}); delete it, or have the owner of the model delete it`;
  }
}
