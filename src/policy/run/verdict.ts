import { counted } from '../../domain/count.ts';
import type { JobRun, RunEnding, TaskOutput, TaskRun } from '../../domain/job.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { show } from '../../domain/printable.ts';
import { resultOf, type TaskResult } from './result.ts';
import { endingWord, meaningOf, type EndingMeaning } from './ending.ts';

/** A task of a run, and what it left behind as far as it was read. */
export interface EndedTask {
  readonly task: TaskRun;
  readonly output?: TaskOutput;
}

/** What a run says of the version that it was to validate. */
export interface JobVerdict {
  /** Absent: it says nothing of the version. */
  readonly passed?: boolean;
  /** What it ends with where it says nothing. */
  readonly outcome: Outcome;
  /** How it ended: a clause that goes after the name of the run. */
  readonly how: string;
  readonly fix: string;
  readonly results: readonly { readonly task: string; readonly result: TaskResult }[];
}

/** Where no verdict can be had: what it ends with, and what to do. */
const NONE: Readonly<
  Record<Exclude<EndingMeaning, 'passed' | 'failed'>, { readonly outcome: Outcome; readonly fix: string }>
> = {
  stopped: {
    outcome: 'unavailable',
    fix: 'Find out who or what ended it on the page of the run, then run the workflow again: a new attempt starts a new run.',
  },
  'set-up': {
    outcome: 'invalid',
    fix: 'Correct the job: its code was not executed. The page of the run says more.',
  },
  full: {
    outcome: 'unavailable',
    fix: 'Run the workflow again later: the workspace executes as many runs as it may.',
  },
  platform: {
    outcome: 'unavailable',
    fix: 'Run the workflow again later: the workspace failed to execute the job. The page of the run says more.',
  },
};

/** Characters of what others wrote that are repeated. */
const SHOWN = 300;

/** What a run that is over says, by the endings and the results of its tasks; `tasks` are all of them. */
export function decideJobRun({ ending }: JobRun, tasks: readonly EndedTask[]): JobVerdict {
  if (ending === undefined) throw new TypeError('The run is not over.');
  const read = tasks.map(({ task, output }) => ({
    task,
    result: output === undefined ? undefined : resultOf(output),
  }));
  const results = read.flatMap(({ task, result }) =>
    result !== undefined && 'passed' in result ? [{ task: task.key, result }] : [],
  );
  const failing = results.find(({ result }) => !result.passed);
  if (failing !== undefined) {
    const how = `task ${show(failing.task, 60)} reports "passed": false${saidText(failing.result)}`;
    return { passed: false, outcome: 'blocked', how, fix: FAILED_FIX, results };
  }
  const meaning = meaningOf(ending);
  if (meaning !== 'passed') return notPassed(ending, meaning, tasks, results);
  for (const { task, result } of read) {
    if (result === undefined || !('unreadable' in result)) continue;
    const how = `what task ${show(task.key, 60)} reports ${result.unreadable}`;
    const fix =
      'Exit a notebook with JSON such as {"passed": true, "auc": 0.93}, or without a value; have a script print it as its last line. A number that is NaN or infinite is no JSON.';
    return { outcome: 'invalid', how, fix, results };
  }
  const how = `ended with ${endingWord(ending)}`;
  return { passed: true, outcome: 'ok', how, fix: '', results };
}

const FAILED_FIX = 'The page of the run has the output of its tasks.';

/** A run is refused only where a task of the user's failed by itself. */
function notPassed(
  ending: RunEnding,
  ofRun: EndingMeaning,
  tasks: readonly EndedTask[],
  results: JobVerdict['results'],
): JobVerdict {
  const ended = tasks.flatMap(({ task, output }) =>
    task.ending === undefined ? [] : [{ task, output, ending: task.ending, meaning: meaningOf(task.ending) }],
  );
  const failed = ended.filter(({ meaning }) => meaning === 'failed');
  const [first] = failed;
  if (first !== undefined) {
    const more = failed.length > 1 ? ` and ${counted(failed.length - 1, 'other task')}` : '';
    const why = first.output?.error ?? first.ending.message;
    const how = `task ${show(first.task.key, 60)}${more} ended with ${endingWord(first.ending)}${clause(why)}`;
    return { passed: false, outcome: 'blocked', how, fix: FAILED_FIX, results };
  }
  // What another task stopped says nothing of the cause.
  const cause = ended.find(({ meaning }) => meaning !== 'passed' && meaning !== 'stopped');
  const meaning = cause?.meaning ?? ofRun;
  if (meaning === 'failed' && ended.length === 0) {
    const how = `ended with ${endingWord(ending)}${clause(ending.message)}`;
    return { passed: false, outcome: 'blocked', how, fix: FAILED_FIX, results };
  }
  const said = cause?.ending ?? ending;
  const how = `${cause === undefined ? '' : `task ${show(cause.task.key, 60)} `}ended with ${endingWord(said)}${clause(said.message)}`;
  const { outcome, fix } = NONE[meaning === 'passed' || meaning === 'failed' ? 'platform' : meaning];
  return { outcome, how, fix, results };
}

function saidText({ said }: TaskResult): string {
  const message = said['message'] ?? said['reason'];
  return typeof message === 'string' ? clause(message) : '';
}

function clause(text: string): string {
  const trimmed = text.trim().replace(/\.$/u, '');
  return trimmed === '' ? '' : `: ${show(trimmed, SHOWN)}`;
}
