import { formatFullName } from '../../domain/full-name.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { AliasChange } from '../../plan/changes/alias.ts';
import type { TagChange } from '../../plan/changes/tag.ts';
import { decideRecord, recordMove } from '../../policy/alias-history.ts';
import { aliasUndo } from '../../report/sections/undo.ts';
import type { ActionContext } from '../contract/context.ts';

/** A move of an alias, and the record of it on the version that receives the alias. */
export interface Move {
  readonly alias: AliasChange;
  readonly record?: TagChange;
}

/** What a move is made of; notes whether the version has room for the record of it. Undefined without a change. */
export function noteMove(
  context: ActionContext<CommonInputs>,
  alias: AliasChange | undefined,
  target: ModelVersion | undefined,
): Move | undefined {
  const { record, run, clock, destination } = context;
  if (alias === undefined) return undefined;
  if (target === undefined) return { alias };
  const { change, dropped } = recordMove(alias, target, { ...run, at: clock.now() });
  const room = decideRecord(change, target, destination.registry.capabilities.tags);
  record.check('Record of the move', 'fail', room, 'The version has room for it.', 'blocked');
  if (dropped > 0)
    record.fact('Record of moves', `${dropped} older left out`, 'the tag has at most 1,000 characters');
  return { alias, record: change };
}

/** Moves an alias, records the move on the version that receives it, and says how to undo it; answers the verdict. */
export async function moveAlias(
  context: ActionContext<CommonInputs>,
  { alias: change, record: tag }: Move,
): Promise<string> {
  const { record, destination } = context;
  try {
    await context.apply(tag === undefined ? [change] : [change, tag]);
  } finally {
    // Also when only the record of the move failed: the alias was moved, and the reader has to know the way back.
    // Before all others: what was done last is undone first.
    if (record.wasWritten(change)) record.undo.unshift(...aliasUndo(change, destination.registry.commands));
  }
  return `${formatFullName(change.name)}@${change.alias} ${change.from ?? '(none)'} → ${change.to ?? '(deleted)'}`;
}
