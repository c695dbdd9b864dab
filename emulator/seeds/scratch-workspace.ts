import type { Metastore } from '../metastore/metastore.ts';
import type { JobRun } from '../workspace/jobs/state.ts';

/** Jobs and serving endpoints of the world of scratch schemas: one of each that the first principal sees, and one that it does not. */
export const scratchWorkspace = {
  job: '900719925474099311',
  hiddenJob: '900719925474099322',
  endpoint: 'rivers-rt',
  hiddenEndpoint: 'stranger-rt',
} as const;

/** Jobs with a trigger and a run, and endpoints, the last update of which has failed. */
export function seedScratchWorkspace(
  metastore: Metastore,
  { first, stranger }: { readonly first: string; readonly stranger: string },
): void {
  const { workspace } = metastore;
  const { job, hiddenJob, endpoint, hiddenEndpoint } = scratchWorkspace;
  for (const [id, owner] of [
    [job, first],
    [hiddenJob, stranger],
  ] as const) {
    const trigger = { pause_status: 'PAUSED', model: { condition: 'MODEL_ALIAS_SET' } };
    const settings = { name: 'rivers nightly', trigger };
    workspace.state.jobs.set(id, { id, creator: owner, createdAt: 0, settings });
    workspace.allow('jobs', id, owner, 'IS_OWNER');
    workspace.state.runs.set(`${id}9`, endedRun(id, owner));
  }
  for (const [name, creator] of [
    [endpoint, first],
    [hiddenEndpoint, stranger],
  ] as const) {
    const served = {
      entity_name: 'partner.published.forecast',
      entity_version: '1',
      workload_size: 'Small',
    };
    workspace.addEndpoint(name, { creator, served: [served] });
    const standing = workspace.state.endpoints.get(name);
    if (standing?.config === undefined) throw new Error(`There is no endpoint ${name}.`);
    standing.pending = {
      config: structuredClone(standing.config),
      startedAt: 0,
      endsAt: 0,
      failure: { state: 'UPDATE_FAILED', message: 'no space left' },
      isOver: false,
    };
  }
}

function endedRun(jobId: string, owner: string): JobRun {
  const ending = { code: 'SUCCESS', message: '' } as const;
  return {
    id: `${jobId}9`,
    jobId,
    type: 'JOB_RUN',
    name: 'rivers nightly',
    creator: owner,
    runAs: owner,
    settings: {},
    parameters: [],
    pythonParameters: undefined,
    queues: false,
    state: 'TERMINATED',
    createdAt: 0,
    startedAt: 0,
    endedAt: 0,
    ending,
    stopping: undefined,
    terminatingReads: 0,
    tasks: [],
    attempts: [],
  };
}
