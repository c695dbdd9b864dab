import { expect, test } from 'vitest';
import {
  environments,
  idIn,
  J,
  jobBench,
  SCRIPTS,
  submission,
  taskOf,
  taskRunIn,
  type JobBench,
} from './job-bench.ts';
import { at, verdict, type Role, type Seen, type Sent } from './request-bench.ts';

const invalid = '400 INVALID_PARAMETER_VALUE';
const denied = '403 PERMISSION_DENIED';

const settings = {
  name: 'Validate',
  parameters: [{ name: 'model_name', default: '' }, { name: 'model_version' }],
  tasks: [
    taskOf('prints.mjs', {
      spark_python_task: {
        python_file: `${SCRIPTS}/prints.mjs`,
        parameters: ['{{job.parameters.model_name}}', '{{ job.parameters.model_version }}', '{{task.name}}'],
      },
    }),
  ],
  environments,
};

const prints = 'console.log(JSON.stringify(process.argv.slice(2)));';

async function made(world: JobBench, more: Record<string, unknown> = {}): Promise<string> {
  const seen = await world.call('owner', 'POST', `${J}/create`, { json: { ...settings, ...more } });
  if (seen.status !== 200) throw new Error(seen.text);
  return idIn(seen, 'job_id');
}

const post = async (world: JobBench, role: Role, path: string, json: unknown): Promise<Seen> =>
  world.call(role, 'POST', `${J}${path}`, { json });

test('a saved job: made, found by its name in any case, changed, replaced, deleted, in both versions of the API', async () => {
  const world = await jobBench();
  const { call, emulator } = world;
  const id = await made(world, {
    access_control_list: [{ user_name: 'reader@example.com', permission_level: 'CAN_VIEW' }],
  });
  const get = async (version: string): Promise<Seen> =>
    call('reader', 'GET', `/api/${version}/jobs/get`, { query: { job_id: id } });
  const [older, newer] = [await get('2.1'), await get('2.2')];
  expect(older.json).toEqual(newer.json);
  expect(idIn(newer, 'job_id')).toBe(id);
  expect(newer.json).toMatchObject({
    creator_user_name: 'owner@example.com',
    run_as_user_name: 'owner@example.com',
    settings: { ...settings, timeout_seconds: 0, max_concurrent_runs: 1, format: 'MULTI_TASK' },
  });
  await made(world, { name: 'Other' });
  const names = async (role: Role, query: Record<string, string>): Promise<unknown> =>
    ((await call(role, 'GET', `${J}/list`, { query })).json['jobs'] as unknown[] | undefined)?.map((hit) =>
      at(hit, 'settings', 'name'),
    );
  expect([
    await names('owner', {}),
    await names('reader', {}),
    await names('owner', { name: 'vALIDATE' }),
    await names('user', {}),
  ]).toEqual([['Other', 'Validate'], ['Validate'], ['Validate'], undefined]);
  const hit = await call('owner', 'GET', `${J}/list`, { query: { name: 'validate', expand_tasks: 'true' } });
  expect([
    at(hit.json, 'jobs', 0, 'settings', 'tasks', 0, 'task_key'),
    at(hit.json, 'jobs', 0, 'run_as_user_name'),
  ]).toEqual(['main', undefined]);

  // An update replaces what it names, and of tasks only those of the same key.
  const second = taskOf('second.mjs', { task_key: 'second' });
  await post(world, 'owner', '/update', {
    job_id: id,
    new_settings: { tasks: [second], tags: { team: 'risk' } },
    fields_to_remove: ['parameters'],
  });
  const updated = at((await get('2.2')).json, 'settings');
  expect([
    at(updated, 'tasks', 0, 'task_key'),
    at(updated, 'tasks', 1, 'task_key'),
    at(updated, 'tags'),
    at(updated, 'parameters'),
  ]).toEqual(['main', 'second', { team: 'risk' }, undefined]);
  await post(world, 'owner', '/update', { job_id: id, fields_to_remove: ['tasks/main'] });
  expect(at((await get('2.2')).json, 'settings', 'tasks')).toEqual([second]);
  await post(world, 'owner', '/reset', { job_id: id, new_settings: settings });
  expect(at((await get('2.2')).json, 'settings', 'tags')).toBe(undefined);
  expect([
    verdict(await post(world, 'reader', '/delete', { job_id: id })),
    verdict(await post(world, 'owner', '/delete', { job_id: id })),
    verdict(await post(world, 'owner', '/delete', { job_id: id })),
  ]).toEqual([denied, '200', invalid]);
  expect(emulator.violations).toEqual([]);
});

