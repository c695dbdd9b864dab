import * as z from 'zod';
import type {
  JobRun,
  ModelTrigger,
  RunAs,
  RunEnding,
  SavedJob,
  ScriptOrder,
  TaskOutput,
  TaskRun,
  TriggeredJob,
} from '../../../domain/job.ts';

/** An id of 64 bits as the text of its digits: a number loses some. */
const id = z.union([z.int().nonnegative(), z.string().regex(/^\d{1,19}$/u)]).transform(String);

const text = z.string().nullish();

/** A saved job (databricks-sdk-py 0.162.0 `Job`); an array of its settings comes 100 at a time. */
export const job = z.looseObject({
  job_id: id,
  run_as_user_name: text,
  settings: z
    .looseObject({
      name: text,
      parameters: z.array(z.looseObject({ name: z.string() })).nullish(),
      continuous: z.looseObject({ pause_status: text }).nullish(),
      max_concurrent_runs: z.number().nullish(),
    })
    .nullish(),
  next_page_token: text,
});

/** What starts a job by itself; only triggers on models are read (databricks-sdk-py 0.162.0 `ModelTriggerConfiguration`). */
const trigger = z
  .looseObject({
    pause_status: text,
    model: z
      .looseObject({ condition: text, securable_name: text, aliases: z.array(z.string()).nullish() })
      .nullish(),
  })
  .nullish();

const hit = z.looseObject({
  job_id: id,
  settings: z.looseObject({ name: text, trigger, triggers: z.array(trigger).nullish() }).nullish(),
});

/** A page of jobs. */
export const jobPage = z.looseObject({
  jobs: z.array(hit).nullish(),
  next_page_token: text,
});

/** The two views of where a run is (databricks-sdk-py 0.162.0 `RunState`, `RunStatus`). */
const views = {
  state: z.looseObject({ life_cycle_state: text, result_state: text, state_message: text }).nullish(),
  status: z
    .looseObject({
      state: text,
      termination_details: z.looseObject({ code: text, message: text }).nullish(),
    })
    .nullish(),
};

const anyObject = z.looseObject({}).nullish();

const task = z.looseObject({
  run_id: id,
  task_key: z.string(),
  attempt_number: z.number().nullish(),
  ...views,
  notebook_task: anyObject,
  spark_python_task: anyObject,
  python_wheel_task: anyObject,
  spark_jar_task: anyObject,
  run_job_task: anyObject,
});

/** A page of a run: of its tasks, 100 at a time. */
export const run = z.looseObject({
  run_id: id,
  job_id: id.nullish(),
  ...views,
  tasks: z.array(task).nullish(),
  next_page_token: text,
});

/** A page of runs. */
export const runPage = z.looseObject({
  runs: z.array(z.looseObject({ run_id: id, run_name: text })).nullish(),
  next_page_token: text,
});

/** What starts a run gives back. */
export const started = z.looseObject({ run_id: id });

/** What a task left behind (databricks-sdk-py 0.162.0 `RunOutput`). */
export const output = z.looseObject({
  notebook_output: z.looseObject({ result: text, truncated: z.boolean().nullish() }).nullish(),
  logs: text,
  logs_truncated: z.boolean().nullish(),
  error: text,
  run_job_output: z.looseObject({ run_id: id.nullish() }).nullish(),
});

type RunRow = z.output<typeof run>;
type Views = Pick<RunRow, 'state' | 'status'>;

/** Life cycles of the older view after which nothing happens any more. */
const FINAL = new Set(['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR']);

/** A job of all of its pages. */
export function toSavedJob(pages: readonly z.output<typeof job>[]): SavedJob | undefined {
  const [first] = pages;
  if (first === undefined) return undefined;
  const { settings } = first;
  const continuous = settings?.continuous;
  return {
    id: first.job_id,
    name: settings?.name ?? '',
    parameters: pages.flatMap((page) => (page.settings?.parameters ?? []).map(({ name }) => name)),
    isContinuous: continuous != null && continuous.pause_status !== 'PAUSED',
    // The documented default.
    concurrentRuns: settings?.max_concurrent_runs ?? 1,
    ...(first.run_as_user_name == null || first.run_as_user_name === ''
      ? {}
      : { runsAs: first.run_as_user_name }),
  };
}

/** A job of a list, where what happens to models starts it. */
export function toTriggered({ job_id: jobId, settings }: z.output<typeof hit>): TriggeredJob[] {
  const triggers = [settings?.trigger, ...(settings?.triggers ?? [])].flatMap(toModelTrigger);
  return triggers.length === 0 ? [] : [{ id: jobId, name: settings?.name ?? '', triggers }];
}

