import { randomBytes } from 'node:crypto';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobSettings } from '../../emulator.ts';
import type { CallContext } from '../../metastore/session.ts';
import type { RunFault } from '../../run-faults.ts';
import type { Ending } from '../../workspace/jobs/endings.ts';
import { resolve, UnknownReference } from '../../workspace/jobs/references.ts';
import { limitOf } from '../../workspace/jobs/schedule.ts';
import { countIn, objectIn, objectsIn, sourceOf, textIn, textsIn } from '../../workspace/jobs/settings.ts';
import type { JobRun, Json, TaskOutput, TaskRun } from '../../workspace/jobs/state.ts';
import { installPackages } from './packages.ts';
import { runProcess, type ProcessEnd } from './process-group.ts';
import { placeScript, sessionOfRun } from './script-folder.ts';

/** What a task needs of the emulator. */
export interface Workshop {
  readonly session: Omit<CallContext, 'caller' | 'access'>;
  readonly settings: JobSettings;
  readonly baseUrl: string;
  /** Called when the process of a task is about to start. */
  readonly started: () => void;
}

/** How a task ended, and what it printed if it came so far. */
export interface TaskEnd {
  ending: Ending;
  output?: TaskOutput;
}

/** A task's life, ended by a fault. */
const FAULT = Symbol('fault');
/** A task's life, ended by its time limit. */
const LIMIT = Symbol('limit');

/** Runs one attempt of a task as a process of this machine; `stop` ends it, whatever it is at. */
export async function execute(
  shop: Workshop,
  run: JobRun,
  task: TaskRun,
  { faults, stop }: { faults: readonly RunFault[]; stop: AbortSignal },
): Promise<TaskEnd> {
  const own = new AbortController();
  const signal = AbortSignal.any([stop, own.signal]);
  const limit = limitOf(task.task);
  const timer =
    limit === undefined ? undefined : setTimeout(() => own.abort(LIMIT), Math.min(limit, 2 ** 31 - 1));
  const folder = await mkdtemp(join(tmpdir(), 'uc-emulator-run-'));
  try {
    return await inFolder(shop, { run, task, faults, folder, signal, own });
  } catch (error) {
    if (stop.aborted) return { ending: run.stopping ?? { code: 'CANCELED', message: 'The run was ended.' } };
    if (own.signal.reason === LIMIT) return { ending: timedOut(task) };
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof UnknownReference) return { ending: { code: 'INVALID_RUN_CONFIGURATION', message } };
    return { ending: { code: 'INTERNAL_ERROR', message } };
  } finally {
    clearTimeout(timer);
    await rm(folder, { recursive: true, force: true });
  }
}

interface Work {
  readonly run: JobRun;
  readonly task: TaskRun;
  readonly faults: readonly RunFault[];
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly own: AbortController;
}

async function inFolder(shop: Workshop, work: Work): Promise<TaskEnd> {
  const { run, task, faults, folder, signal, own } = work;
  const pause = task.attempt === 0 ? 0 : countIn(task.task, 'min_retry_interval_millis', 0);
  if (pause > 0) await sleep(pause, undefined, { signal });
  for (const fault of faults) if (fault.kind === 'slow-start') await sleep(fault.ms, undefined, { signal });
  const [end] = faults.filter((fault) => fault.kind === 'end');
  if (end !== undefined && end.when !== 'running') return { ending: endingOf(end) };
  const session = sessionOfRun(shop.session, run.runAs);
  const script = objectIn(task.task, 'spark_python_task') ?? {};
  if (sourceOf(run.settings, script) === 'GIT') {
    const message = 'The repository of the run cannot be checked out: the emulator has no repositories.';
    return { ending: { code: 'REPOSITORY_CHECKOUT_FAILED', message } };
  }
  const unattached = clusterProblem(session, task.task);
  if (unattached !== undefined) return { ending: unattached };
  task.resolved = (run.pythonParameters ?? textsIn(script, 'parameters')).map((text) =>
    resolve(text, run, task.key),
  );
  const root = join(folder, 'Workspace');
  const placed = await placeScript(session, textIn(script, 'python_file') ?? '', root);
  if ('ending' in placed) return placed;
  const token = `dapi-run-${randomBytes(16).toString('hex')}`;
  session.state.tokens.set(token, { principal: run.runAs, expiresAt: undefined });
  const environment = await environmentOf(shop, work, token);
  const python = shop.settings.python ?? 'python3';
  const command = { file: python, cwd: dirname(placed.file), environment, signal, keeps: LOGS };
  let fault: NodeJS.Timeout | undefined;
  try {
    const installed =
      shop.settings.install === true ? await installPackages(session, work, command) : { environment: {} };
    if ('ending' in installed) return installed;
    signal.throwIfAborted();
    if (end !== undefined) fault = setTimeout(() => own.abort(FAULT), end.afterMs ?? 0);
    shop.started();
    const ended = await runProcess({
      ...command,
      environment: { ...environment, ...installed.environment },
      args: [placed.file, ...task.resolved],
    });
    const ending = own.signal.reason === FAULT && end !== undefined ? endingOf(end) : undefined;
    return endOfProcess(shop, work, ended, ending);
  } finally {
    clearTimeout(fault);
    session.state.tokens.delete(token);
  }
}

