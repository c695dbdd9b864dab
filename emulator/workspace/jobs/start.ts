import { ApiError, invalid } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';
import { addRights, rightsIn, rightsKey } from '../rights.ts';
import { nextNumber } from '../state.ts';
import { isFinal, type Job, type JobRun, type Json, type RunParameter, type TaskRun } from './state.ts';
import { nameOf, ownerOf, requireJob, requireRunAs, runAsIn } from './saved.ts';
import {
  checkSettings,
  countIn,
  keyOf,
  objectIn,
  objectsIn,
  parametersOf,
  textIn,
  upstreamOf,
} from './settings.ts';
import { stopRun } from './stop.ts';
import { taskKindOf } from './task-fields.ts';

/** What `runs/submit` asks for beside the settings of the run. */
export interface Submission {
  readonly settings: Json;
  readonly rights: readonly Json[];
  readonly token: string | undefined;
}

/** Makes a run without a job; with a token that is known, gives the run of that token. */
export function submitRun(session: CallContext, { settings, rights, token }: Submission): JobRun {
  const { workspace } = session.state;
  const known = runOfToken(session, token);
  if (known !== undefined) return known;
  if (objectsIn(settings, 'tasks').length === 0) throw invalid('At least one task is needed.');
  if (objectsIn(settings, 'parameters').length > 0) throw invalid('A submitted run has no job parameters.');
  checkSettings(session, settings);
  requireRunnable(objectsIn(settings, 'tasks'));
  const given = rightsIn('jobs', rights);
  requireRunAs(session, settings, session.caller);
  requireRoom(session);
  const run = makeRun(session, {
    jobId: nextNumber(workspace, session.switches.runIdsLarge),
    type: 'SUBMIT_RUN',
    name: textIn(settings, 'run_name') ?? 'Untitled',
    runAs: runAsIn(settings) ?? session.caller,
    settings,
    parameters: [],
    tasks: objectsIn(settings, 'tasks'),
  });
  const key = rightsKey('jobs', run.jobId);
  workspace.rights.set(key, [{ principal: session.caller, level: 'IS_OWNER' }]);
  addRights(session, key, given);
  remember(session, token, run);
  return run;
}

/** What `run-now` asks for. */
export interface RunRequest {
  readonly jobId: string;
  /** Values for the parameters that the job defines. */
  readonly parameters: Readonly<Record<string, unknown>> | undefined;
  readonly pythonParameters: readonly string[] | undefined;
  readonly token: string | undefined;
  readonly queues: boolean | undefined;
  readonly only: readonly string[];
}

/** Starts a saved job; with a token that is known, gives the run of that token. */
export function runJob(session: CallContext, request: RunRequest): JobRun {
  const job = requireJob(session, request.jobId, 'CAN_MANAGE_RUN');
  const known = runOfToken(session, request.token);
  if (known !== undefined) return known;
  const { settings } = job;
  const all = objectsIn(settings, 'tasks');
  const tasks = request.only.length === 0 ? all : chosen(all, request.only);
  if (tasks.length === 0) throw invalid(`Job ${job.id} has no tasks.`);
  requireRunnable(tasks);
  if (request.parameters !== undefined && request.pythonParameters !== undefined) {
    throw invalid('job_parameters cannot be combined with python_params.');
  }
  if (request.pythonParameters !== undefined && parametersOf(settings).length > 0) {
    throw invalid('python_params cannot be given to a job that defines job parameters.');
  }
  const parameters = valuesFor(session, job, request.parameters ?? {});
  requireRoom(session);
  const continuous = objectIn(settings, 'continuous');
  if (continuous !== undefined && continuous['pause_status'] !== 'PAUSED') {
    for (const active of activeRuns(session, job.id)) {
      stopRun(session, active, {
        code: 'CANCELED',
        message: 'Another run of the continuous job was started.',
      });
    }
  }
  const run = makeRun(session, {
    jobId: job.id,
    type: 'JOB_RUN',
    name: nameOf(settings),
    runAs: runAsIn(settings) ?? ownerOf(session, job),
    settings,
    parameters,
    tasks,
  });
  run.pythonParameters = request.pythonParameters;
  run.queues = request.queues ?? queuesOf(settings);
  remember(session, request.token, run);
  return run;
}

/** The runs of a job that are not over. */
export function activeRuns({ state }: CallContext, jobId: string): JobRun[] {
  return [...state.workspace.runs.values()].filter((run) => run.jobId === jobId && !isFinal(run));
}

/** Whether runs of a job wait for others to end. */
function queuesOf(settings: Json): boolean {
  return objectIn(settings, 'queue')?.['enabled'] === true;
}

/** The documented length of an idempotency token. */
const TOKEN = 64;

function runOfToken(session: CallContext, token: string | undefined): JobRun | undefined {
  if (token === undefined || token === '') return undefined;
  if (token.length > TOKEN) throw invalid(`idempotency_token must have at most ${TOKEN} characters.`);
  const { idempotency, runs } = session.state.workspace;
  const id = idempotency.get(token);
  if (id === undefined) return undefined;
  const run = runs.get(id);
  if (run === undefined) {
    throw new ApiError(400, 'INVALID_STATE', `The run ${id} of this idempotency token was deleted.`);
  }
  return session.switches.runIdempotency === 'active-runs' && isFinal(run) ? undefined : run;
}