test('run-now: values for the parameters that the job defines, one run a token, digits of an id as a number', async () => {
  const world = await jobBench();
  const { call, emulator, script, until } = world;
  script('prints.mjs', prints);
  const id = await made(world);
  const order = {
    job_id: id,
    job_parameters: { model_name: 'prod.ml.fraud' },
    idempotency_token: 'a'.repeat(64),
  };
  const first = await post(world, 'owner', '/run-now', order);
  const second = await post(world, 'owner', '/run-now', order);
  expect(second.text).toBe(first.text);
  const run = await until('owner', idIn(first, 'run_id'));
  expect(run.json).toMatchObject({
    run_type: 'JOB_RUN',
    run_name: 'Validate',
    job_parameters: [
      { name: 'model_name', default: '', value: 'prod.ml.fraud' },
      { name: 'model_version', default: '', value: '' },
    ],
  });
  const output = await call('owner', 'GET', `${J}/runs/get-output`, { query: { run_id: taskRunIn(run) } });
  expect(output.json['logs']).toBe('["prod.ml.fraud","","main"]\n');
  const raw: Sent = {
    raw: `{"job_id": ${id}, "job_parameters": {}}`,
    headers: { 'content-type': 'application/json' },
  };
  expect(verdict(await call('owner', 'POST', `${J}/run-now`, raw))).toBe('200');
  const refused = [
    { job_id: id, job_parameters: { model: 'x' } },
    { job_id: id, job_parameters: { model_name: 'x'.repeat(10_001) } },
    { job_id: id, python_params: ['x'] },
    { job_id: id, job_parameters: {}, python_params: ['x'] },
    { job_id: id, notebook_params: {} },
    { job_id: id, idempotency_token: 'a'.repeat(65) },
    { job_id: id, only: ['absent'] },
    { job_id: '99999999999999999999' },
  ];
  for (const json of refused) expect(verdict(await post(world, 'owner', '/run-now', json))).toBe(invalid);
  expect(emulator.violations).toEqual([]);
});

test('a wrong reference, a run of python_params, and a token whose run was deleted', async () => {
  const world = await jobBench();
  const { call, script, until } = world;
  script('prints.mjs', prints);
  const wrong = await made(world, { parameters: [] });
  const run = await until('owner', idIn(await post(world, 'owner', '/run-now', { job_id: wrong }), 'run_id'));
  expect(at(run.json, 'status', 'termination_details', 'code')).toBe('INVALID_RUN_CONFIGURATION');
  const given = await post(world, 'owner', '/run-now', {
    job_id: wrong,
    python_params: ['own'],
    idempotency_token: 't',
  });
  const ran = await until('owner', idIn(given, 'run_id'));
  const output = await call('owner', 'GET', `${J}/runs/get-output`, { query: { run_id: taskRunIn(ran) } });
  expect([output.json['logs'], at(ran.json, 'overriding_parameters')]).toEqual([
    '["own"]\n',
    { python_params: ['own'] },
  ]);
  expect([
    verdict(await post(world, 'owner', '/runs/delete', { run_id: idIn(given, 'run_id') })),
    verdict(await post(world, 'owner', '/run-now', { job_id: wrong, idempotency_token: 't' })),
  ]).toEqual(['200', '400 INVALID_STATE']);
});

