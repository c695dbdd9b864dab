import type { CallContext } from '../../metastore/session.ts';
import { ENDINGS, type Ending } from '../../workspace/jobs/endings.ts';
import { newestTasks } from '../../workspace/jobs/schedule.ts';
import { ownerOf, runAsIn } from '../../workspace/jobs/saved.ts';
import { objectIn } from '../../workspace/jobs/settings.ts';
import type { Job, JobRun, Json, LifeState, TaskRun } from '../../workspace/jobs/state.ts';
import type { ArrayPage } from './array-page.ts';

/** What a shape needs of a call. */
export interface View {
  readonly session: CallContext;
  readonly baseUrl: string;
}

/** A job as `get` shows it; `cut` leaves a page of the arrays of its settings. */
export function jobShape({ session }: View, job: Job, cut: ArrayPage): unknown {
  return {
    job_id: BigInt(job.id),
    creator_user_name: job.creator,
    run_as_user_name: runAsIn(job.settings) ?? ownerOf(session, job),
    created_time: job.createdAt,
    settings: cut.of(settingsOf(job.settings)),
    ...cut.next(),
  };
}

const HEAVY = ['tasks', 'job_clusters', 'environments', 'parameters', 'git_source'];

/** A job as `list` shows it: with its tasks only if they were asked for. */
export function jobHit({ session }: View, job: Job, expanded: boolean, cut: ArrayPage): unknown {
  const settings = Object.entries(cut.of(settingsOf(job.settings))).filter(
    ([field]) =>
      (expanded || !HEAVY.includes(field)) &&
      (session.switches.jobsListTriggers === 'shown' || (field !== 'trigger' && field !== 'triggers')),
  );
  return {
    job_id: BigInt(job.id),
    creator_user_name: job.creator,
    created_time: job.createdAt,
    settings: Object.fromEntries(settings),
    ...(expanded ? { has_more: cut.next()['has_more'] ?? false } : {}),
  };
}

function settingsOf(settings: Json): Json {
  const filledIn = { name: 'Untitled', timeout_seconds: 0, max_concurrent_runs: 1, format: 'MULTI_TASK' };
  return { ...filledIn, ...settings };
}

/** A run as `runs/get` shows it. */
export function runShape(view: View, run: JobRun, options: { cut: ArrayPage; history: boolean }): unknown {
  const { session } = view;
  const tasks = session.switches.taskRepeats ? run.tasks : newestTasks(run);
  const { cut } = options;
  const git = objectIn(run.settings, 'git_source');
  return {
    ...runHit(view, run, false),
    ...cut.of({
      tasks: tasks.map((task) => taskShape(view, run, task)),
      ...(run.parameters.length > 0 ? { job_parameters: run.parameters } : {}),
      job_clusters: run.settings['job_clusters'],
      environments: run.settings['environments'],
    }),
    ...(git === undefined ? {} : { git_source: git }),
    ...(options.history
      ? {
          repair_history: run.attempts.map(({ id, startedAt, endedAt, ending, taskRuns }) => ({
            ...(id === undefined ? { type: 'ORIGINAL' } : { id: BigInt(id), type: 'REPAIR' }),
            start_time: startedAt,
            end_time: endedAt ?? 0,
            ...views(session, endedAt === undefined ? run.state : 'TERMINATED', ending),
            task_run_ids: taskRuns.map(BigInt),
          })),
        }
      : {}),
    ...cut.next(),
  };
}

/** A run as `runs/list` shows it. */
export function runHit(view: View, run: JobRun, expanded: boolean): Record<string, unknown> {
  const { session } = view;
  const newest = newestTasks(run);
  const [only] = newest;
  return {
    job_id: BigInt(run.jobId),
    run_id: BigInt(run.id),
    job_run_id: BigInt(run.id),
    number_in_job: BigInt(run.id),
    original_attempt_run_id: BigInt(run.id),
    run_name: run.name,
    run_type: run.type,
    run_page_url: pageOf(view, run.jobId, run.id),
    creator_user_name: run.creator,
    trigger: 'ONE_TIME',
    format: 'MULTI_TASK',
    start_time: run.startedAt ?? run.createdAt,
    end_time: run.endedAt ?? 0,
    run_duration: (run.endedAt ?? session.now()) - run.createdAt,
    queue_duration: (run.startedAt ?? session.now()) - run.createdAt,
    ...(newest.length === 1 && only !== undefined ? durations(only) : {}),
    ...views(session, run.state, run.stopping ?? run.ending),
    ...(run.pythonParameters === undefined
      ? {}
      : { overriding_parameters: { python_params: run.pythonParameters } }),
    ...(expanded
      ? { tasks: newest.map((task) => taskShape(view, run, task)), has_more: newest.length > 100 }
      : {}),
  };
}