function remember({ state }: CallContext, token: string | undefined, run: JobRun): void {
  if (token !== undefined && token !== '') state.workspace.idempotency.set(token, run.id);
}

/** The documented length of a value. */
const VALUE = 10_000;

function valuesFor(
  session: CallContext,
  job: Job,
  given: Readonly<Record<string, unknown>>,
): readonly RunParameter[] {
  const defined = parametersOf(job.settings);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'string') throw invalid(`The value of job parameter '${name}' must be a string.`);
    if (value.length > VALUE)
      throw invalid(`The value of job parameter '${name}' is longer than ${VALUE} characters.`);
    const isUnknown = !defined.some((parameter) => parameter.name === name);
    if (isUnknown && session.switches.jobUndefinedParameter === 'refused') {
      throw invalid(`Job ${job.id} does not define the job parameter '${name}'.`);
    }
  }
  return defined.map((parameter) => {
    const value = given[parameter.name];
    return { ...parameter, value: typeof value === 'string' ? value : parameter.default };
  });
}

/** The emulator starts processes of Python; other kinds of tasks can be saved, but not run. */
function requireRunnable(tasks: readonly Json[]): void {
  for (const task of tasks) {
    const kind = taskKindOf(task);
    if (kind !== 'spark_python_task') {
      throw invalid(
        `Task '${keyOf(task)}' is a ${kind ?? 'task'}, and the emulator runs spark_python_task only.`,
      );
    }
  }
}

/** An hour has so many milliseconds. */
const HOUR = 3_600_000;

function requireRoom({ state, now }: CallContext): void {
  const { runs, runsOfHour } = state.workspace;
  if (runsOfHour === undefined) return;
  const since = now() - HOUR;
  const count = [...runs.values()].filter((run) => run.createdAt > since).length;
  if (count < runsOfHour) return;
  throw new ApiError(429, 'QUOTA_EXCEEDED', `The quota of ${runsOfHour} runs in 3600 seconds was reached.`);
}

interface NewRun {
  readonly jobId: string;
  readonly type: JobRun['type'];
  readonly name: string;
  readonly runAs: string;
  readonly settings: Json;
  readonly parameters: readonly RunParameter[];
  readonly tasks: readonly Json[];
}

function makeRun(session: CallContext, { tasks, ...wanted }: NewRun): JobRun {
  const { workspace } = session.state;
  const now = session.now();
  const id = nextNumber(workspace, session.switches.runIdsLarge);
  const taskRuns = tasks.map((task) => newTaskRun(session, task, 0));
  const run: JobRun = {
    ...wanted,
    id,
    creator: session.caller,
    pythonParameters: undefined,
    queues: queuesOf(wanted.settings),
    state: 'QUEUED',
    createdAt: now,
    startedAt: undefined,
    endedAt: undefined,
    ending: undefined,
    stopping: undefined,
    terminatingReads: 0,
    tasks: taskRuns,
    attempts: [
      {
        id: undefined,
        startedAt: now,
        endedAt: undefined,
        ending: undefined,
        taskRuns: taskRuns.map((task) => task.id),
      },
    ],
  };
  workspace.runs.set(id, run);
  return run;
}

/** One attempt of a task that has not begun. */
export function newTaskRun(
  { state, switches, now }: Pick<CallContext, 'state' | 'switches' | 'now'>,
  task: Json,
  attempt: number,
): TaskRun {
  return {
    id: nextNumber(state.workspace, switches.runIdsLarge),
    key: keyOf(task),
    task,
    attempt,
    state: 'BLOCKED',
    createdAt: now(),
    startedAt: undefined,
    executingAt: undefined,
    endedAt: undefined,
    ending: undefined,
    output: undefined,
    resolved: undefined,
  };
}

/** The tasks that `only` names; `+key` and `key+` also take what lies before or after. */
function chosen(tasks: readonly Json[], only: readonly string[]): Json[] {
  const wanted = new Set<string>();
  for (const entry of only) {
    const key = entry.replace(/^\+|\+$/g, '');
    const task = tasks.find((each) => keyOf(each) === key);
    if (task === undefined) throw invalid(`Unknown task key '${key}' in only.`);
    wanted.add(key);
    if (entry.startsWith('+'))
      follow(key, (at) => upstreamOf(tasks.find((each) => keyOf(each) === at) ?? {}), wanted);
    if (entry.endsWith('+')) {
      follow(key, (at) => tasks.filter((each) => upstreamOf(each).includes(at)).map(keyOf), wanted);
    }
  }
  return tasks.filter((task) => wanted.has(keyOf(task)));
}

function follow(from: string, next: (key: string) => readonly string[], found: Set<string>): void {
  const pending = [...next(from)];
  for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
    if (found.has(key)) continue;
    found.add(key);
    pending.push(...next(key));
  }
}

/** How many runs of a job may be under way at once. */
export function concurrencyOf(settings: Json): number {
  return countIn(settings, 'max_concurrent_runs', 1);
}
