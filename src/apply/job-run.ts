import { refuseWhenCancelled } from '../domain/cancelled.ts';
import { formatDuration } from '../domain/duration.ts';
import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import type { JobRun, RunOrder } from '../domain/job.ts';
import type { EndedTask } from '../policy/job-verdict.ts';
import { show } from '../domain/printable.ts';
import type { ApplyContext } from './context.ts';

/** A run of a saved job that is waited for. */
export interface JobRequest {
  readonly order: RunOrder;
  /** The job, for people. */
  readonly name: string;
  readonly timeoutMs: number;
  /** Called when it is known which run it is. */
  started(this: void, run: string): void;
}

/** A run that is over, and what its tasks left behind. */
export interface EndedRun {
  readonly run: JobRun;
  readonly tasks: readonly EndedTask[];
  readonly milliseconds: number;
}

/** Starts runs of jobs, and waits for them. */
export type RunJob = (request: JobRequest) => Promise<EndedRun>;

/** Pauses between looks, milliseconds: short at first, since a small job may end at once. */
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 30_000;
const GROWTH = 1.5;

/** Failures of a look that may pass; the run goes on without it. */
const PASSING = ['unavailable', 'rate-limited', 'protocol'] as const;

/** Runs of jobs that are started by another are followed so far. */
const MAX_DEPTH = 5;

/**
 * Starts a run of a saved job, or finds that of its token, and waits until it is over. Whatever stops the wait — a
 * cancelled step, the time limit, a failure — asks the run to end, and says what became of it.
 */
export async function runJob(request: JobRequest, context: ApplyContext): Promise<EndedRun> {
  const { snapshot, journal, clock, signal, log } = context;
  const reader = snapshot.registry.jobs;
  if (reader === undefined) throw new TypeError('This registry has no jobs.');
  refuseWhenCancelled(signal);
  const startedAt = clock.now();
  const ofJob = `of the job ${show(request.name, 80)} (${request.order.job})`;
  journal.wait(`a run ${ofJob}`);
  const id = await start(request.order, ofJob, context);
  const named = `run ${id} ${ofJob}`;
  journal.wait(named);
  log.info(`Started ${named}; waiting for up to ${formatDuration(request.timeoutMs)}.`);
  request.started(id);
  const run = await waitFor(id, { ...request, named, startedAt }, context).catch(async (error: unknown) => {
    throw await stopped(error, id, named, context);
  });
  journal.wait(undefined);
  const tasks = await tasksOf(run, reader);
  return { run, tasks, milliseconds: Math.round(clock.now() - startedAt) };
}

async function start(order: RunOrder, ofJob: string, { writer, journal }: ApplyContext): Promise<string> {
  if (writer.runJob === undefined) throw new TypeError('This registry has no jobs.');
  try {
    return await writer.runJob(order);
  } catch (error) {
    const isUnknown = hasCode(error, ...PASSING, 'interrupted') && error.details.unprocessed === undefined;
    if (!isUnknown) {
      journal.wait(undefined);
      throw error;
    }
    const maybe = `A run ${ofJob} may be active: another try in the same attempt of the workflow finds it.`;
    throw new PromoteError(`${error.message} ${maybe}`, { ...error.details, cause: error });
  }
}

interface Wait extends Pick<JobRequest, 'timeoutMs'> {
  readonly named: string;
  readonly startedAt: number;
}

async function waitFor(
  id: string,
  { named, startedAt, timeoutMs }: Wait,
  { snapshot, clock, signal, log }: ApplyContext,
): Promise<JobRun> {
  let pause = FIRST_PAUSE;
  let state = '';
  for (;;) {
    refuseWhenCancelled(signal);
    const run = await look(id, { snapshot, log });
    if (run?.ending !== undefined) return run;
    const passed = clock.now() - startedAt;
    if (passed >= timeoutMs) throw tooLong(named, run?.state ?? 'not shown', timeoutMs);
    if (run !== undefined && run.state !== state) {
      state = run.state;
      log.info(`${named} is ${show(state, 40)} after ${formatDuration(passed)}.`);
    }
    await clock.sleep(Math.min(pause, timeoutMs - passed), signal);
    pause = Math.min(Math.round(pause * GROWTH), LONGEST_PAUSE);
  }
}

/** The run; undefined where it cannot be seen now. */
async function look(
  id: string,
  { snapshot, log }: Pick<ApplyContext, 'snapshot' | 'log'>,
): Promise<JobRun | undefined> {
  try {
    return await snapshot.registry.jobs?.getRun(id);
  } catch (error) {
    if (!hasCode(error, ...PASSING)) throw error;
    log.info(`${messageOf(error)} The run goes on; looking again.`);
    return undefined;
  }
}

type Reader = NonNullable<ApplyContext['snapshot']['registry']['jobs']>;

/** The tasks of a run, and of the runs of other jobs that they started, with what each left behind. */
async function tasksOf(run: JobRun, reader: Reader, depth = 0): Promise<EndedTask[]> {
  const found: EndedTask[] = [];
  for (const task of run.tasks) {
    if (!task.hasOutput || task.ending === undefined) {
      found.push({ task });
      continue;
    }
    const output = await reader.getOutput(task.id);
    found.push({ task, output });
    if (output.startedRun === undefined || depth >= MAX_DEPTH) continue;
    const child = await reader.getRun(output.startedRun);
    const below = child === undefined ? [] : await tasksOf(child, reader, depth + 1);
    found.push(
      ...below.map((each) => ({ ...each, task: { ...each.task, key: `${task.key}/${each.task.key}` } })),
    );
  }
  return found;
}

function tooLong(named: string, state: string, timeoutMs: number): PromoteError {
  return new PromoteError(
    `The ${named} was not over after ${formatDuration(timeoutMs)}; its state was ${show(state, 40)}. It says nothing of the version.`,
    {
      code: 'unavailable',
      outcome: 'unavailable',
      fix: 'Increase validate-timeout, which includes the start of the compute, or find out on the page of the run what it waits for.',
    },
  );
}

/** What stops the wait for a run, with what became of the run. */
async function stopped(
  error: unknown,
  id: string,
  named: string,
  { writer, journal, log }: ApplyContext,
): Promise<unknown> {
  const became = await writer
    .cancelRun?.(id)
    .then(() => {
      journal.wait(undefined);
      return `The ${named} was asked to end.`;
    })
    .catch((failure: unknown) => {
      const why = messageOf(failure);
      return `The ${named} may still be active: it could not be asked to end (${why}) Cancel it on its page.`;
    });
  if (became === undefined) return error;
  log.warning(became);
  if (!(error instanceof PromoteError)) return error;
  return new PromoteError(`${error.message} ${became}`, { ...error.details, cause: error });
}