test('concurrent runs: skipped without a queue, waiting in one; all are cancelled at once; a continuous job has one', async () => {
  const world = await jobBench();
  const { emulator, script, until } = world;
  script('prints.mjs', 'setTimeout(() => {}, 60_000);');
  const id = await made(world);
  const start = async (json: object): Promise<string> =>
    idIn(await post(world, 'owner', '/run-now', { job_id: id, ...json }), 'run_id');
  const first = await start({});
  await until('owner', first, ['RUNNING']);
  const skipped = await until('owner', await start({}));
  expect([
    at(skipped.json, 'status', 'termination_details', 'code'),
    at(skipped.json, 'state'),
  ]).toMatchObject([
    'MAX_CONCURRENT_RUNS_EXCEEDED',
    { life_cycle_state: 'SKIPPED', result_state: 'MAXIMUM_CONCURRENT_RUNS_REACHED' },
  ]);
  const queued = await start({ queue: { enabled: true } });
  const waiting = await until('owner', queued, ['QUEUED']);
  expect([
    at(waiting.json, 'status', 'queue_details', 'code'),
    at(waiting.json, 'state', 'life_cycle_state'),
  ]).toEqual(['MAX_CONCURRENT_RUNS_REACHED', 'QUEUED']);
  await post(world, 'owner', '/runs/cancel', { run_id: first });
  await until('owner', first);
  await until('owner', queued, ['RUNNING']);
  const last = await start({ queue: { enabled: true } });
  await post(world, 'owner', '/runs/cancel-all', { job_id: id });
  const ends = await Promise.all([queued, last].map((each) => until('owner', each)));
  expect(ends.map(({ json }) => at(json, 'status', 'termination_details', 'code'))).toEqual([
    'USER_CANCELED',
    'USER_CANCELED',
  ]);
  await post(world, 'owner', '/update', { job_id: id, new_settings: { max_concurrent_runs: 0 } });
  const none = await until('owner', await start({ queue: { enabled: true } }));
  expect(at(none.json, 'state', 'life_cycle_state')).toBe('SKIPPED');
  await post(world, 'owner', '/update', {
    job_id: id,
    new_settings: { max_concurrent_runs: 1, continuous: { pause_status: 'UNPAUSED' } },
  });
  const running = await start({ queue: { enabled: true } });
  await until('owner', running, ['RUNNING']);
  const next = await start({ queue: { enabled: true } });
  expect(at((await until('owner', running)).json, 'status', 'termination_details', 'code')).toBe('CANCELED');
  await until('owner', next, ['RUNNING']);
  expect(emulator.violations).toEqual([]);
});

