import type { WorkspaceSwitchName } from '../../../emulator/index.ts';
import { environments, J, submission, taskOf, taskRunIn, toolsOf } from '../job-bench.ts';
import { at, model, N, verdict, type Bench, type Seen } from '../request-bench.ts';
import { denied, does, invalid, ok, type Case } from './cases.ts';
import { sqlCases } from './sql.ts';

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

const S = '/api/2.0/serving-endpoints';

const entity = (version: number, more: object = {}): object => ({
  entity_name: model,
  entity_version: String(version),
  name: 'one',
  ...more,
});

/** A ready endpoint of the owner's. */
async function endpoint(world: Bench, config: object = { served_entities: [entity(1)] }): Promise<Seen> {
  const { call, emulator } = world;
  emulator.metastore.workspace.setServingTimes({ build: 0, route: 0 });
  const made = await call('owner', 'POST', S, { json: { name: 'fraud', config } });
  if (made.status !== 200) throw new Error(made.text);
  return await call('owner', 'GET', `${S}/fraud`);
}

/** A new config, which takes as long as the test lasts unless it takes no time. */
async function update(world: Bench, config: object, ms = 0): Promise<Seen> {
  world.emulator.metastore.workspace.setServingTimes({ build: ms, route: ms });
  return await world.call('owner', 'PUT', `${S}/fraud/config`, { json: config });
}