function toModelTrigger(row: z.output<typeof trigger>): ModelTrigger[] {
  if (row?.model == null) return [];
  const { condition, securable_name: securable, aliases } = row.model;
  return [
    {
      condition: condition ?? '',
      securable: securable ?? '',
      aliases: aliases ?? [],
      isPaused: row.pause_status === 'PAUSED',
    },
  ];
}

/** A run of its pages, as far as they were read. */
export function toJobRun(pages: readonly RunRow[]): JobRun | undefined {
  const [first] = pages;
  if (first === undefined) return undefined;
  const ending = toEnding(first);
  return {
    id: first.run_id,
    jobId: first.job_id ?? '',
    state: first.status?.state ?? first.state?.life_cycle_state ?? 'UNKNOWN',
    ...(ending === undefined ? {} : { ending }),
    tasks: newestTasks(pages.flatMap((page) => page.tasks ?? [])).map(toTask),
  };
}

/** Whether a run is over, by the newer view where it is there. */
export function isOver({ state, status }: Views): boolean {
  if (status?.state != null) return status.state === 'TERMINATED';
  return FINAL.has(state?.life_cycle_state ?? '');
}

function toEnding(row: Views): RunEnding | undefined {
  if (!isOver(row)) return undefined;
  const { state, status } = row;
  const details = status?.termination_details;
  return {
    ...(details?.code == null ? {} : { code: details.code }),
    ...(state?.life_cycle_state == null ? {} : { lifeCycle: state.life_cycle_state }),
    ...(state?.result_state == null ? {} : { result: state.result_state }),
    message: details?.message ?? state?.state_message ?? '',
  };
}

type TaskRow = z.output<typeof task>;

/** A task occurs once for each attempt after it was repeated or repaired. */
function newestTasks(rows: readonly TaskRow[]): TaskRow[] {
  const newest = new Map<string, TaskRow>();
  for (const row of rows) {
    const known = newest.get(row.task_key);
    if (known === undefined || (row.attempt_number ?? 0) >= (known.attempt_number ?? 0))
      newest.set(row.task_key, row);
  }
  return [...newest.values()];
}

function toTask(row: TaskRow): TaskRun {
  const ending = toEnding(row);
  return {
    id: row.run_id,
    key: row.task_key,
    ...(ending === undefined ? {} : { ending }),
    hasOutput: [
      row.notebook_task,
      row.spark_python_task,
      row.python_wheel_task,
      row.spark_jar_task,
      row.run_job_task,
    ].some((kind) => kind != null),
  };
}

/** An output in domain words. */
export function toOutput(row: z.output<typeof output>): TaskOutput {
  const { notebook_output: notebook, logs, logs_truncated: cut, error, run_job_output: child } = row;
  return {
    isCut: (notebook == null ? cut : notebook.truncated) === true,
    ...(notebook?.result == null ? {} : { exitValue: notebook.result }),
    ...(logs == null ? {} : { logs }),
    ...(error == null || error === '' ? {} : { error }),
    ...(child?.run_id == null ? {} : { startedRun: child.run_id }),
  };
}

const ENVIRONMENT = 'default';

/** A run of a script as it is submitted (databricks-sdk-py 0.162.0 `JobsAPI.submit`). */
export function submission(order: ScriptOrder): Readonly<Record<string, unknown>> {
  const { compute, runAs } = order;
  const script = {
    task_key: 'main',
    spark_python_task: { python_file: order.file, parameters: order.arguments, source: 'WORKSPACE' },
    ...(compute.kind === 'cluster' ? { existing_cluster_id: compute.id } : { environment_key: ENVIRONMENT }),
  };
  return {
    run_name: order.name,
    tasks: [script],
    ...(compute.kind === 'cluster' ? {} : { environments: [environmentOf(compute)] }),
    ...(runAs === undefined ? {} : { run_as: principalOf(runAs) }),
    timeout_seconds: order.timeoutSeconds,
    idempotency_token: order.token,
    queue: { enabled: true },
  };
}

function environmentOf({
  environment,
  packages,
}: Extract<ScriptOrder['compute'], { kind: 'serverless' }>): Readonly<Record<string, unknown>> {
  return {
    environment_key: ENVIRONMENT,
    spec: {
      environment_version: environment,
      ...(packages.length === 0 ? {} : { dependencies: packages }),
    },
  };
}

/** An identity in the members that name one. */
export function principalOf(identity: RunAs): Readonly<Record<string, string>> {
  return identity.kind === 'user' ? { user_name: identity.name } : { service_principal_name: identity.id };
}
