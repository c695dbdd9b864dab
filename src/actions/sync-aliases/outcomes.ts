import { formatChange } from '../../plan/change.ts';
import { formatTarget } from '../../domain/pin.ts';
import { formatFullName, sameFullName, type Naming } from '../../domain/full-name.ts';
import { counted } from '../../domain/count.ts';
import type { JudgedPin } from '../../policy/sync/decide.ts';
import { PINS_TITLE, pinsSection, type PinOutcome } from '../../report/sections/pins.ts';
import type { ActionResult } from '../contract/action.ts';
import type { SyncContext } from './sync.ts';

/** Moves that a verdict names; the table has all of them. */
const NAMED_MOVES = 3;

/** Notes what became of every changed pin so far, in place of what was noted before. */
export function notePins(
  context: SyncContext,
  judged: readonly JudgedPin[],
  isWriting: boolean,
  refused: readonly JudgedPin['change'][] = [],
): void {
  const { record } = context;
  const rows = judged.map((pin) => ({
    judged: pin,
    outcome: refused.includes(pin.change) ? ('refused' as const) : outcomeOf(pin, context, isWriting),
  }));
  record.output(
    'pins',
    rows.map(({ judged: { change, live }, outcome }) => ({
      model: formatFullName(change.name),
      alias: change.alias,
      from: change.from === undefined ? null : formatTarget(change.from),
      to: change.to === undefined ? null : formatTarget(change.to),
      was: live.now,
      ...(outcome === 'unknown' ? {} : { now: outcome === 'moved' ? movedTo(change, context) : live.now }),
      state: outcome,
    })),
  );
  record.output('count', madeIn(record, 'alias').length);
  const before = record.sections.findIndex(({ title }) => title.startsWith(PINS_TITLE));
  if (before >= 0) record.sections.splice(before, 1);
  if (rows.length > 0) record.sections.unshift(pinsSection(rows));
}

/** What became of a pin, by the change of its alias. */
function outcomeOf({ change, state }: JudgedPin, context: SyncContext, isWriting: boolean): PinOutcome {
  if (state !== 'move') return state;
  switch (notedMove(change, context)?.state) {
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

/** The version that an alias was moved to; null for none. */
function movedTo(pin: JudgedPin['change'], context: SyncContext): number | null {
  const moved = notedMove(pin, context)?.change;
  return moved?.kind === 'alias' && moved.to !== 'copy' ? moved.to : null;
}

/** The change of a pin's alias, with what became of it; undefined where none is planned. */
function notedMove(pin: JudgedPin['change'], { record, destination }: SyncContext) {
  const naming = destination.registry.capabilities.names;
  return record.changes.find(({ change }) => change.kind === 'alias' && isOf(change, pin, naming));
}

/** Whether a change is that of a pin; what the registry spells otherwise is the same model there. */
function isOf(
  change: Pick<JudgedPin['change'], 'name' | 'alias'>,
  pin: Pick<JudgedPin['change'], 'name' | 'alias'>,
  naming: Naming,
): boolean {
  return change.alias === pin.alias && sameFullName(change.name, pin.name, naming);
}

/** Changes of a kind that were made, or may be, or are planned. */
function madeIn(record: SyncContext['record'], kind: 'alias' | 'record') {
  return record.changes.filter(
    ({ change, state }) => change.kind === kind && state !== 'not-needed' && state !== 'not-done',
  );
}

/** What the run says of its end. */
export function concludePins({ record }: SyncContext, judged: readonly JudgedPin[]): ActionResult {
  const moves = madeIn(record, 'alias').map(({ change }) => formatChange(change));
  const outcome = record.wouldChange ? 'ok' : 'noop';
  if (moves.length > 0) {
    const more = moves.length - NAMED_MOVES;
    const named = moves.slice(0, NAMED_MOVES).join('; ');
    return { outcome, verdict: more > 0 ? `${named}; and ${more} more` : named };
  }
  if (judged.length === 0) return { outcome, verdict: 'No pin was changed; nothing was written' };
  const records = madeIn(record, 'record').length;
  if (records > 0) {
    const whose = counted(records, 'alias', 'aliases');
    return {
      outcome,
      verdict: `No alias was moved; an earlier attempt of this run probably moved ${whose} without writing the record, which is written now`,
    };
  }
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
