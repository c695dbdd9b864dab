import type { ActionRecord } from '../actions/contract/record.ts';
import { formatChange, subjectOf, type PlannedChange } from '../plan/change.ts';
import { invalidInputs, messageOf } from '../domain/errors.ts';
import type { Journal } from '../apply/context.ts';
import type { Environment } from './environment.ts';
import type { Runner } from './runner.ts';
import type { RedactingRunner } from './redactor.ts';

const STATE = 'journal';
const FINISHED = 'finished';

/** State of a change that had been decided on and not begun. */
export const PLANNED = 'planned';

/** State of a change that had been begun and not ended: whether it was made is unknown. */
const BEGUN = 'begun';

/** State of what runs elsewhere, which the step waited for. */
export const AWAITED = 'awaited';

/** What the post step reads: each change that was planned or begun, and what became of it. */
interface JournalLine {
  readonly change: string;
  /** What shows whether it was made. */
  readonly look?: string;
  readonly state: string;
}

/**
 * Notes every change in the record, and in `GITHUB_STATE` for the post step of a run that died: from the moment that it
 * was decided on, as a run may die before its first write too. A dry run makes nothing, and leaves nothing to report.
 */
export function openJournal(
  record: ActionRecord,
  runner: RedactingRunner,
  { dryRun }: { readonly dryRun: boolean },
): Journal {
  const looks = new Map<PlannedChange, string | undefined>();
  const ended = new Set<PlannedChange>();
  const lineOf = ({ change, state }: ActionRecord['changes'][number]): JournalLine => {
    const look = looks.get(change);
    return {
      change: runner.redactor.hide(formatChange(change)),
      state: looks.has(change) && !ended.has(change) ? BEGUN : state,
      ...(look === undefined ? {} : { look }),
    };
  };
  let awaited: JournalLine[] = [];
  const save = () => {
    if (!dryRun) runner.saveState(STATE, JSON.stringify([...record.changes.map(lineOf), ...awaited]));
  };
  const saveFirst = () => {
    try {
      save();
    } catch (cause) {
      const problem = `it names a file that cannot be written: ${messageOf(cause)}.`;
      const fix = 'Free space on the disk of the runner, then run again. Completed changes are not repeated.';
      throw invalidInputs([{ input: 'GITHUB_STATE', problem, fix }], { cause });
    }
  };
  return {
    plan(changes) {
      record.plan(changes);
      saveFirst();
    },
    resolve(pairs) {
      const other = pairs.filter(({ planned, made }) => made !== planned);
      if (other.length === 0) return;
      for (const { planned, made } of other) record.resolve(planned, made);
      saveFirst();
    },
    drop(changes) {
      record.drop(changes);
      save();
    },
    wait(work) {
      awaited = work === undefined ? [] : [{ change: runner.redactor.hide(work), state: AWAITED }];
      if (work === undefined) save();
      else saveFirst();
    },
    giveUp(changes) {
      record.giveUp(changes);
      save();
    },
    begin(change) {
      record.settle(change, 'unknown');
      const look = record.commands?.look(subjectOf(change))?.text;
      // A command in which a host was hidden would name something else.
      looks.set(change, look === undefined || runner.redactor.names(look) ? undefined : look);
      try {
        saveFirst();
      } catch (error) {
        record.settle(change, 'not-done');
        throw error;
      }
    },
    end(change, state) {
      record.settle(change, state);
      ended.add(change);
      try {
        save();
      } catch (error) {
        // What was done is done, and the record has it. The next change cannot begin without its line.
        runner.log.warning(`The journal could not be written: ${messageOf(error)}`);
      }
    },
  };
}

/** Shows the post step that the main step came to its end. */
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
