import type { Change } from '../domain/change.ts';
import type { ActionRecord } from '../actions/record.ts';
import { formatChange } from '../domain/change-text.ts';
import type { Journal } from '../steps/apply.ts';
import type { Environment } from './environment.ts';
import type { Runner } from './runner.ts';
import type { DiscreetRunner } from './withheld-hosts.ts';

const STATE = 'journal';
const FINISHED = 'finished';

/** State of a change that had been decided on and not begun. */
export const PLANNED = 'planned';

/** What the post step reads: each change that was begun, and what became of it, then those that were still planned. */
interface JournalLine {
  readonly change: string;
  /** What shows whether it was made. */
  readonly look?: string;
  state: string;
}

/** Notes every change in the record, and in `GITHUB_STATE` for the post step of a run that died. */
export function openJournal(record: ActionRecord, runner: DiscreetRunner): Journal {
  const journal: JournalLine[] = [];
  const indexes = new Map<Change, JournalLine>();
  const save = () => {
    const waiting = record.changes.filter(({ change, state }) => state === 'planned' && !indexes.has(change));
    const planned = waiting.map(({ change }) => ({ change: formatChange(change), state: PLANNED }));
    runner.saveState(STATE, JSON.stringify([...journal, ...planned]));
  };
  return {
    begin(change) {
      record.settle(change, 'unknown');
      const look = record.byHand?.look(change).text;
      const line = {
        change: formatChange(change),
        state: 'begun',
        ...(look === undefined ? {} : { look: runner.withheld.hide(look) }),
      };
      indexes.set(change, line);
      journal.push(line);
      save();
    },
    end(change, state) {
      record.settle(change, state);
      const line = indexes.get(change);
      if (line === undefined) return;
      line.state = state;
      save();
    },
  };
}

/** Tells the post step that the main step came to its end. */
export function closeJournal(runner: Runner): void {
  runner.saveState(FINISHED, 'true');
}

/** What the main step's journal says, or nothing when it came to its end. A state that cannot be read says nothing. */
export function unfinishedJournal(environment: Environment): readonly JournalLine[] | undefined {
  if (environment[`STATE_${FINISHED}`] === 'true') return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(environment[`STATE_${STATE}`] ?? '[]');
  } catch {
    return [{ change: 'every change of this step: its journal cannot be read', state: 'begun' }];
  }
  return Array.isArray(parsed) ? parsed.flatMap(readLine) : [];
}

function readLine(line: unknown): JournalLine[] {
  const fields = new Map(Object.entries(typeof line === 'object' && line !== null ? line : {}));
  const change: unknown = fields.get('change');
  const state: unknown = fields.get('state');
  const look: unknown = fields.get('look');
  if (typeof change !== 'string' || typeof state !== 'string') return [];
  return [{ change, state, ...(typeof look === 'string' ? { look } : {}) }];
}
