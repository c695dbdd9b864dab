import type { CallContext } from '../../metastore/session.ts';
import type { Ending } from './endings.ts';
import { isFinal, type JobRun } from './state.ts';

/** Asks a run to end; whoever runs its tasks ends them. One that is over already stays as it ended. */
export function stopRun({ switches }: Pick<CallContext, 'switches'>, run: JobRun, ending: Ending): void {
  if (isFinal(run) || run.stopping !== undefined) return;
  run.stopping = ending;
  // That a cancelled run is seen to end needs somebody who looks.
  run.terminatingReads = ending.code === 'USER_CANCELED' && switches.runCancel === 'slow' ? 1 : 0;
  run.state = 'TERMINATING';
  for (const task of run.tasks) if (!isFinal(task)) task.state = 'TERMINATING';
}