test('tasks wait for each other, are skipped, tried again, chosen and repaired', async () => {
  const world = await jobBench();
  const { call, emulator, script, until } = world;
  script('fine.mjs', '');
  script('bad.mjs', 'process.exit(1);');
  const task = (key: string, name: string, more: object = {}) => taskOf(name, { task_key: key, ...more });
  const after = (...keys: string[]) => ({ depends_on: keys.map((key) => ({ task_key: key })) });
  const id = await made(world, {
    parameters: [],
    tasks: [
      task('last', 'fine.mjs', { ...after('bad', 'fine'), run_if: 'ALL_DONE' }),
      task('never', 'fine.mjs', after('bad')),
      task('after_never', 'fine.mjs', after('never')),
      task('bad', 'bad.mjs', { max_retries: 1, ...after('fine') }),
      task('fine', 'fine.mjs'),
      task('off', 'fine.mjs', { disabled: true }),
    ],
  });
  const run = await until('owner', idIn(await post(world, 'owner', '/run-now', { job_id: id }), 'run_id'));
  const endsOf = (seen: Seen): Record<string, unknown> =>
    Object.fromEntries(
      (seen.json['tasks'] as unknown[]).map((each) => [
        String(at(each, 'task_key')),
        [
          at(each, 'status', 'termination_details', 'code'),
          at(each, 'state', 'result_state'),
          at(each, 'attempt_number'),
        ],
      ]),
    );
  expect(endsOf(run)).toEqual({
    last: ['SUCCESS', 'SUCCESS', 0],
    never: ['SKIPPED', 'UPSTREAM_FAILED', 0],
    after_never: ['SKIPPED', 'UPSTREAM_FAILED', 0],
    bad: ['RUN_EXECUTION_ERROR', 'FAILED', 1],
    fine: ['SUCCESS', 'SUCCESS', 0],
    off: ['DISABLED', 'DISABLED', 0],
  });
  expect(at(run.json, 'status', 'termination_details')).toEqual({
    code: 'RUN_EXECUTION_ERROR',
    type: 'CLIENT_ERROR',
    message: 'Task bad failed with message: Workload failed, see run output for details',
  });

  // A leaf that passed although another task failed.
  await post(world, 'owner', '/update', {
    job_id: id,
    fields_to_remove: ['tasks/never', 'tasks/after_never'],
  });
  const partly = await until(
    'owner',
    idIn(await post(world, 'owner', '/run-now', { job_id: id, only: ['+last'] }), 'run_id'),
  );
  expect(Object.keys(endsOf(partly))).toEqual(['last', 'bad', 'fine']);
  expect([
    at(partly.json, 'status', 'termination_details', 'code'),
    at(partly.json, 'state', 'result_state'),
  ]).toEqual(['SUCCESS_WITH_FAILURES', 'SUCCESS_WITH_FAILURES']);

  emulator.metastore.workspace.addFile(`${SCRIPTS}/bad.mjs`, '');
  const runId = idIn(partly, 'job_run_id');
  const repair = { run_id: runId, rerun_all_failed_tasks: true };
  const repaired = await post(world, 'owner', '/runs/repair', repair);
  await until('owner', runId);
  const seen = await call('owner', 'GET', `${J}/runs/get`, {
    query: { run_id: runId, include_history: 'true' },
  });
  expect(at(seen.json, 'status', 'termination_details', 'code')).toBe('SUCCESS');
  expect(
    (seen.json['repair_history'] as unknown[]).map((each) => [
      at(each, 'type'),
      at(each, 'status', 'termination_details', 'code'),
    ]),
  ).toEqual([
    ['ORIGINAL', 'SUCCESS_WITH_FAILURES'],
    ['REPAIR', 'SUCCESS'],
  ]);
  expect([
    verdict(await post(world, 'owner', '/runs/repair', { run_id: runId, rerun_tasks: ['last'] })),
    verdict(
      await post(world, 'owner', '/runs/repair', {
        run_id: runId,
        rerun_tasks: ['last'],
        latest_repair_id: idIn(repaired, 'repair_id'),
      }),
    ),
  ]).toEqual([invalid, '200']);
  await until('owner', runId);
  expect(emulator.violations).toEqual([]);
});

