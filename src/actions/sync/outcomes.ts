import { formatChange } from '../../plan/change.ts';
import { formatTarget } from '../../domain/pin.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { counted } from '../../domain/count.ts';
import type { JudgedPin } from '../../policy/sync/decide.ts';
import { PINS_TITLE, pinsSection, type PinOutcome } from '../../report/sections/pins.ts';
import type { ActionResult } from '../contract/action.ts';
import type { SyncContext } from './sync.ts';

/** Moves that a verdict names; the table has all of them. */
const NAMED_MOVES = 3;

/** Notes what became of every changed pin so far, in place of what was noted before. */
export function notePins(
  { record }: SyncContext,
  judged: readonly JudgedPin[],
  isWriting: boolean,
  refused: readonly JudgedPin['change'][] = [],
): void {
  const rows = judged.map((pin) => ({
    judged: pin,
    outcome: refused.includes(pin.change) ? ('refused' as const) : outcomeOf(pin, record, isWriting),
  }));
  record.output(
    'pins',
    rows.map(({ judged: { change, live }, outcome }) => ({
      model: formatFullName(change.name),
      alias: change.alias,
      from: change.from === undefined ? null : formatTarget(change.from),
      to: change.to === undefined ? null : formatTarget(change.to),
      now: live.now,
      state: outcome,
    })),
  );
  record.output('count', movesIn(record).length);
  const before = record.sections.findIndex(({ title }) => title.startsWith(PINS_TITLE));
  if (before >= 0) record.sections.splice(before, 1);
  if (rows.length > 0) record.sections.unshift(pinsSection(rows));
}

/** What became of a pin, by the change of its alias. */
function outcomeOf(
  { change, state }: JudgedPin,
  record: SyncContext['record'],
  isWriting: boolean,
): PinOutcome {
  if (state !== 'move') return state;
  const noted = record.changes.find((each) => each.change.kind === 'alias' && isOf(each.change, change));
  switch (noted?.state) {
    case 'done':
      return 'moved';
    case 'unknown':
      return 'unknown';
    case 'not-needed':
      return 'done';
    case 'not-done':
      return 'not-done';
    default:
      return isWriting ? 'not-done' : 'move';
  }
}

function isOf(
  a: Pick<JudgedPin['change'], 'name' | 'alias'>,
  b: Pick<JudgedPin['change'], 'name' | 'alias'>,
) {
  return a.alias === b.alias && formatFullName(a.name).toLowerCase() === formatFullName(b.name).toLowerCase();
}

function movesIn(record: SyncContext['record']) {
  return record.changes.filter(
    ({ change, state }) => change.kind === 'alias' && state !== 'not-needed' && state !== 'not-done',
  );
}

/** What the run says of its end. */
export function concludePins({ record }: SyncContext, judged: readonly JudgedPin[]): ActionResult {
  const moves = movesIn(record).map(({ change }) => formatChange(change));
  const outcome = record.wouldChange ? 'ok' : 'noop';
  if (moves.length > 0) {
    const more = moves.length - NAMED_MOVES;
    const named = moves.slice(0, NAMED_MOVES).join('; ');
    return { outcome, verdict: more > 0 ? `${named}; and ${more} more` : named };
  }
  if (judged.length === 0) return { outcome, verdict: 'No pin was changed; nothing was written' };
  const copies = record.changes.filter(({ change }) => change.kind === 'copy').length;
  const what = counted(judged.length, 'changed pin', 'changed pins');
  return {
    outcome,
    verdict:
      copies > 0
        ? `${counted(copies, 'copy', 'copies')} for ${what}; no alias was moved`
        : `${what}, and no alias was moved`,
  };
}
