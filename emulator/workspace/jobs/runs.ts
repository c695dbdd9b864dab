import type { CallContext } from '../../metastore/session.ts';
import { holds } from '../rights.ts';
import { noSuch, requireOnJob } from './saved.ts';
import type { JobRun, TaskRun } from './state.ts';

/** The run of that id, if the caller holds the level on its job. */
export function requireRun(session: CallContext, id: string, level: string): JobRun {
  const run = session.state.workspace.runs.get(id);
  if (run === undefined) throw noSuch(session, `Run ${id} does not exist.`);
  requireOnJob(session, run.jobId, level, `Run ${id} does not exist.`);
  return run;
}

/** The attempt of a task that has that id, with its run, if the caller may see it. */
export function requireTaskRun(session: CallContext, id: string): { run: JobRun; task: TaskRun } {
  for (const run of session.state.workspace.runs.values()) {
    const task = run.tasks.find((each) => each.id === id);
    if (task === undefined) continue;
    requireOnJob(session, run.jobId, 'CAN_VIEW', `Run ${id} does not exist.`);
    return { run, task };
  }
  throw noSuch(session, `Run ${id} does not exist.`);
}

/** The runs that the caller may see, the newest start first. */
export function listRuns(session: CallContext, jobId: string | undefined): JobRun[] {
  return [...session.state.workspace.runs.values()]
    .filter((run) => jobId === undefined || run.jobId === jobId)
    .filter((run) => holds(session, 'jobs', run.jobId, 'CAN_VIEW'))
    .reverse();
}
