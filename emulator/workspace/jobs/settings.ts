import { ApiError, invalid } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';
import { taskKindOf, unknownOf } from './task-fields.ts';
import type { Json } from './state.ts';

/** The objects of a list in settings; `undefined` counts as an empty one. */
export function objectsIn(settings: Json, field: string): Json[] {
  const value = settings[field];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isJson))
    throw invalid(`Field '${field}' must be a list of objects.`);
  return value;
}

/** The texts of a list in settings; `undefined` counts as an empty one. */
export function textsIn(settings: Json, field: string): string[] {
  const value = settings[field];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw invalid(`Field '${field}' must be a list of strings.`);
  }
  return value;
}

/** An object in settings; `undefined` for none. */
export function objectIn(settings: Json, field: string): Json | undefined {
  const value = settings[field];
  if (value === undefined || value === null) return undefined;
  if (!isJson(value)) throw invalid(`Field '${field}' must be an object.`);
  return value;
}

/** A text in settings; `undefined` for none. */
export function textIn(settings: Json, field: string): string | undefined {
  const value = settings[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(`Field '${field}' must be a string.`);
  return value;
}

/** A number in settings that is not negative; the default for none. */
export function countIn(settings: Json, field: string, normal: number): number {
  const value = settings[field];
  if (value === undefined || value === null) return normal;
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw invalid(`Field '${field}' must not be negative.`);
  return number;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parameters that a job defines. */
export function parametersOf(settings: Json): { name: string; default: string }[] {
  return objectsIn(settings, 'parameters').map((parameter) => {
    const name = textIn(parameter, 'name') ?? '';
    if (!/^[\w.-]+$/.test(name)) {
      throw invalid(
        `Invalid job parameter name '${name}': only letters, digits, '_', '-' and '.' are allowed.`,
      );
    }
    return { name, default: textIn(parameter, 'default') ?? '' };
  });
}

/** The keys of the tasks that a task waits for. */
export function upstreamOf(task: Json): string[] {
  return objectsIn(task, 'depends_on').map((each) => textIn(each, 'task_key') ?? '');
}

/** The key of a task. */
export function keyOf(task: Json): string {
  return textIn(task, 'task_key') ?? '';
}

/** Checks tasks, environments and parameters of a job or of a run that is submitted. */
export function checkSettings(session: CallContext, settings: Json): void {
  const tasks = objectsIn(settings, 'tasks');
  const keys = tasks.map(keyOf);
  for (const [at, task] of tasks.entries()) {
    checkTask(session, settings, task);
    if (keys.indexOf(keyOf(task)) !== at) throw invalid(`Duplicate task key '${keyOf(task)}'.`);
    const absent = upstreamOf(task).find((key) => !keys.includes(key));
    if (absent !== undefined) throw invalid(`Task '${keyOf(task)}' depends on unknown task '${absent}'.`);
  }
  if (tasks.length > 1000) throw invalid('A job can have at most 1000 tasks.');
  requireNoCircle(tasks);
  checkEnvironments(settings);
  checkVariables(settings);
  const names = parametersOf(settings).map(({ name }) => name);
  if (new Set(names).size < names.length) throw invalid('Names of job parameters must be unique.');
  checkSource(settings);
  if (countIn(settings, 'max_concurrent_runs', 1) > 1000) {
    throw invalid('max_concurrent_runs must be at most 1000.');
  }
  countIn(settings, 'timeout_seconds', 0);
}

function checkTask(session: CallContext, settings: Json, task: Json): void {
  const key = keyOf(task);
  if (!/^[\w-]{1,100}$/.test(key)) throw invalid(`Invalid task key '${key}'.`);
  const unknown = unknownOf(task);
  if (unknown !== undefined) throw invalid(`Task '${key}' has an unknown field '${unknown}'.`);
  const kind = taskKindOf(task);
  if (kind === undefined) throw invalid(`Task '${key}' must have exactly one kind of task.`);
  countIn(task, 'timeout_seconds', 0);
  const retries = Number(task['max_retries'] ?? 0);
  if (!Number.isSafeInteger(retries) || retries < -1) throw invalid(`Task '${key}' has invalid max_retries.`);
  if (kind === 'spark_python_task') {
    const script = objectIn(task, kind) ?? {};
    if ((textIn(script, 'python_file') ?? '') === '') throw invalid(`Task '${key}' has no python_file.`);
    textsIn(script, 'parameters');
    if (!['WORKSPACE', 'GIT'].includes(sourceOf(settings, script)))
      throw invalid(`Task '${key}' has an unknown source.`);
    checkCompute(session, settings, task);
  }
}

/** Where a script is; with a repository it is in that unless said otherwise. */
export function sourceOf(settings: Json, script: Json): string {
  return textIn(script, 'source') ?? (objectIn(settings, 'git_source') === undefined ? 'WORKSPACE' : 'GIT');
}

const COMPUTE = [
  'environment_key',
  'existing_cluster_id',
  'new_cluster',
  'job_cluster_key',
  'compute',
] as const;

function checkCompute(session: CallContext, settings: Json, task: Json): void {
  const key = keyOf(task);
  const given = COMPUTE.filter((field) => task[field] !== undefined);
  if (given.length === 0) {
    throw invalid(`Task '${key}' needs an environment_key or a cluster: a Python script cannot run without.`);
  }
  if (given.length > 1 && !given.includes('compute'))
    throw invalid(`Task '${key}' names more than one compute.`);
  const environment = textIn(task, 'environment_key');
  if (environment !== undefined) {
    if (session.switches.serverlessJobs === 'off') {
      throw new ApiError(
        400,
        'FEATURE_DISABLED',
        'Serverless compute for jobs is not enabled in this workspace.',
      );
    }
    if (
      !objectsIn(settings, 'environments').some((each) => textIn(each, 'environment_key') === environment)
    ) {
      throw invalid(`Task '${key}' names the environment '${environment}', which is not defined.`);
    }
  }
  const cluster = textIn(task, 'existing_cluster_id');
  if (cluster !== undefined && !session.state.workspace.clusters.has(cluster)) {
    throw invalid(`Cluster ${cluster} does not exist`);
  }
  const shared = textIn(task, 'job_cluster_key');
  if (
    shared !== undefined &&
    !objectsIn(settings, 'job_clusters').some((each) => textIn(each, 'job_cluster_key') === shared)
  ) {
    throw invalid(`Task '${key}' names the job cluster '${shared}', which is not defined.`);
  }
}

function checkEnvironments(settings: Json): void {
  for (const environment of objectsIn(settings, 'environments')) {
    const key = textIn(environment, 'environment_key') ?? '';
    if (key === '') throw invalid('Each of environments needs an environment_key.');
    const spec = objectIn(environment, 'spec') ?? {};
    const version = textIn(spec, 'environment_version') ?? textIn(spec, 'client');
    if (
      version === undefined &&
      spec['base_environment'] === undefined &&
      spec['project_environment'] === undefined
    ) {
      throw invalid(`Environment '${key}' needs environment_version or base_environment.`);
    }
    if (version !== undefined && !/^[0-9]+$/.test(version)) {
      throw invalid(`Environment '${key}' has an invalid version '${version}'.`);
    }
    textsIn(spec, 'dependencies');
  }
}

function checkVariables(settings: Json): void {
  const sets = objectsIn(settings, 'environment_variables');
  if (sets.length > 10) throw invalid('At most 10 entries of environment_variables are allowed.');
  for (const set of sets) {
    const spec = objectIn(set, 'spec') ?? {};
    if (spec['files'] !== undefined) {
      throw invalid('The emulator reads no files of environment_variables; give variables.');
    }
    const variables = Object.entries(objectIn(spec, 'variables') ?? {});
    if (variables.length > 20)
      throw invalid('At most 20 variables are allowed in an entry of environment_variables.');
    for (const [name, value] of variables) {
      if (!/^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(name) || typeof value !== 'string' || value.length > 512) {
        throw invalid(`Invalid environment variable '${name}'.`);
      }
    }
  }
}

function checkSource(settings: Json): void {
  const source = objectIn(settings, 'git_source');
  if (source === undefined) return;
  if (textIn(source, 'git_url') === undefined || textIn(source, 'git_provider') === undefined) {
    throw invalid('git_source needs git_url and git_provider.');
  }
  const named = ['git_branch', 'git_tag', 'git_commit'].filter((field) => source[field] !== undefined);
  if (named.length !== 1)
    throw invalid('git_source needs exactly one of git_branch, git_tag and git_commit.');
}

/** Each round takes away the tasks whose upstream is gone; what is left waits for itself. */
function requireNoCircle(tasks: readonly Json[]): void {
  let left = tasks.map((task) => ({ key: keyOf(task), upstream: upstreamOf(task) }));
  for (;;) {
    const waiting = new Set(left.map(({ key }) => key));
    const next = left.filter(({ upstream }) => upstream.some((key) => waiting.has(key)));
    if (next.length === 0) return;
    if (next.length === left.length) throw invalid('Tasks must not depend on each other in a circle.');
    left = next;
  }
}
