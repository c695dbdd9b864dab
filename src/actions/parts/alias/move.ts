import { RECORD_CHECK } from '../../../apply/changes/record.ts';
import type { ValueChange } from '../../../apply/value.ts';
import type { VersionRef } from '../../../domain/change-target.ts';
import { formatFullName, type FullName } from '../../../domain/full-name.ts';
import { tagValue, type ModelVersion, type Tag } from '../../../domain/model.ts';
import type { CommonInputs } from '../../../inputs/common.ts';
import type { AliasChange } from '../../../plan/changes/alias.ts';
import type { NamedHistory } from '../../../policy/alias/decide.ts';
import type { RecordChange } from '../../../plan/changes/record.ts';
import {
  judgeHistory,
  moveEntry,
  movesOf,
  originOfUnrecorded,
  recordKey,
  recordMove,
  type AliasHistory,
  type MoveEntry,
  type UnrecordedMove,
} from '../../../policy/alias/history.ts';
import { decideRoom } from '../../../policy/tag-room.ts';
import { historyText } from '../../../report/sections/alias-history.ts';
import type { ManualCommands } from '../../../registry/commands.ts';
import { aliasUndo } from '../../../report/sections/undo.ts';
import type { ActionResult } from '../../contract/action.ts';
import type { ActionContext } from '../../contract/context.ts';

/** The changes of a move, in order: the record of it on the model, where one can be written, then the alias. */
export type Move<V extends VersionRef = number> = readonly (RecordChange<V> | AliasChange<V>)[];

/** What a move is made of; notes what stands in the way of its record, which stops no move. `tags` are the model's. */
export function noteMove<V extends VersionRef>(
  { record, run, clock, destination }: ActionContext<CommonInputs>,
  alias: AliasChange<V> | undefined,
  tags: readonly Tag[],
): Move<V> {
  if (alias === undefined) return [];
  const { capabilities } = destination.registry;
  const key = recordKey(alias.alias, capabilities);
  const room = decideRoom({ set: [], later: [key] }, tags, capabilities.tags);
  record.checkAgain(RECORD_CHECK, room, 'The model has room for the record.', 'blocked', 'warn');
  if (!room.allowed || capabilities.tags === 'none') return [alias];
  const entry = moveEntry({ ...alias, to: alias.to === 'copy' ? null : alias.to }, run, clock.now());
  const { dropped } = recordMove(tagValue(tags, key) ?? null, entry);
  if (dropped > 0)
    record.factAgain('Record of moves', `${dropped} older omitted`, 'the tag has at most 1,000 characters');
  const { name, from, to, basis = [] } = alias;
  const named = { kind: 'alias', name, alias: alias.alias, was: from } as const;
  return [{ kind: 'record', name, alias: alias.alias, from, to, basis: [...basis, named] }, alias];
}

/** What is recorded of an alias, by the tags of its model and the version that it names now. */
export function historyOf(
  context: ActionContext<CommonInputs>,
  alias: string,
  tags: readonly Tag[],
  named: Pick<ModelVersion, 'version' | 'tags'> | undefined,
): AliasHistory {
  return judgeHistory(movesRecorded(context, alias, tags, named), named?.version ?? null);
}

/** The moves that are recorded of an alias, newest first, by the tags of its model and the version that it names now. */
export function movesRecorded(
  { destination }: ActionContext<CommonInputs>,
  alias: string,
  tags: readonly Tag[],
  named: Pick<ModelVersion, 'version' | 'tags'> | undefined,
): MoveEntry[] {
  const { capabilities } = destination.registry;
  return movesOf(alias, tagValue(tags, recordKey(alias, capabilities)) ?? null, named, capabilities);
}

/** How an alias came to name what it names, and where that is recorded, by the tags of its model. */
export function howNamed(
  context: ActionContext<CommonInputs>,
  alias: string,
  tags: readonly Tag[],
  now: number | null,
): NamedHistory {
  const named = now === null ? undefined : { version: now, tags: [] };
  const history = historyOf(context, alias, tags, named);
  const key = recordKey(alias, context.destination.registry.capabilities);
  return { text: historyText(history, now), ...(history.kind === 'none' ? {} : { key }) };
}

/** An alias that already names what it shall, with what is recorded of it. */
export interface NamedAlias extends UnrecordedMove {
  readonly name: FullName;
  readonly alias: string;
  readonly tags: readonly Tag[];
  readonly history: AliasHistory;
}

/** The record of a move that an earlier attempt of this run made without; empty where none is missing. */
export function missingRecord(context: ActionContext<CommonInputs>, named: NamedAlias): Move {
  const origin = originOfUnrecorded(named.history, named);
  if (origin === undefined) return [];
  const { name, alias, tags, now } = named;
  const basis = [{ kind: 'alias', name, alias, was: now } as const];
  return noteMove(context, { kind: 'alias', name, alias, ...origin, to: now }, tags).flatMap((change) =>
    change.kind === 'record' ? [{ ...change, basis }] : [],
  );
}

/** The end of a run without a move: how the alias came to name what it names. `unchanged` begins the verdict. */
export function concludeUnmoved(
  { record }: ActionContext<CommonInputs>,
  unchanged: string,
  move: Move<VersionRef>,
): ActionResult {
  if (move.some((change) => record.isToBeMade(change)))
    return {
      outcome: 'ok',
      verdict: `${unchanged}; an earlier attempt of this run probably moved it without writing the record, which is written now`,
    };
  return record.wouldChange
    ? { outcome: 'ok', verdict: unchanged }
    : { outcome: 'noop', verdict: `${unchanged}; nothing was written` };
}

/** Says how to undo a move that was written: also when it could not be read back, the reader has to know the way back. */
export function noteMoved(
  { record, destination }: ActionContext<CommonInputs>,
  made: readonly ValueChange[],
): void {
  for (const change of made) {
    if (change.kind !== 'alias' || !record.wasWritten(change)) continue;
    // Before all others: what was done last is undone first.
    record.undo.unshift(
      ...aliasUndo(change, { commands: destination.registry.commands, again: record.again }),
    );
    record.fact('Named before', namedText(change.from));
    if (record.stands(change)) noteNamed(record, change.to);
    else record.factAgain(NAMED, 'unknown', `${namedText(change.to)} was requested`);
  }
}

const NAMED = 'Names now';

/** Notes what the alias names, in place of what was noted before. */
export function noteNamed(record: ActionContext<CommonInputs>['record'], version: number | null): void {
  record.factAgain(NAMED, namedText(version));
}

function namedText(version: number | null): string {
  return version === null ? 'nothing' : `version ${version}`;
}

/** Says of a move that is only planned how it would be undone. */
export function notePlannedUndo(
  record: ActionContext<CommonInputs>['record'],
  change: AliasChange<VersionRef>,
  commands: ManualCommands,
): void {
  record.undo.push(...aliasUndo(change, { commands, again: record.again }));
}

/** The verdict of a move. */
export function moveText({ name, alias, from, to }: Move<VersionRef>[number]): string {
  const target = to === 'copy' ? 'the copy' : (to ?? '(deleted)');
  return `${formatFullName(name)}@${alias} ${from ?? '(none)'} → ${target}`;
}
