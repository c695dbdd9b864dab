import { nowText } from '../../domain/audited-move-text.ts';
import type { FullName } from '../../domain/full-name.ts';
import type { MoveEntry } from '../../policy/alias/history.ts';
import { LOOK_BACK } from '../../policy/alias/audited-past.ts';
import type { RollbackTarget } from '../../policy/rollback/target.ts';
import { askWhoMoved, noteUnread } from '../parts/audit-log.ts';
import type { RollbackContext } from './rollback.ts';

/** What a rollback is refused for, as far as it is about the alias. */
interface Refused {
  readonly name: FullName;
  readonly goal: RollbackTarget;
  readonly now: number | null;
  /** Newest first. */
  readonly moves: readonly MoveEntry[];
}

/**
 * What the audit log says of who moved the alias, where that is what a rollback is refused for: a sentence, empty where nothing
 * was asked. It is evidence and decides nothing, so that it not being there is a warning.
 */
export async function readMover(
  context: RollbackContext,
  { name, goal, now, moves }: Refused,
): Promise<string> {
  const { inputs, clock } = context;
  const { alias, 'warehouse-id': warehouse } = inputs;
  if (warehouse === undefined || (goal.kind !== 'moved' && goal.kind !== 'unknown')) return '';
  const until = clock.now();
  const recorded = Date.parse(moves[0]?.at ?? '');
  const since = Number.isNaN(recorded) ? until - LOOK_BACK : Math.min(recorded, until);
  const audited = await askWhoMoved(context, { name, alias, warehouse }, { since, until });
  if (audited === undefined) return '';
  if ('log' in audited) return nowText(audited.log, now);
  noteUnread(context, audited.unread, 'warn');
  return '';
}
