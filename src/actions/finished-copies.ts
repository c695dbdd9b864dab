import type { TagChange } from '../domain/change.ts';
import { hasCode } from '../domain/errors.ts';
import { MISMATCH_HOLD } from '../domain/hold.ts';
import { formatFullName } from '../domain/full-name.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import type { ModelVersion } from '../domain/model.ts';
import { holdOf } from '../domain/rules.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import type { CopyDecision } from '../policy/copy.ts';
import type { CopyResult } from '../steps/copy-order.ts';
import { compareCopy } from '../steps/copy-state.ts';
import type { ActionContext } from './context.ts';
import type { CopyInputs } from './copy-inputs.ts';
import type { CopyReading } from './copying.ts';

/** What was found of finished copies: the newest equal one, and the changes of holds that follow. */
export interface FoundCopies {
  readonly finished: CopyResult | undefined;
  readonly holds: readonly TagChange[];
}

/**
 * Looks for an equal copy that an earlier run finished. One whose bytes contradict the digest recorded of it shall be put
 * on hold; one that was on hold only until it is verified shall be freed.
 */
export async function findFinished(
  context: ActionContext<CopyInputs>,
  { source, earlier }: CopyReading,
  { files }: CopyDecision,
): Promise<FoundCopies> {
  const holds: TagChange[] = [];
  for (const version of earlier.filter(({ status }) => status === 'READY')) {
    const compared = await compareCopy({ source, files }, version, {
      ...context,
      snapshot: context.destination,
    });
    const hold = holdOf(version) ?? null;
    if (compared.kind === 'equal') {
      if (hold !== null) holds.push(holdChange(version, hold, null));
      return { finished: compared.result, holds };
    }
    if (compared.kind === 'damaged' || hold !== null) holds.push(holdChange(version, hold, MISMATCH_HOLD));
  }
  return { finished: undefined, holds };
}

/** Writes what follows for the holds of finished copies; a dry run only notes it. */
export async function settleHolds(
  context: ActionContext<CopyInputs>,
  holds: readonly TagChange[],
): Promise<void> {
  for (const change of holds) {
    if (change.to === null) {
      await context.apply([change]);
      continue;
    }
    context.log.warning(`${targetUri(change)} is not the copy that was recorded of it: it is not taken.`);
    await tryHold(context, change);
  }
}

function targetUri({ target }: TagChange): string {
  return target.kind === 'version'
    ? formatModelUri(target.name, target.version)
    : formatFullName(target.name);
}

/** Where the tag is refused, for want of a right or of room, the warning is all that can be done. */
async function tryHold(context: ActionContext<CopyInputs>, change: TagChange): Promise<void> {
  try {
    await context.apply([change]);
  } catch (error) {
    if (!hasCode(error, 'permission-denied', 'invalid-input', 'rejected')) throw error;
    context.record.settle(change, 'not-done');
  }
}

function holdChange(version: ModelVersion, from: string | null, to: string | null): TagChange {
  const target = { kind: 'version', name: version.name, version: version.version } as const;
  return { kind: 'tag', target, key: TAG_KEYS.hold, from, to };
}