const served = (seen: Seen, field: string): unknown => at(seen.json, 'config', 'served_entities', 0, field);

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
  servingConflict: {
    see: async (world) => {
      await endpoint(world);
      await update(world, { served_entities: [entity(2)] }, 60_000);
      return verdict(await update(world, { served_entities: [entity(2)] }));
    },
    shows: { '409-resource-conflict': '409 RESOURCE_CONFLICT', '400-invalid-state': state },
  },
  servingReadBackLag: {
    see: async (world) => {
      await endpoint(world);
      const sent = await update(world, { served_entities: [entity(2)] }, 60_000);
      const reads = [
        await world.call('owner', 'GET', `${S}/fraud`),
        await world.call('owner', 'GET', `${S}/fraud`),
      ];
      return [sent, ...reads].map(({ json }) => [
        at(json, 'state', 'config_update'),
        'pending_config' in json,
      ]);
    },
    shows: {
      0: [
        ['IN_PROGRESS', true],
        ['IN_PROGRESS', true],
        ['IN_PROGRESS', true],
      ],
      1: [
        ['IN_PROGRESS', true],
        ['NOT_UPDATING', false],
        ['IN_PROGRESS', true],
      ],
    },
  },
  servingNoChange: {
    see: async (world) => {
      await endpoint(world);
      await update(world, { served_entities: [entity(1)] });
      return at((await world.call('owner', 'GET', `${S}/fraud`)).json, 'config', 'config_version');
    },
    shows: { 'no-op': 1, 'new-config-version': 2 },
  },
  servingReadOnlyFields: {
    see: async (world) => {
      await endpoint(world);
      return verdict(await update(world, { served_entities: [entity(2, { creator: 'x' })] }));
    },
    shows: { tolerated: ok, refused: invalid },
  },
  servingBurstEchoed: {
    see: async (world) =>
      served(
        await endpoint(world, { served_entities: [entity(1, { burst_scaling_enabled: true })] }),
        'burst_scaling_enabled',
      ),
    shows: { true: true, false: undefined },
  },
  servingPlaintextSecrets: {
    see: async (world) => {
      const openai = { openai_api_key_plaintext: 'sk-secret' };
      const external = { provider: 'openai', name: 'gpt', task: 'llm/v1/chat', openai_config: openai };
      return at(
        served(await endpoint(world, { served_entities: [{ external_model: external }] }), 'external_model'),
        'openai_config',
      );
    },
    shows: { reference: { openai_api_key: '{{secrets/serving/openai_api_key}}' }, absent: {} },
  },
  servingSizeEcho: {
    see: async (world) => {
      const seen = await endpoint(world, { served_entities: [entity(1, { workload_size: 'Medium' })] });
      const chosen = await update(
        world,
        { served_entities: [entity(1, { max_provisioned_concurrency: 4 })] },
        60_000,
      );
      const next = at(chosen.json, 'pending_config', 'served_entities', 0);
      return [
        served(seen, 'workload_size'),
        served(seen, 'max_provisioned_concurrency'),
        at(next, 'workload_size'),
      ];
    },
    shows: { 'size-only': ['Medium', undefined, undefined], 'size-and-concurrency': ['Medium', 16, 'Small'] },
  },
  servingMaxEntities: {
    see: async (world) => {
      await endpoint(world);
      const names = Array.from({ length: 11 }, (_, index) => `e${index}`);
      const served_entities = names.map((name, index) => {
        const version = world.emulator.metastore.addVersion(model);
        return entity(version, { name, scale_to_zero_enabled: index > 0 });
      });
      const routes = [{ served_entity_name: 'e0', traffic_percentage: 100 }];
      return verdict(await update(world, { served_entities, traffic_config: { routes } }));
    },
    shows: { 15: ok, 10: invalid },
  },
  servingAutoCaptureOmitted: {
    see: async (world) => {
      const auto_capture_config = {
        catalog_name: 'prod',
        schema_name: 'ml',
        table_name_prefix: 'a',
        enabled: true,
      };
      await endpoint(world, { served_entities: [entity(1)], auto_capture_config });
      await update(world, { served_entities: [entity(2)] });
      return at(
        (await world.call('owner', 'GET', `${S}/fraud`)).json,
        'config',
        'auto_capture_config',
        'enabled',
      );
    },
    shows: { kept: true, removed: undefined },
  },
  servingFailedKeepsPending: {
    see: async (world) => {
      await endpoint(world);
      world.emulator.metastore.workspace.endUpdates('fraud', { state: 'UPDATE_FAILED', message: 'no' });
      await update(world, { served_entities: [entity(2)] });
      const { json } = await world.call('owner', 'GET', `${S}/fraud`);
      return [at(json, 'state', 'config_update'), 'pending_config' in json];
    },
    shows: { true: ['UPDATE_FAILED', true], false: ['UPDATE_FAILED', false] },
  },
  servingListShows: {
    see: async (world) => {
      await endpoint(world);
      return ((await world.call('reader', 'GET', S)).json['endpoints'] as unknown[] | undefined)?.length ?? 0;
    },
    shows: { viewable: 0, all: 1 },
  },
  servingHidden: {
    see: async (world) => {
      await endpoint(world);
      return await does('reader', 'GET', `${S}/fraud`)(world);
    },
    shows: { '403': denied, '404': missing },
  },
  servingNeverReady: {
    see: async (world) => {
      const { json } = await endpoint(world);
      return [at(json, 'state', 'ready'), 'config' in json, 'pending_config' in json];
    },
    shows: { false: ['READY', true, false], true: ['NOT_READY', false, true] },
  },
  servingDeletedVersion: {
    see: async (world) => {
      await endpoint(world);
      return await does('owner', 'DELETE', `${N}/models/${model}/versions/1`)(world);
    },
    shows: { refused: state, allowed: ok },
  },
  artifactRoute: {
    async see(world) {
      world.emulator.metastore.addRun({ runId: 'r1', experimentId: '1', files: { 'model/MLmodel': 'x' } });
      const { json } = await world.call('owner', 'GET', '/api/2.0/mlflow/runs/get', {
        query: { run_id: 'r1' },
      });
      const root = '/api/2.0/fs/directories/WorkspaceInternal/Mlflow/Artifacts/1/Runs/r1/artifacts/model';
      return [at(json, 'run', 'info', 'artifact_uri'), await does('owner', 'GET', root)(world)];
    },
    shows: {
      'files-api': ['dbfs:/databricks/mlflow-tracking/1/r1/artifacts', ok],
      'artifact-calls': ['dbfs:/databricks/mlflow-tracking/1/r1/artifacts', '404 NOT_FOUND'],
      volume: ['dbfs:/Volumes/main/ml/artifacts/r1/artifacts', ok],
      'own-storage': ['s3://team-bucket/mlflow/1/r1/artifacts', ok],
    },
  },
  ...sqlCases,
} satisfies Record<WorkspaceSwitchName, Case>;