/** One attempt of a task, as a run lists it. */
export function taskShape(view: View, run: JobRun, task: TaskRun): Record<string, unknown> {
  const { session } = view;
  return {
    run_id: BigInt(task.id),
    ...task.task,
    attempt_number: task.attempt,
    run_page_url: pageOf(view, run.jobId, task.id),
    start_time: task.startedAt ?? 0,
    end_time: task.endedAt ?? 0,
    ...durations(task),
    ...views(session, task.state, run.stopping ?? task.ending),
  };
}

/** An attempt of a task as a run of its own: what `runs/get` and the `metadata` of its output show. */
export function taskRunShape(view: View, run: JobRun, task: TaskRun): unknown {
  const { session, baseUrl } = view;
  return {
    ...runHit({ session, baseUrl }, run, false),
    ...taskShape(view, run, task),
    run_name: task.key,
    job_run_id: BigInt(run.id),
    number_in_job: BigInt(task.id),
    original_attempt_run_id: BigInt(run.tasks.find(({ key }) => key === task.key)?.id ?? task.id),
  };
}

/** What a task printed, and how it failed. */
export function outputShape(view: View, run: JobRun, task: TaskRun): unknown {
  const { output } = task;
  return {
    metadata: taskRunShape(view, run, task),
    ...(output === undefined ? {} : { logs: output.logs, logs_truncated: output.truncated }),
    ...(output?.error === undefined ? {} : { error: output.error }),
    ...(output?.errorTrace === undefined ? {} : { error_trace: output.errorTrace }),
  };
}

function durations({ startedAt, executingAt, endedAt }: TaskRun): Record<string, number> {
  const ended = endedAt ?? startedAt ?? 0;
  return {
    setup_duration: (executingAt ?? ended) - (startedAt ?? ended),
    execution_duration: executingAt === undefined ? 0 : ended - executingAt,
    cleanup_duration: 0,
  };
}

function pageOf({ session, baseUrl }: View, job: string, run: string): string {
  return `${baseUrl}/?o=${session.state.workspaceId}#job/${job}/run/${run}`;
}

/** Both views of where a run or task is, or the one that the switch leaves. */
function views(
  { switches }: CallContext,
  state: LifeState,
  ending: Ending | undefined,
): Record<string, unknown> {
  const shown = switches.runStateFields;
  const final = state === 'TERMINATED' ? ending : undefined;
  return {
    ...(shown === 'status-only' ? {} : { state: olderView(state, final) }),
    ...(shown === 'state-only' ? {} : { status: newerView(state, final) }),
  };
}

const WAITS = 'The job has as many concurrent runs as it may have.';

function newerView(state: LifeState, ending: Ending | undefined): unknown {
  return {
    state,
    ...(state === 'QUEUED' ? { queue_details: { code: 'MAX_CONCURRENT_RUNS_REACHED', message: WAITS } } : {}),
    ...(ending === undefined
      ? {}
      : {
          termination_details: {
            code: ending.code,
            type: ENDINGS[ending.code].type,
            message: ending.message,
          },
        }),
  };
}

function olderView(state: LifeState, ending: Ending | undefined): unknown {
  const lifeCycle = state === 'WAITING' ? 'WAITING_FOR_RETRY' : state;
  if (ending === undefined) {
    return {
      life_cycle_state: lifeCycle,
      state_message: '',
      user_cancelled_or_timedout: false,
      ...(state === 'QUEUED' ? { queue_reason: WAITS } : {}),
    };
  }
  const { lifeCycle: final, result } = ENDINGS[ending.code];
  return {
    life_cycle_state: final,
    result_state: ending.result ?? result,
    state_message: ending.message,
    user_cancelled_or_timedout: ending.code === 'USER_CANCELED' || ending.result === 'TIMEDOUT',
  };
}
