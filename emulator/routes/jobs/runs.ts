import { ApiError, invalid } from '../../metastore/api-error.ts';
import { newestTasks } from '../../workspace/jobs/schedule.ts';
import { repairRun } from '../../workspace/jobs/repair.ts';
import { listRuns, requireRun, requireTaskRun } from '../../workspace/jobs/runs.ts';
import { requireJob } from '../../workspace/jobs/saved.ts';
import { activeRuns, runJob, submitRun } from '../../workspace/jobs/start.ts';
import { isFinal, type JobRun } from '../../workspace/jobs/state.ts';
import { stopRun } from '../../workspace/jobs/stop.ts';
import type { CallContext } from '../../metastore/session.ts';
import type { Input } from '../input.ts';
import { isObject } from '../input.ts';
import { list } from '../legacy/shapes.ts';
import { page } from '../paging.ts';
import { family, ok, type Context, type Route, type RouteResponse } from '../route.ts';
import { arrayPage, WHOLE } from './array-page.ts';
import { olderParameters, submitFields } from './fields.ts';
import { idIn, maybeIdIn } from './id.ts';
import { settingsIn } from './saved.ts';
import { outputShape, runHit, runShape, taskRunShape } from './shapes.ts';

function runNow(input: Input, { session, compute }: Context): RouteResponse {
  for (const field of Object.keys(olderParameters)) {
    if (field !== 'python_params' && input.has(field)) {
      throw invalid(`${field} is for kinds of tasks that the emulator does not run.`);
    }
  }
  const parameters = input.has('job_parameters') ? input.value('job_parameters') : undefined;
  const run = runJob(session, {
    jobId: idIn(input, 'job_id'),
    parameters: isObject(parameters) ? parameters : undefined,
    pythonParameters: input.has('python_params') ? input.texts('python_params') : undefined,
    token: input.maybeText('idempotency_token'),
    queues: input.has('queue') ? input.object('queue').flag('enabled') : undefined,
    only: input.texts('only'),
  });
  compute.wake();
  return ok({ run_id: BigInt(run.id), number_in_job: BigInt(run.id) });
}

function cancel(session: CallContext, run: JobRun): void {
  if (isFinal(run) && session.switches.cancelOfFinal === 'refused') {
    throw new ApiError(400, 'INVALID_STATE', `Run ${run.id} is over and cannot be cancelled.`);
  }
  stopRun(session, run, { code: 'USER_CANCELED', message: 'Run cancelled.' });
}

/** The run of an id, of a task's run too, as `runs/get` shows it. */
function getRun(input: Input, { session, baseUrl, compute }: Context, pages: boolean): RouteResponse {
  const id = idIn(input, 'run_id');
  const view = { session, baseUrl };
  if (!session.state.workspace.runs.has(id)) {
    const { run, task } = requireTaskRun(session, id);
    return ok(taskRunShape(view, run, task));
  }
  const run = requireRun(session, id, 'CAN_VIEW');
  const shape = runShape(view, run, {
    cut: pages ? arrayPage(input.maybeText('page_token')) : WHOLE,
    history: input.flag('include_history'),
  });
  if (run.terminatingReads > 0) {
    run.terminatingReads -= 1;
    compute.wake();
  }
  return ok(shape);
}

function getOutput(input: Input, { session, baseUrl }: Context): RouteResponse {
  const id = idIn(input, 'run_id');
  const view = { session, baseUrl };
  if (!session.state.workspace.runs.has(id)) {
    const { run, task } = requireTaskRun(session, id);
    return ok(outputShape(view, run, task));
  }
  const run = requireRun(session, id, 'CAN_VIEW');
  const [only, ...others] = newestTasks(run);
  if (only !== undefined && others.length === 0 && session.switches.runOutputOfParent === 'single-task-ok') {
    return ok(outputShape(view, run, only));
  }
  throw invalid(
    'Retrieving the output of runs with multiple tasks is not supported. Please retrieve the output of each individual task run instead.',
  );
}

/** The documented sizes of a page of runs: `limit` is below 25, and 0 means the most. */
const MOST = 24;
const NORMAL = 20;

function getList(input: Input, { session, baseUrl }: Context): RouteResponse {
  const active = input.flag('active_only');
  const completed = input.flag('completed_only');
  if (active && completed) throw invalid('active_only and completed_only cannot both be true.');
  const limit = input.maybeInteger('limit') ?? NORMAL;
  if (limit < 0 || limit > MOST) throw invalid(`limit must be 0 to ${MOST}.`);
  const jobId = maybeIdIn(input, 'job_id');
  if (jobId !== undefined && session.state.workspace.jobs.has(jobId)) requireJob(session, jobId, 'CAN_VIEW');
  const from = input.maybeInteger('start_time_from') ?? 0;
  const to = input.maybeInteger('start_time_to') ?? Infinity;
  const type = input.maybeText('run_type');
  const found = listRuns(session, jobId)
    .filter((run) => (!active || !isFinal(run)) && (!completed || isFinal(run)))
    .filter((run) => type === undefined || run.type === type)
    .filter((run) => (run.startedAt ?? run.createdAt) >= from && (run.startedAt ?? run.createdAt) <= to)
    .slice(input.maybeInteger('offset') ?? 0);
  const cut = page(session, found, ({ id }) => id, {
    size: limit === 0 ? MOST : limit,
    token: input.maybeText('page_token'),
    normal: NORMAL,
    most: MOST,
  });
  const expanded = input.flag('expand_tasks');
  return ok({
    ...list(
      'runs',
      cut.items.map((run) => runHit({ session, baseUrl }, run, expanded)),
    ),
    has_more: cut.token !== undefined,
    ...(cut.token === undefined ? {} : { next_page_token: cut.token }),
  });
}

