import { expect, test } from 'vitest';
import type { ApplyContext } from '../../src/apply/context.ts';
import { runJob } from '../../src/apply/job-run.ts';
import type { JobRun, TaskOutput } from '../../src/domain/job.ts';

const ended = (id: string): JobRun => ({
  id,
  jobId: '8',
  state: 'TERMINATED',
  ending: { code: 'SUCCESS', message: '' },
  tasks: [{ id: `${id}0`, key: 'task', hasOutput: true, ending: { code: 'SUCCESS', message: '' } }],
});

/** A world in which each run has one task, which started the run that `starts` names for it. */
function contextOf(starts: (run: string) => string | undefined, isShown: (run: string) => boolean) {
  const jobs = {
    getRun: async (id: string) => (isShown(id) ? ended(id) : undefined),
    async getOutput(task: string): Promise<TaskOutput> {
      const startedRun = starts(task.slice(0, -1));
      return { isCut: false, ...(startedRun === undefined ? {} : { startedRun }) };
    },
  };
  return {
    snapshot: { registry: { jobs } },
    writer: { runJob: async () => '1' },
    journal: { wait: () => undefined },
    clock: { now: () => 0 },
    log: { info: () => undefined },
    signal: new AbortController().signal,
  } as unknown as ApplyContext;
}

const run = (context: ApplyContext) =>
  runJob(
    {
      of: 'the job Validate (8)',
      timeoutMs: 1000,
      limit: 'validate-timeout',
      started: () => undefined,
      order: { job: '8', parameters: {}, token: 'token' },
    },
    context,
  );

test('the tasks of a run that a task started are those of the run', async () => {
  const { tasks } = await run(
    contextOf(
      (id) => (id === '1' ? '2' : undefined),
      () => true,
    ),
  );
  expect(tasks.map(({ task }) => task.key)).toEqual(['task', 'task/task']);
});

test.each([
  [
    'that the caller is not shown',
    contextOf(
      (id) => (id === '1' ? '2' : undefined),
      (id) => id === '1',
    ),
  ],
  [
    'of a chain that does not end',
    contextOf(
      (id) => String(Number(id) + 1),
      () => true,
    ),
  ],
])('a run %s may have refused the version: no verdict', async (_what, context) => {
  await expect(run(context)).rejects.toMatchObject({
    message: expect.stringContaining('is not shown') as string,
    details: { outcome: 'invalid' },
  });
});
