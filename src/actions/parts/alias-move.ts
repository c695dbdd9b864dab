import type { RefusedRecord } from '../../apply/record.ts';
import type { AliasChange, RecordChange } from '../../domain/change.ts';
import { decide } from '../../domain/decision.ts';
import { messageOf } from '../../domain/errors.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { tagValue, type ModelVersion, type Tag } from '../../domain/model.ts';
import { modelSecurable } from '../../domain/privilege.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import {
  judgeHistory,
  moveEntry,
  movesOf,
  originOfUnrecorded,
  recordKey,
  recordMove,
  type AliasHistory,
  type UnrecordedMove,
} from '../../policy/alias-history.ts';
import { rightName } from '../../policy/grants/findings.ts';
import { decideRoom } from '../../policy/tag-room.ts';
import { historyText } from '../../report/sections/alias-history.ts';
import { aliasUndo } from '../../report/sections/undo.ts';
import type { ActionResult } from '../contract/action.ts';
import type { ActionContext } from '../contract/context.ts';

/** A move of an alias, and the record of it on its model, which is written first; absent where none can be written. */
export interface Move {
  readonly alias: AliasChange;
  readonly record?: RecordChange;
}

const CHECK = 'Record of the move';

/** What a move is made of; notes what stands in the way of its record, which stops no move. `tags` are the model's. */
export function noteMove(
  { record, run, clock, destination }: ActionContext<CommonInputs>,
  alias: AliasChange,
  tags: readonly Tag[],
): Move {
  const { capabilities } = destination.registry;
  const key = recordKey(alias.alias, capabilities);
  const room = decideRoom({ set: [], later: [key] }, tags, capabilities.tags);
  record.check(CHECK, 'warn', room, 'The model has room for it.', 'blocked');
  if (!room.allowed || capabilities.tags === 'none') return { alias };
  const { dropped } = recordMove(tagValue(tags, key) ?? null, moveEntry(alias, run, clock.now()));
  if (dropped > 0)
    record.fact('Record of moves', `${dropped} older left out`, 'the tag has at most 1,000 characters');
  const { name, from, to, basis = [] } = alias;
  const named = { kind: 'alias', name, alias: alias.alias, was: from } as const;
  return {
    alias,
    record: { kind: 'record', name, alias: alias.alias, from, to, basis: [...basis, named] },
  };
}

/** What is recorded of an alias, by the tags of its model and the version that it names now. */
export function historyOf(
  { destination }: ActionContext<CommonInputs>,
  alias: string,
  tags: readonly Tag[],
  named: ModelVersion | undefined,
): AliasHistory {
  const { capabilities } = destination.registry;
  const text = tagValue(tags, recordKey(alias, capabilities)) ?? null;
  return judgeHistory(movesOf(alias, text, named, capabilities), named?.version ?? null);
}

/** An alias that already names what it shall, with what is recorded of it. */
export interface NamedAlias extends UnrecordedMove {
  readonly name: FullName;
  readonly alias: string;
  readonly tags: readonly Tag[];
  readonly history: AliasHistory;
}

/**
 * Ends a run that has no move to make: says how the alias came to name what it names, and records the move where an earlier attempt
 * of this run made it without. `unchanged` is the beginning of the verdict.
 */
export async function endUnmoved(
  context: ActionContext<CommonInputs>,
  unchanged: string,
  named: NamedAlias,
): Promise<ActionResult> {
  const { history, now } = named;
  const origin = originOfUnrecorded(history, named);
  const { name, alias, tags } = named;
  const move: Partial<Move> =
    origin === undefined ? {} : noteMove(context, { kind: 'alias', name, alias, ...origin, to: now }, tags);
  const said = `${unchanged}${historyText(history, now)}`;
  const ended: ActionResult = context.record.wouldChange
    ? { outcome: 'ok', verdict: said }
    : { outcome: 'noop', verdict: `${said}; nothing was written` };
  if (move.record === undefined) return ended;
  const basis = [{ kind: 'alias', name, alias, was: now } as const];
  const refused = await context.apply([{ ...move.record, basis }]);
  for (const each of refused) noteRefused(context, each);
  return refused.length > 0
    ? ended
    : {
        outcome: 'ok',
        verdict: `${said}; an earlier attempt of this run left out the record of that, which is written now`,
      };
}

/** Records the move of an alias on its model, moves it, and says how to undo it; returns the verdict. */
export async function moveAlias(
  context: ActionContext<CommonInputs>,
  { alias: change, record: recorded }: Move,
): Promise<string> {
  const { record, destination } = context;
  try {
    const refused = await context.apply(recorded === undefined ? [change] : [recorded, change]);
    for (const each of refused) noteRefused(context, each);
  } finally {
    // Also when it could not be read back: the alias was moved, and the reader has to know the way back.
    // Before all others: what was done last is undone first.
    if (record.wasWritten(change)) record.undo.unshift(...aliasUndo(change, destination.registry.commands));
  }
  return `${formatFullName(change.name)}@${change.alias} ${change.from ?? '(none)'} → ${change.to ?? '(deleted)'}`;
}

function noteRefused(
  { record }: ActionContext<CommonInputs>,
  { change: { name, alias }, error }: RefusedRecord,
): void {
  const right = rightName({ securable: modelSecurable(name), privilege: 'APPLY_TAG' });
  const decision = decide([
    {
      code: 'move-unrecorded',
      severity: 'warning',
      message: `The registry refused the record, so that nothing tells later who moved ${formatFullName(name)}@${alias}: ${messageOf(error)}`,
      fix:
        error.details.code === 'permission-denied'
          ? `Give the caller ${right}, or its ownership.`
          : (error.details.fix ?? 'Look at the tags of the model.'),
    },
  ]);
  record.checkAgain(CHECK, decision, '', 'blocked');
}