/** The documented size of the logs that are kept. */
const LOGS = 5 * 1024 * 1024;

/** What of the logs is left where a switch cuts them. */
const CUT = 200;

function endOfProcess(
  shop: Workshop,
  { run, task, signal, own }: Work,
  process: ProcessEnd,
  byFault: Ending | undefined,
): TaskEnd {
  const serverless = task.task['environment_key'] !== undefined;
  const { runLogs } = shop.session.switches;
  const logs =
    !serverless || runLogs === 'present'
      ? process.output
      : runLogs === 'empty'
        ? ''
        : process.output.slice(-CUT);
  const output: TaskOutput = {
    logs,
    truncated: process.truncated || (serverless && runLogs === 'truncated'),
  };
  if (byFault !== undefined) return { ending: byFault, output };
  if (own.signal.reason === LIMIT) return { ending: timedOut(task), output };
  if (signal.aborted) {
    return { ending: run.stopping ?? { code: 'CANCELED', message: 'The run was ended.' }, output };
  }
  const { ended } = process;
  if ('notStarted' in ended) {
    return { ending: { code: 'DRIVER_ERROR', message: `Python could not be started: ${ended.notStarted}` } };
  }
  if ('exitCode' in ended && ended.exitCode === 0)
    return { ending: { code: 'SUCCESS', message: '' }, output };
  const { error, trace } = errorIn(process.errors);
  const how = 'exitCode' in ended ? `exit code ${ended.exitCode}` : `signal ${ended.signal}`;
  const cause = error ?? `The process ended with ${how}.`;
  const message = serverless ? 'Workload failed, see run output for details' : cause;
  return {
    ending: { code: 'RUN_EXECUTION_ERROR', message },
    output: { ...output, error: cause, ...(trace === undefined ? {} : { errorTrace: trace }) },
  };
}

/** The exception that Python printed last, and its trace. */
function errorIn(errors: string): { error: string | undefined; trace: string | undefined } {
  const from = errors.lastIndexOf('Traceback (most recent call last):');
  if (from < 0) return { error: undefined, trace: undefined };
  const trace = errors.slice(from).trimEnd();
  return { error: trace.split('\n').findLast((line) => /^\S/.test(line)), trace };
}

function timedOut(task: TaskRun): Ending {
  return {
    code: 'CANCELED',
    message: `Task ${task.key} ran longer than its limit of ${String(task.task['timeout_seconds'])} seconds.`,
    result: 'TIMEDOUT',
  };
}

/** The end that a fault gives. */
export function endingOf({ code, message }: RunFault & { kind: 'end' }): Ending {
  return { code, message: message ?? `Injected fault ${code}` };
}

/** The role of who may attach to a cluster is asked of the identity of the run. */
function clusterProblem({ state, access, caller }: CallContext, task: Json): Ending | undefined {
  const id = textIn(task, 'existing_cluster_id');
  if (id === undefined) return undefined;
  const users = state.workspace.clusters.get(id);
  if (users === undefined) return { code: 'RESOURCE_NOT_FOUND', message: `Cluster ${id} does not exist.` };
  if ([...users].some((user) => access.identities.has(user))) return undefined;
  return { code: 'UNAUTHORIZED_ERROR', message: `${caller} may not attach to cluster ${id}.` };
}

/** Of the variables of the emulator's own process, what any program needs. */
const INHERITED = ['PATH', 'LANG', 'LC_ALL', 'SystemRoot'];

async function environmentOf(
  { settings, baseUrl }: Workshop,
  { run, task, folder }: Work,
  token: string,
): Promise<Record<string, string>> {
  const home = join(folder, 'home');
  await mkdir(home);
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const key = textIn(task.task, 'environment_variables_key');
  const set = objectsIn(run.settings, 'environment_variables').find(
    (each) => textIn(each, 'environment_variables_key') === key,
  );
  const variables = objectIn(objectIn(set ?? {}, 'spec') ?? {}, 'variables') ?? {};
  const given = Object.entries(variables).map(([name, value]) => [name, String(value)] as const);
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    TMPDIR: home,
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    ...settings.environment,
    ...(key === undefined ? {} : Object.fromEntries(given)),
    DATABRICKS_HOST: baseUrl,
    DATABRICKS_TOKEN: token,
  };
}
