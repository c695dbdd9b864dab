import type { CallContext } from '../../metastore/session.ts';
import { isCancelled, isFailed, isTriedAgain, type Ending } from './endings.ts';
import { concurrencyOf, newTaskRun } from './start.ts';
import { countIn, textIn, upstreamOf } from './settings.ts';
import { isFinal, type JobRun, type TaskOutput, type TaskRun } from './state.ts';

/** What scheduling needs of a call. */
export type Clock = Pick<CallContext, 'state' | 'switches' | 'now'>;

/** Lets a run begin that waits, or skips it where it may not wait; responds whether it has begun. */
export function admit({ state, now }: Clock, run: JobRun): boolean {
  const most = run.type === 'JOB_RUN' ? concurrencyOf(run.settings) : Infinity;
  const others = [...state.workspace.runs.values()].filter(
    (each) => each !== run && each.jobId === run.jobId && !isFinal(each) && each.state !== 'QUEUED',
  );
  if (others.length < most) {
    run.state = 'PENDING';
    run.startedAt ??= now();
    return true;
  }
  if (run.queues && most > 0) return false;
  run.startedAt ??= now();
  const message = `The run was skipped: its job may have ${most} concurrent runs.`;
  endAll(run, { code: 'MAX_CONCURRENT_RUNS_EXCEEDED', message }, now());
  return false;
}

/** The newest attempt of each task, in the order of the tasks. */
export function newestTasks(run: JobRun): TaskRun[] {
  return [...new Map(run.tasks.map((task) => [task.key, task])).values()];
}

/** The tasks that can begin now; those that never will are ended. */
export function readyTasks({ now }: Clock, run: JobRun): TaskRun[] {
  const ready: TaskRun[] = [];
  for (let changed = true; changed;) {
    changed = false;
    for (const task of newestTasks(run).filter((each) => each.state === 'BLOCKED')) {
      const verdict = verdictOn(run, task);
      if (verdict === undefined) continue;
      changed = true;
      if (verdict === 'run') {
        task.state = 'PENDING';
        task.startedAt = now();
        ready.push(task);
      } else {
        endTask(task, verdict, now());
      }
    }
  }
  return ready;
}

/** Whether a task runs, or how it ends without that; `undefined` while others have to end first. */
function verdictOn(run: JobRun, task: TaskRun): 'run' | Ending | undefined {
  if (task.task['disabled'] === true) return { code: 'DISABLED', message: 'The task is disabled.' };
  const newest = newestTasks(run);
  const upstream = upstreamOf(task.task).flatMap((key) => newest.filter((each) => each.key === key));
  if (!upstream.every(isFinal)) return undefined;
  const endings = upstream.flatMap(({ ending }) => (ending === undefined ? [] : [ending]));
  if (endings.length === 0 || meets(textIn(task.task, 'run_if') ?? 'ALL_SUCCESS', endings)) return 'run';
  const result = endings.some(isCancelled) ? 'UPSTREAM_CANCELED' : 'UPSTREAM_FAILED';
  return { code: 'SKIPPED', message: 'A task that this one depends on did not succeed.', result };
}

function meets(condition: string, endings: readonly Ending[]): boolean {
  const failed = endings.filter(isFailed);
  switch (condition) {
    case 'ALL_DONE':
      return true;
    case 'ALL_FAILED':
      return failed.length === endings.length;
    case 'AT_LEAST_ONE_FAILED':
      return failed.length > 0;
    case 'AT_LEAST_ONE_SUCCESS':
      return failed.length < endings.length;
    case 'NONE_FAILED':
      return failed.every(({ code }) => code === 'SKIPPED' || code === 'DISABLED');
    default:
      return failed.length === 0;
  }
}

/** Ends a task; one that failed is tried again while its retries last. */
export function finishTask(
  clock: Clock,
  run: JobRun,
  task: TaskRun,
  { ending, output }: { ending: Ending; output?: TaskOutput },
): void {
  endTask(task, ending, clock.now());
  task.output = output;
  const most = Number(task.task['max_retries'] ?? 0);
  const again = isTriedAgain(ending, task.task['retry_on_timeout'] === true);
  if (run.stopping !== undefined || !again || (most !== -1 && task.attempt >= most)) return;
  const next = newTaskRun(clock, task.task, task.attempt + 1);
  run.tasks.push(next);
  run.attempts.at(-1)?.taskRuns.push(next.id);
}

/** Ends a run of whose tasks nothing is left to do; responds whether it is over. */
export function settle({ now }: Clock, run: JobRun): boolean {
  if (isFinal(run)) return true;
  const newest = newestTasks(run);
  if (!newest.every(isFinal)) return false;
  endRun(run, run.stopping ?? endingOf(newest), now());
  return true;
}

/** How a run ended whose tasks ended so: the leaves decide (docs, "View and manage job runs": status of a run). */
function endingOf(tasks: readonly TaskRun[]): Ending {
  const followed = new Set(tasks.flatMap(({ task }) => upstreamOf(task)));
  const failing = tasks.filter(
    ({ ending }) => ending !== undefined && ending.code !== 'DISABLED' && isFailed(ending),
  );
  const [leaf] = failing.filter(({ key }) => !followed.has(key));
  if (leaf === undefined) {
    if (failing.length === 0) return { code: 'SUCCESS', message: '' };
    return { code: 'SUCCESS_WITH_FAILURES', message: 'Some tasks failed.' };
  }
  // A task that was skipped because of another says nothing of the cause.
  const cause = failing.find(({ ending }) => ending?.code !== 'SKIPPED') ?? leaf;
  const { code = 'INTERNAL_ERROR', message = '', ...rest } = cause.ending ?? {};
  return { code, message: `Task ${cause.key} failed with message: ${message}`, ...rest };
}

/** Ends a run and everything of it that is not over. */
export function endAll(run: JobRun, ending: Ending, now: number): void {
  for (const task of run.tasks) if (!isFinal(task)) endTask(task, ending, now);
  endRun(run, ending, now);
}

function endRun(run: JobRun, ending: Ending, now: number): void {
  run.state = 'TERMINATED';
  run.ending = ending;
  run.endedAt = now;
  run.stopping = undefined;
  const attempt = run.attempts.at(-1);
  if (attempt !== undefined) Object.assign(attempt, { endedAt: now, ending });
}

function endTask(task: TaskRun, ending: Ending, now: number): void {
  task.state = 'TERMINATED';
  task.ending = ending;
  task.startedAt ??= now;
  task.endedAt = now;
}

/** The time limit of a run or task in milliseconds; `undefined` for none. */
export function limitOf(settings: JobRun['settings']): number | undefined {
  const seconds = countIn(settings, 'timeout_seconds', 0);
  return seconds === 0 ? undefined : seconds * 1000;
}
