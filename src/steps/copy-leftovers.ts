import type { DeleteVersionChange } from '../domain/change.ts';
import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import { foreignHold } from '../domain/hold.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion } from '../domain/model.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import { REFUSALS, refuseWhenCancelled, type ApplyContext } from './apply.ts';

/** What became of an unfinished version of an earlier run. */
export interface Leftover {
  readonly uri: string;
  readonly became: string;
}

/**
 * Deletes unfinished versions that earlier runs left behind. Each is read right before, and deleted only when it is
 * pending under the same marker as when it was decided on, and nobody has put it on hold. That one cannot be deleted is told, and is no failure of the copy.
 */
export async function removeLeftovers(
  versions: readonly ModelVersion[],
  context: ApplyContext,
): Promise<Leftover[]> {
  const left: Leftover[] = [];
  for (const version of versions) {
    refuseWhenCancelled(context.signal);
    const uri = formatModelUri(version.name, version.version);
    left.push({ uri, became: await removeOne(version, context) });
  }
  return left;
}

async function removeOne(version: ModelVersion, context: ApplyContext): Promise<string> {
  const { snapshot, journal, log } = context;
  const { name, version: number } = version;
  const change: DeleteVersionChange = { kind: 'delete-version', name, version: number };
  const uri = formatModelUri(name, number);
  try {
    const current = await snapshot.registry.getModelVersion(name, number);
    const marker = tagValue(version.tags, TAG_KEYS.run);
    if (current?.status !== 'PENDING_REGISTRATION' || tagValue(current.tags, TAG_KEYS.run) !== marker)
      return 'is no longer as it was, and was left alone';
    if (foreignHold(current) !== undefined)
      return 'is on hold, and was left alone: the hold would go with it';
    journal.begin(change);
    await deleteOnce(version, context);
    journal.end(change, 'done');
    log.info(`${uri}, which an earlier run left unfinished, was deleted.`);
    return 'was deleted';
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled', 'interrupted')) throw error;
    if (hasCode(error, ...REFUSALS)) journal.end(change, 'not-done');
    log.warning(`${uri}, which an earlier run left unfinished, could not be deleted: ${messageOf(error)}`);
    return `could not be deleted (${messageOf(error)}): delete it, or have the owner of the model do so`;
  }
}

/** A deletion that was sent again after a lost answer finds nothing, and is done. */
export async function deleteOnce(
  { name, version }: Pick<ModelVersion, 'name' | 'version'>,
  { snapshot }: Pick<ApplyContext, 'snapshot'>,
): Promise<void> {
  try {
    await snapshot.registry.deleteModelVersion(name, version);
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
  }
}
