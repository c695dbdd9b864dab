import type { WorkspaceSwitchName } from '../../../emulator/index.ts';
import { J, environments, submission, taskOf, taskRunIn, toolsOf } from '../job-bench.ts';
import { at, verdict, type Bench, type Seen } from '../request-bench.ts';
import { denied, does, invalid, ok, type Case } from './cases.ts';

const missing = '404 RESOURCE_DOES_NOT_EXIST';
const state = '400 INVALID_STATE';

/** A job of the owner's that nobody else may see. */
function job({ emulator }: Bench, settings: Record<string, unknown> = {}): string {
  return emulator.metastore.workspace.addJob(
    { name: 'validate', tasks: [taskOf('nothing.mjs')], environments, ...settings },
    { owner: 'owner@example.com' },
  );
}

/** A run of the owner's that prints more than a switch leaves, over. */
async function printed(world: Bench): Promise<Seen> {
  const { script, submit, until } = toolsOf(world);
  script('prints.mjs', "console.log('first line');\nconsole.log('x'.repeat(300));\n");
  return await until('owner', await submit('owner', 'prints.mjs'));
}

const get = async ({ call }: Bench, id: string): Promise<Seen> =>
  call('owner', 'GET', `${J}/runs/get`, { query: { run_id: id } });

/** A run that ends before its process is started. */
async function ended(world: Bench, more: Record<string, unknown> = {}): Promise<string> {
  const { emulator } = world;
  const { submit } = toolsOf(world);
  emulator.runFaults.add({ fault: { kind: 'end', code: 'CLOUD_FAILURE' } });
  const id = await submit('owner', 'absent.mjs', more);
  while (emulator.metastore.state.workspace.runs.get(id)?.state !== 'TERMINATED') {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return id;
}

/** Switches of jobs, files and serving. */
export const workspaceCases = {
  jobMissing: {
    see: async (world) => [
      await does('owner', 'GET', `${J}/get`, { query: { job_id: '1' } })(world),
      verdict(await get(world, '1')),
    ],
    shows: { '400-invalid-parameter': [invalid, invalid], '404': [missing, missing] },
  },
  jobHidden: {
    see: async (world) => [
      await does('reader', 'GET', `${J}/get`, { query: { job_id: job(world) } })(world),
      await does('reader', 'GET', `${J}/runs/get`, { query: { run_id: await ended(world) } })(world),
    ],
    shows: { '403': [denied, denied], '404': [missing, missing] },
  },
  jobUndefinedParameter: {
    see: (world) =>
      does('owner', 'POST', `${J}/run-now`, { json: { job_id: job(world), job_parameters: { other: 'x' } } })(
        world,
      ),
    shows: { refused: invalid, ignored: ok },
  },
  runStateFields: {
    see: async (world) => {
      const seen = await get(world, await ended(world));
      return [at(seen.json, 'status', 'state'), at(seen.json, 'state', 'life_cycle_state')];
    },
    shows: {
      both: ['TERMINATED', 'INTERNAL_ERROR'],
      'status-only': ['TERMINATED', undefined],
      'state-only': [undefined, 'INTERNAL_ERROR'],
    },
  },
  runIdempotency: {
    see: async (world) => {
      const first = await ended(world, { idempotency_token: 'one' });
      return (await toolsOf(world).submit('owner', 'absent.mjs', { idempotency_token: 'one' })) === first;
    },
    shows: { 'any-run': true, 'active-runs': false },
  },
  runCancel: {
    see: async (world) => {
      const { script, submit, until } = toolsOf(world);
      script('long.mjs', 'setTimeout(() => {}, 60_000);');
      const id = await submit('owner', 'long.mjs');
      await until('owner', id, ['RUNNING']);
      await world.call('owner', 'POST', `${J}/runs/cancel`, { json: { run_id: id } });
      while (world.emulator.metastore.state.workspace.runs.get(id)?.tasks[0]?.state !== 'TERMINATED') {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await new Promise((resolve) => setImmediate(resolve));
      const seen = at((await get(world, id)).json, 'status', 'state');
      return [seen, at((await until('owner', id)).json, 'status', 'termination_details', 'code')];
    },
    shows: { slow: ['TERMINATING', 'USER_CANCELED'], 'at-once': ['TERMINATED', 'USER_CANCELED'] },
  },
  cancelOfFinal: {
    see: async (world) =>
      does('owner', 'POST', `${J}/runs/cancel`, { json: { run_id: await ended(world) } })(world),
    shows: { ok, refused: state },
  },
  runLogs: {
    see: async (world) => {
      const run = taskRunIn(await printed(world));
      const { json } = await world.call('owner', 'GET', `${J}/runs/get-output`, { query: { run_id: run } });
      return [String(json['logs']).length, json['logs_truncated']];
    },
    shows: { present: [312, false], empty: [0, false], truncated: [200, true] },
  },
  runOutputOfParent: {
    see: async (world) =>
      does('owner', 'GET', `${J}/runs/get-output`, { query: { run_id: await ended(world) } })(world),
    shows: { refused: invalid, 'single-task-ok': ok },
  },
  runIdsLarge: {
    see: async (world) => BigInt(await ended(world)) > 2n ** 53n,
    shows: { true: true, false: false },
  },
  serverlessJobs: {
    see: does('owner', 'POST', `${J}/runs/submit`, { json: submission('absent.mjs') }),
    shows: { on: ok, off: '400 FEATURE_DISABLED' },
  },
  taskRepeats: {
    see: async (world) => {
      const { emulator } = world;
      const { submit, until } = toolsOf(world);
      emulator.runFaults.add({ fault: { kind: 'end', code: 'CLOUD_FAILURE' }, times: 2 });
      const tasks = [taskOf('absent.mjs', { max_retries: 1 })];
      const seen = await until('owner', await submit('owner', 'again', { tasks }));
      return (seen.json['tasks'] as unknown[]).map((task) => at(task, 'attempt_number'));
    },
    shows: { true: [0, 1], false: [1] },
  },
  jobsListTriggers: {
    see: async (world) => {
      const trigger = { pause_status: 'UNPAUSED', model: { condition: 'MODEL_ALIAS_SET' } };
      const id = job(world, { trigger });
      const hit = await world.call('owner', 'GET', `${J}/list`);
      const whole = await world.call('owner', 'GET', `${J}/get`, { query: { job_id: id } });
      return [at(hit.json, 'jobs', 0, 'settings', 'trigger'), at(whole.json, 'settings', 'trigger')].map(
        (each) => at(each, 'pause_status'),
      );
    },
    shows: { shown: ['UNPAUSED', 'UNPAUSED'], 'only-in-get': [undefined, 'UNPAUSED'] },
  },
} satisfies Partial<Record<WorkspaceSwitchName, Case>>;