/** Runs of one version of the API. */
export function runRoutes(version: '2.1' | '2.2'): readonly Route[] {
  const jobs = family(`/api/${version}/jobs`, { from: 'client code', section: 'runs of jobs' });
  const pages = version === '2.2';
  return [
    jobs({
      method: 'POST',
      template: '/runs/submit',
      write: true,
      fields: { ...submitFields, access_control_list: 'array', idempotency_token: 'string' },
      handle: (input, { session, compute }) => {
        const run = submitRun(session, {
          settings: settingsIn(input, submitFields),
          rights: input.objects('access_control_list'),
          token: input.maybeText('idempotency_token'),
        });
        compute.wake();
        return ok({ run_id: BigInt(run.id) });
      },
    }),
    jobs({
      method: 'POST',
      template: '/run-now',
      write: true,
      fields: {
        ...olderParameters,
        job_id: 'int!',
        job_parameters: 'object',
        idempotency_token: 'string',
        queue: 'object',
        only: 'array',
        performance_target: 'string',
        duration_target: 'string',
      },
      handle: runNow,
    }),
    jobs({
      method: 'GET',
      template: '/runs/get',
      write: false,
      fields: {
        run_id: 'int!',
        include_history: 'bool',
        include_resolved_values: 'bool',
        page_token: 'string',
      },
      handle: (input, context) => getRun(input, context, pages),
    }),
    jobs({
      method: 'GET',
      template: '/runs/get-output',
      write: false,
      fields: { run_id: 'int!' },
      handle: getOutput,
    }),
    jobs({
      method: 'GET',
      template: '/runs/list',
      write: false,
      fields: {
        job_id: 'int',
        active_only: 'bool',
        completed_only: 'bool',
        limit: 'int',
        offset: 'int',
        page_token: 'string',
        run_type: 'string',
        start_time_from: 'int',
        start_time_to: 'int',
        expand_tasks: 'bool',
      },
      handle: getList,
    }),
    jobs({
      method: 'POST',
      template: '/runs/cancel',
      write: true,
      fields: { run_id: 'int!' },
      handle: (input, { session, compute }) => {
        cancel(session, requireRun(session, idIn(input, 'run_id'), 'CAN_MANAGE_RUN'));
        compute.wake();
        return ok({});
      },
    }),
    jobs({
      method: 'POST',
      template: '/runs/cancel-all',
      write: true,
      fields: { job_id: 'int', all_queued_runs: 'bool' },
      handle: (input, { session, compute }) => {
        const jobId = maybeIdIn(input, 'job_id');
        const queued = input.flag('all_queued_runs');
        if (jobId === undefined && !queued) throw invalid('job_id or all_queued_runs is needed.');
        if (jobId !== undefined) requireJob(session, jobId, 'CAN_MANAGE_RUN');
        const found = jobId === undefined ? listRuns(session, undefined) : activeRuns(session, jobId);
        for (const run of found) {
          if (queued && run.state !== 'QUEUED') continue;
          if (!isFinal(run)) cancel(session, requireRun(session, run.id, 'CAN_MANAGE_RUN'));
        }
        compute.wake();
        return ok({});
      },
    }),
    jobs({
      method: 'POST',
      template: '/runs/delete',
      write: true,
      fields: { run_id: 'int!' },
      handle: (input, { session }) => {
        const run = requireRun(session, idIn(input, 'run_id'), 'IS_OWNER');
        if (!isFinal(run)) {
          throw new ApiError(400, 'INVALID_STATE', `Run ${run.id} is active and cannot be deleted.`);
        }
        session.state.workspace.runs.delete(run.id);
        return ok({});
      },
    }),
    jobs({
      method: 'POST',
      template: '/runs/repair',
      write: true,
      fields: {
        ...olderParameters,
        run_id: 'int!',
        rerun_tasks: 'array',
        rerun_all_failed_tasks: 'bool',
        rerun_dependent_tasks: 'bool',
        latest_repair_id: 'int',
        job_parameters: 'object',
        performance_target: 'string',
        duration_target: 'string',
      },
      handle: (input, { session, compute }) => {
        for (const field of [...Object.keys(olderParameters), 'job_parameters']) {
          if (input.has(field)) throw invalid(`The emulator repairs runs without ${field}.`);
        }
        const id = repairRun(session, requireRun(session, idIn(input, 'run_id'), 'CAN_MANAGE_RUN'), {
          tasks: input.texts('rerun_tasks'),
          allFailed: input.flag('rerun_all_failed_tasks'),
          dependent: input.flag('rerun_dependent_tasks'),
          latest: maybeIdIn(input, 'latest_repair_id'),
        });
        compute.wake();
        return ok({ repair_id: BigInt(id) });
      },
    }),
  ];
}
