import { formatFullName } from '../../domain/full-name.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { AliasChange } from '../../plan/changes/alias.ts';
import type { TagChange } from '../../plan/changes/tag.ts';
import type { VersionRef } from '../../domain/change-target.ts';
import { decideRecord, recordMove } from '../../policy/alias-history.ts';
import { aliasUndo } from '../../report/sections/undo.ts';
import type { ActionContext } from '../contract/context.ts';

/** A move of an alias, and the record of it on the version that receives the alias. */
export interface Move<V extends VersionRef = number> {
  readonly alias: AliasChange<V>;
  readonly record?: TagChange<V>;
}

/** The version that receives an alias, as far as the record of the move is about it. */
interface Receiver<V extends VersionRef> extends Pick<ModelVersion, 'name' | 'tags'> {
  readonly version: V;
}

/** What a move is made of; notes whether the version has room for the record of it. Undefined without a change. */
export function noteMove<V extends VersionRef>(
  context: ActionContext<CommonInputs>,
  alias: AliasChange<V> | undefined,
  target: Receiver<V> | undefined,
): Move<V> | undefined {
  const { record, run, clock, destination } = context;
  if (alias === undefined) return undefined;
  if (target === undefined) return { alias };
  const { change, dropped } = recordMove(alias, target, { ...run, at: clock.now() });
  const room = decideRecord(change, target, destination.registry.capabilities.tags);
  record.checkAgain('Record of the move', room, 'The version has room for it.', 'blocked');
  if (dropped > 0)
    record.factAgain('Record of moves', `${dropped} older left out`, 'the tag has at most 1,000 characters');
  return { alias, record: change };
}

/** The changes of a move, in order. */
export function movesOf<V extends VersionRef>(
  move: Move<V> | undefined,
): readonly (AliasChange<V> | TagChange<V>)[] {
  if (move === undefined) return [];
  return move.record === undefined ? [move.alias] : [move.alias, move.record];
}

/** Says how to undo a move that was written: also when only its record failed, the reader has to know the way back. */
export function noteMoveUndo(
  { record, destination }: ActionContext<CommonInputs>,
  change: AliasChange | undefined,
): void {
  // Before all others: what was done last is undone first.
  if (change !== undefined && record.wasWritten(change))
    record.undo.unshift(...aliasUndo(change, destination.registry.commands));
}

/** The verdict of a move. */
export function moveText({ name, alias, from, to }: AliasChange<VersionRef>): string {
  const target = to === 'copy' ? 'the copy' : (to ?? '(deleted)');
  return `${formatFullName(name)}@${alias} ${from ?? '(none)'} → ${target}`;
}
