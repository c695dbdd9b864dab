import type { AliasChange } from '../domain/change.ts';
import { formatFullName } from '../domain/full-name.ts';
import type { ModelVersion } from '../domain/model.ts';
import { recordMove } from '../policy/moves.ts';
import type { CommonInputs } from './common.ts';
import type { ActionContext } from './context.ts';
import { aliasUndo } from './undo.ts';

/** Moves an alias, records the move on the version that receives it, and says how to undo it; answers the verdict. */
export async function moveAlias(
  context: ActionContext<CommonInputs>,
  change: AliasChange,
  target: ModelVersion | undefined,
): Promise<string> {
  const { record, run, clock } = context;
  const move = target === undefined ? undefined : recordMove(change, target, { ...run, at: clock.now() });
  if (move !== undefined && move.dropped > 0) {
    record.fact('Record of moves', `${move.dropped} older left out`, 'the tag has at most 1,000 characters');
  }
  try {
    await context.apply(move === undefined ? [change] : [change, move.change]);
  } finally {
    // Also when only the record of the move failed: the alias was moved, and the reader has to know the way back.
    // Before all others: what was done last is undone first.
    if (record.wasWritten(change))
      record.undo.unshift(...aliasUndo(change, context.destination.registry.byHand));
  }
  return `${formatFullName(change.name)}@${change.alias} ${change.from ?? '(none)'} → ${change.to ?? '(deleted)'}`;
}