test('rights: who may see, start, change and run as whom', async () => {
  const world = await jobBench();
  const { call, emulator, script, until } = world;
  script('prints.mjs', prints);
  const { workspace } = emulator.metastore;
  const asApp = { run_as: { service_principal_name: 'app-1' } };
  expect(verdict(await post(world, 'owner', '/create', { ...settings, ...asApp }))).toBe(denied);
  workspace.allowRunAs('app-1', 'owners');
  const id = await made(world, asApp);
  const can = async (role: Role): Promise<string[]> => [
    verdict(await call(role, 'GET', `${J}/get`, { query: { job_id: id } })),
    verdict(await post(world, role, '/run-now', { job_id: id, queue: { enabled: true } })),
    verdict(await post(world, role, '/update', { job_id: id, new_settings: { description: role } })),
  ];
  const share = (method: 'PUT' | 'PATCH', role: Role, rows: object[]): Promise<Seen> =>
    call(role, method, `/api/2.0/permissions/jobs/${id}`, { json: { access_control_list: rows } });
  const levels = [
    { user_name: 'reader@example.com', permission_level: 'CAN_VIEW' },
    { user_name: 'versioner@example.com', permission_level: 'CAN_MANAGE_RUN' },
    { group_name: 'owners', permission_level: 'CAN_MANAGE' },
  ];
  const shared = await share('PATCH', 'owner', levels);
  expect(shared.json).toMatchObject({ object_id: `/jobs/${id}`, object_type: 'job' });
  expect(
    await Promise.all((['user', 'reader', 'versioner', 'groupOwner', 'admin'] as const).map(can)),
  ).toEqual([
    [denied, denied, denied],
    ['200', denied, denied],
    ['200', '200', denied],
    ['200', '200', '200'],
    ['200', '200', '200'],
  ]);
  expect([
    verdict(await share('PATCH', 'versioner', levels)),
    verdict(await share('PUT', 'owner', levels)),
    verdict(await share('PATCH', 'owner', [{ user_name: 'x', permission_level: 'CAN_FLY' }])),
  ]).toEqual([denied, invalid, invalid]);
  const run = await until(
    'owner',
    idIn(await post(world, 'versioner', '/run-now', { job_id: id, queue: { enabled: true } }), 'run_id'),
  );
  // It runs as the job's identity, whoever started it: that one may not read the script's folder of somebody else.
  expect([at(run.json, 'creator_user_name'), at(run.json, 'status', 'termination_details', 'code')]).toEqual([
    'versioner@example.com',
    'SUCCESS',
  ]);
  expect(emulator.metastore.state.workspace.runs.get(idIn(run, 'job_run_id'))?.runAs).toBe('app-1');
  const moved = await share('PATCH', 'owner', [
    { user_name: 'manager@example.com', permission_level: 'IS_OWNER' },
  ]);
  expect(moved.json['access_control_list']).toContainEqual({
    user_name: 'manager@example.com',
    display_name: 'manager@example.com',
    all_permissions: [{ permission_level: 'IS_OWNER', inherited: false }],
  });
  expect(emulator.violations).toEqual([]);
});

test('settings that a workspace would refuse', async () => {
  const world = await jobBench();
  const { emulator } = world;
  emulator.metastore.workspace.addCluster('c-1', { users: ['owners'] });
  const tasks = (...given: unknown[]) => ({ tasks: given });
  const wrong: [Record<string, unknown>, string][] = [
    [tasks(), 'At least one task'],
    [tasks(taskOf('a'), taskOf('a')), 'Duplicate task key'],
    [tasks(taskOf('a', { task_key: 'a b' })), 'Invalid task key'],
    [tasks(taskOf('a', { notebook_task: {} })), 'exactly one kind'],
    [tasks({ task_key: 'a', notebook_task: { notebook_path: '/x' } }), 'runs spark_python_task only'],
    [tasks(taskOf('a', { environment_key: undefined })), 'needs an environment_key'],
    [tasks(taskOf('a', { environment_key: 'other' })), 'which is not defined'],
    [tasks(taskOf('a', { existing_cluster_id: 'c-1' })), 'more than one compute'],
    [
      tasks(taskOf('a', { environment_key: undefined, existing_cluster_id: 'c-2' })),
      'Cluster c-2 does not exist',
    ],
    [tasks(taskOf('a', { environmentKey: 'x' })), "unknown field 'environmentKey'"],
    [tasks(taskOf('a', { depends_on: [{ task_key: 'gone' }] })), 'unknown task'],
    [tasks(taskOf('a', { depends_on: [{ task_key: 'main' }] })), 'in a circle'],
    [
      { ...tasks(taskOf('a')), environments: [{ environment_key: 'default', spec: {} }] },
      'needs environment_version',
    ],
    [{ ...tasks(taskOf('a')), git_source: { git_url: 'https://x', git_branch: 'main' } }, 'git_provider'],
    [{ ...tasks(taskOf('a')), run_as: { user_name: 'reader@example.com' } }, 'not allowed to set run_as'],
  ];
  for (const [json, words] of wrong) {
    const seen = await post(world, 'owner', '/runs/submit', { environments, ...json });
    expect([seen.status, String(seen.json['message'])]).toEqual([
      words.includes('run_as') ? 403 : 400,
      expect.stringContaining(words),
    ]);
  }
  const git = { git_url: 'https://x', git_provider: 'gitHub', git_commit: 'abc' };
  const codes = [];
  for (const more of [
    { git_source: git },
    { tasks: [taskOf('x', { environment_key: undefined, existing_cluster_id: 'c-1' })] },
  ]) {
    for (const role of ['reader', 'owner'] as const) {
      const run = await world.until(role, await world.submit(role, 'x', more));
      codes.push(at(run.json, 'status', 'termination_details', 'code'));
    }
  }
  expect(codes).toEqual([
    'REPOSITORY_CHECKOUT_FAILED',
    'REPOSITORY_CHECKOUT_FAILED',
    'UNAUTHORIZED_ERROR',
    'RESOURCE_NOT_FOUND',
  ]);
  emulator.metastore.workspace.limitRuns(4);
  expect(verdict(await post(world, 'owner', '/runs/submit', submission('x')))).toBe('429 QUOTA_EXCEEDED');
  expect(emulator.violations).toEqual([]);
});

