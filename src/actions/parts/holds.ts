import { decide, type Finding } from '../../domain/decision.ts';
import { messageOf, type PromoteError } from '../../domain/errors.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { ValueChange } from '../../apply/value.ts';
import { versionBytes, type Bytes } from '../../facts/equal-versions.ts';
import { readStops } from '../../facts/holds.ts';
import { uriOf } from '../../facts/version.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { HoldChange } from '../../plan/changes/hold.ts';
import { holdUndo } from '../../report/sections/hold-undo.ts';
import type { ActionContext } from '../contract/context.ts';

/** The check under which it is noted what a hold that is set does not stop. */
const HOLD_CHECK = 'Bytes on hold';

/** A change that sets a hold, with what it stops, read right before it is written. */
export async function withStops(
  change: HoldChange,
  version: ModelVersion,
  context: ActionContext<CommonInputs>,
  bytes: Bytes = versionBytes(version, { ...context, snapshot: context.destination }),
): Promise<HoldChange> {
  if (change.to === null) return change;
  const { stops, unread } = await readStops(version, bytes);
  if (unread !== undefined) context.record.warn(HOLD_CHECK, unreadFinding(version, unread));
  return { ...change, stops };
}

function unreadFinding(version: ModelVersion, error: PromoteError): Finding {
  const uri = uriOf(version);
  return {
    code: 'hold-without-bytes',
    severity: 'warning',
    message: `The files of ${uri} could not be read, so the hold covers its number and source, but not its bytes: ${messageOf(error)}`,
    fix: 'Once they can be read, lift the hold and set it again with tag-status.',
  };
}

/** Notes that a version is on hold already, and by whom, where a hold was to be set. */
export function noteHeldAlready(record: ActionContext<CommonInputs>['record'], sentence: string): void {
  record.check(
    'Hold',
    'warn',
    decide([{ code: 'held-already', severity: 'note', message: sentence }]),
    '',
    'blocked',
  );
}

/** Says how to undo what was written of holds, before what else is undone: a version on hold takes no alias. */
export function noteHoldUndo({ record }: ActionContext<CommonInputs>, changes: readonly ValueChange[]): void {
  for (const change of changes)
    if (change.kind === 'hold' && record.wasWritten(change))
      record.undo.unshift(...holdUndo(change, record.again));
}
