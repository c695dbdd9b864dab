import { textIn, type System } from './system.ts';

/** A person's terminal, or a system that is not known: no run, and who it is by the account of the machine. */
export const TERMINAL: System = {
  name: 'none',
  agent: undefined,
  run: (environment) => ({
    provider: 'none',
    repository: 'local',
    runId: 'local',
    pipelineId: 'local',
    attempt: '1',
    actor: textIn(environment, 'USER') ?? textIn(environment, 'USERNAME') ?? 'local',
    requesters: [],
    sha: 'local',
    workflowRef: 'local',
  }),
  pageRun: () => undefined,
};
