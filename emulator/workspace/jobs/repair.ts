import { ApiError, invalid } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';
import { nextNumber } from '../state.ts';
import { isFailed } from './endings.ts';
import { newestTasks } from './schedule.ts';
import { newTaskRun } from './start.ts';
import { keyOf, objectsIn, upstreamOf } from './settings.ts';
import { isFinal, type JobRun } from './state.ts';

/** What `runs/repair` asks for. */
export interface RepairRequest {
  readonly tasks: readonly string[];
  readonly allFailed: boolean;
  readonly dependent: boolean;
  readonly latest: string | undefined;
}

/** Runs tasks of a run that is over again, by the present settings of its job; gives the id of the repair. */
export function repairRun(session: CallContext, run: JobRun, request: RepairRequest): string {
  if (!isFinal(run))
    throw new ApiError(400, 'INVALID_STATE', `Run ${run.id} is active and cannot be repaired.`);
  if (run.attempts.at(-1)?.id !== request.latest) {
    throw invalid('latest_repair_id must be the id of the latest repair of the run.');
  }
  const newest = newestTasks(run);
  const named = new Set(
    request.allFailed
      ? newest.filter(({ ending }) => ending !== undefined && isFailed(ending)).map(({ key }) => key)
      : request.tasks,
  );
  for (const key of named) {
    if (!newest.some((task) => task.key === key)) throw invalid(`Unknown task key '${key}' in rerun_tasks.`);
  }
  if (request.dependent) {
    for (const task of newest) if (upstreamOf(task.task).some((key) => named.has(key))) named.add(task.key);
  }
  if (named.size === 0) throw invalid('There is no task to run again.');
  const settings = session.state.workspace.jobs.get(run.jobId)?.settings ?? run.settings;
  const added = newest
    .filter(({ key }) => named.has(key))
    .map((task) => {
      const present = objectsIn(settings, 'tasks').find((each) => keyOf(each) === task.key) ?? task.task;
      return newTaskRun(session, present, task.attempt + 1);
    });
  const id = nextNumber(session.state.workspace, session.switches.runIdsLarge);
  run.settings = settings;
  run.tasks.push(...added);
  run.attempts.push({
    id,
    startedAt: session.now(),
    endedAt: undefined,
    ending: undefined,
    taskRuns: added.map((task) => task.id),
  });
  Object.assign(run, { state: 'QUEUED', endedAt: undefined, ending: undefined });
  return id;
}