test('lists come in pages, arrays of an object too since version 2.2', async () => {
  const world = await jobBench();
  const { call, emulator } = world;
  const tasks = Array.from({ length: 150 }, (_, index) => taskOf('x', { task_key: `t${index}` }));
  const id = await made(world, { parameters: [], tasks });
  for (let more = 0; more < 4; more += 1) await made(world, { name: `Job ${more}` });
  const first = await call('owner', 'GET', `${J}/get`, { query: { job_id: id } });
  const token = String(first.json['next_page_token']);
  const second = await call('owner', 'GET', `${J}/get`, { query: { job_id: id, page_token: token } });
  const older = await call('owner', 'GET', '/api/2.1/jobs/get', { query: { job_id: id } });
  const count = ({ json }: Seen): number => (at(json, 'settings', 'tasks') as unknown[]).length;
  expect([
    count(first),
    first.json['has_more'],
    count(second),
    second.json['has_more'],
    count(older),
  ]).toEqual([100, true, 50, undefined, 150]);
  const names: unknown[] = [];
  for (let next: string | undefined = ''; next !== undefined;) {
    const seen: Seen = await call('owner', 'GET', `${J}/list`, {
      query: { limit: '2', ...(next === '' ? {} : { page_token: next }) },
    });
    names.push((seen.json['jobs'] as unknown[]).map((hit) => at(hit, 'settings', 'name')));
    next = seen.json['next_page_token'] as string | undefined;
    expect(seen.json['has_more']).toBe(next !== undefined);
  }
  expect(names).toEqual([['Job 3', 'Job 2'], ['Job 1', 'Job 0'], ['Validate']]);
  emulator.runFaults.add({ times: 3, fault: { kind: 'end', code: 'SKIPPED', when: 'start' } });
  const runs = [];
  for (let more = 0; more < 3; more += 1) runs.push(await world.submit('owner', 'x'));
  await Promise.all(runs.map((run) => world.until('owner', run)));
  const list = async (query: Record<string, string>): Promise<Seen> =>
    call('owner', 'GET', `${J}/runs/list`, { query });
  const idsIn = ({ text }: Seen): string[] =>
    [...text.matchAll(/"run_id":(\d+),"job_run_id"/g)].map((each) => each[1] ?? '');
  const page = await list({ limit: '2' });
  const rest = await list({ limit: '2', page_token: String(page.json['next_page_token']) });
  expect([...idsIn(page), ...idsIn(rest)]).toEqual([...runs].reverse());
  expect([
    idsIn(await list({ active_only: 'true' })),
    idsIn(await list({ completed_only: 'true', run_type: 'JOB_RUN' })),
  ]).toEqual([[], []]);
  for (const query of [{ active_only: 'true', completed_only: 'true' }, { limit: '25' }]) {
    expect(verdict(await list(query))).toBe(invalid);
  }
});
