import { refuseWhenCancelled } from '../domain/cancelled.ts';
import { formatDuration } from '../domain/duration.ts';
import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import type { JobRun, RunOrder, ScriptOrder } from '../domain/job.ts';
import type { EndedTask } from '../policy/run/verdict.ts';
import { show } from '../domain/printable.ts';
import type { ApplyContext } from './context.ts';

/** A run that is asked for: of a saved job, or of a script that has none. */
export type WantedRun =
  | { readonly kind: 'saved'; readonly order: RunOrder }
  | { readonly kind: 'script'; readonly order: ScriptOrder };

/** A run that is waited for. */
export interface WaitedRun {
  /** What it is a run of, for people: `the job Validate (7)`. */
  readonly of: string;
  readonly timeoutMs: number;
  /** The input that is its time limit. */
  readonly limit: string;
  /** Called when it is known which run it is. */
  started(this: void, run: string): void;
}

/** A run of a saved job that is waited for. */
export interface JobRequest extends WaitedRun {
  readonly order: RunOrder;
}

/** A run that is over, and what its tasks left behind. */
export interface EndedRun {
  readonly run: JobRun;
  readonly tasks: readonly EndedTask[];
  readonly milliseconds: number;
  /** Whether it was over at the first look: most likely an earlier try of the same attempt has started it. */
  readonly wasOver: boolean;
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

/** Starts a run of a saved job, or finds that of its token, and waits until it is over, see {@link followRun}. */
export async function runJob(request: JobRequest, context: ApplyContext): Promise<EndedRun> {
  const followed = await followRun({ kind: 'saved', order: request.order }, request, context);
  if ('error' in followed) throw followed.error;
  return followed;
}

/** What became of a run: it is over; or the wait for it failed, and it may still be active. */
export type Followed = EndedRun | { readonly error: unknown; readonly mayBeActive: boolean };

/**
 * Starts a run, or finds that of its token, and waits until it is over. Whatever stops the wait — a cancelled step, the time
 * limit, a failure — asks the run to end, and says what became of it.
 */
export async function followRun(
  wanted: WantedRun,
  request: WaitedRun,
  context: ApplyContext,
): Promise<Followed> {
  const { snapshot, journal, clock, log } = context;
  const reader = snapshot.registry.jobs;
  if (reader === undefined) throw new TypeError('This registry has no jobs.');
  const startedAt = clock.now();
  const started = await start(wanted, request.of, context);
  if ('error' in started) return started;
  const { id } = started;
  const named = `run ${id} of ${request.of}`;
  journal.wait(named);
  log.info(`Started ${named}; waiting for up to ${formatDuration(request.timeoutMs)}.`);
  request.started(id);
  let waited: Pick<EndedRun, 'run' | 'wasOver'>;
  try {
    waited = await waitFor(id, { ...request, named, startedAt }, context);
  } catch (error) {
    return stopped(error, id, named, context);
  }
  journal.wait(undefined);
  try {
    const tasks = await tasksOf(waited.run, reader);
    return { ...waited, tasks, milliseconds: Math.round(clock.now() - startedAt) };
  } catch (error) {
    return { error, mayBeActive: false };
  }
}

type Started = { readonly id: string } | { readonly error: unknown; readonly mayBeActive: boolean };

async function start(wanted: WantedRun, of: string, context: ApplyContext): Promise<Started> {
  const { journal, signal } = context;
  try {
    refuseWhenCancelled(signal);
    journal.wait(`a run of ${of}`);
    return { id: await send(wanted, context) };
  } catch (error) {
    const isUnknown = hasCode(error, ...PASSING, 'interrupted') && error.details.unprocessed === undefined;
    if (!isUnknown) {
      journal.wait(undefined);
      return { error, mayBeActive: false };
    }
    const maybe = `A run of ${of} may be active: another try in the same attempt of the workflow finds it.`;
    const said = new PromoteError(`${error.message} ${maybe}`, { ...error.details, cause: error });
    return { error: said, mayBeActive: true };
  }
}

async function send(wanted: WantedRun, { writer }: ApplyContext): Promise<string> {
  const sent = wanted.kind === 'saved' ? writer.runJob?.(wanted.order) : writer.runScript?.(wanted.order);
  if (sent === undefined) throw new TypeError('This registry has no jobs.');
  return sent;
}

interface Wait extends Pick<WaitedRun, 'timeoutMs' | 'limit'> {
  readonly named: string;
  readonly startedAt: number;
}

async function waitFor(
  id: string,
  { named, startedAt, timeoutMs, limit }: Wait,
  { snapshot, clock, signal, log }: ApplyContext,
): Promise<Pick<EndedRun, 'run' | 'wasOver'>> {
  let pause = FIRST_PAUSE;
  let state = '';
  for (let wasOver = true; ; wasOver = false) {
    refuseWhenCancelled(signal);
    const run = await look(id, { snapshot, log });
    if (run?.ending !== undefined) return { run, wasOver };
    const passed = clock.now() - startedAt;
    if (passed >= timeoutMs) throw tooLong(named, run?.state ?? 'not shown', { timeoutMs, limit });
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
    if (output.startedRun === undefined) continue;
    const child = depth < MAX_DEPTH ? await reader.getRun(output.startedRun) : undefined;
    if (child === undefined) throw unseen(output.startedRun, task.key);
    const below = await tasksOf(child, reader, depth + 1);
    found.push(
      ...below.map((each) => ({ ...each, task: { ...each.task, key: `${task.key}/${each.task.key}` } })),
    );
  }
  return found;
}

/** A run that is not looked at may have said anything. */
function unseen(run: string, task: string): PromoteError {
  return new PromoteError(
    `The run ${run} of another job, which the task ${show(task, 60)} started, is not shown. It may have refused the version.`,
    {
      code: 'invalid-input',
      outcome: 'invalid',
      fix: `Give the caller CAN_VIEW on that job, which may start others at most ${MAX_DEPTH} deep.`,
    },
  );
}

function tooLong(
  named: string,
  state: string,
  { timeoutMs, limit }: Pick<WaitedRun, 'timeoutMs' | 'limit'>,
): PromoteError {
  return new PromoteError(
    `The ${named} was not over after ${formatDuration(timeoutMs)}; its state was ${show(state, 40)}. It says nothing of the version.`,
    {
      code: 'unavailable',
      outcome: 'unavailable',
      fix: `Increase ${limit}, which includes the start of the compute, or find out on the page of the run what it waits for.`,
    },
  );
}

/** What stops the wait for a run, with what became of the run. */
async function stopped(
  error: unknown,
  id: string,
  named: string,
  { writer, journal, log }: ApplyContext,
): Promise<{ readonly error: unknown; readonly mayBeActive: boolean }> {
  let became = `The ${named} was asked to end.`;
  let mayBeActive = false;
  try {
    await writer.cancelRun?.(id);
    journal.wait(undefined);
  } catch (failure) {
    mayBeActive = true;
    became = `The ${named} may still be active: it could not be asked to end (${messageOf(failure)}) Cancel it on its page.`;
  }
  log.warning(became);
  if (!(error instanceof PromoteError)) return { error, mayBeActive };
  const said = new PromoteError(`${error.message} ${became}`, { ...error.details, cause: error });
  return { error: said, mayBeActive };
}
