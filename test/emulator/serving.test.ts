import { expect, test } from 'vitest';
import { at, bench, L, model, N, verdict, type Bench, type Role, type Seen } from './request-bench.ts';

const S = '/api/2.0/serving-endpoints';
const invalid = '400 INVALID_PARAMETER_VALUE';
const denied = '403 PERMISSION_DENIED';

/** An emulator whose clock only a test moves. */
async function standing(
  options: Parameters<typeof bench>[0] = {},
): Promise<Bench & { pass: (ms: number) => void }> {
  const world = await bench(options);
  let clock = 1_700_000_000_000;
  world.emulator.metastore.now = () => clock;
  return {
    ...world,
    pass: (ms) => {
      clock += ms;
    },
  };
}

const entity = (version: number, more: object = {}): object => ({
  entity_name: model,
  entity_version: String(version),
  ...more,
});

const create = async ({ call }: Bench, config: object, more: object = {}): Promise<Seen> =>
  call('owner', 'POST', S, { json: { name: 'fraud', config, ...more } });

const put = async ({ call }: Bench, config: object, role: Role = 'owner'): Promise<Seen> =>
  call(role, 'PUT', `${S}/fraud/config`, { json: config });

const get = async ({ call }: Bench, role: Role = 'owner'): Promise<Seen> => call(role, 'GET', `${S}/fraud`);

/** Versions and shares by name, of what is served or of what is pending. */
function shown(seen: Seen, part = 'config'): Record<string, unknown> | undefined {
  const config = at(seen.json, part);
  if (config === undefined) return undefined;
  const routes = at(config, 'traffic_config', 'routes') as unknown[];
  return Object.fromEntries(
    (at(config, 'served_entities') as unknown[]).map((each) => {
      const name = String(at(each, 'name'));
      const route = routes.find((candidate) => at(candidate, 'served_entity_name') === name);
      return [
        name,
        [at(each, 'entity_version'), at(route, 'traffic_percentage'), at(each, 'state', 'deployment')],
      ];
    }),
  );
}

test('an endpoint takes time to become ready, serves the old version until the new one is, and one update at a time', async () => {
  const world = await standing();
  const { call, emulator, pass } = world;
  const made = await create(
    world,
    { served_entities: [entity(1)] },
    { tags: [{ key: 'team', value: 'risk' }] },
  );
  expect([at(made.json, 'state'), at(made.json, 'config'), shown(made, 'pending_config')]).toEqual([
    { ready: 'NOT_READY', config_update: 'IN_PROGRESS' },
    undefined,
    { 'fraud-1': ['1', 100, 'DEPLOYMENT_CREATING'] },
  ]);
  pass(300);
  const first = await get(world);
  expect([
    at(first.json, 'state'),
    at(first.json, 'config', 'config_version'),
    shown(first),
    at(first.json, 'pending_config'),
  ]).toEqual([
    { ready: 'READY', config_update: 'NOT_UPDATING' },
    1,
    { 'fraud-1': ['1', 100, 'DEPLOYMENT_READY'] },
    undefined,
  ]);
  expect(at(first.json, 'config', 'served_entities', 0)).toMatchObject({
    workload_size: 'Small',
    workload_type: 'CPU',
    scale_to_zero_enabled: false,
    creator: 'owner@example.com',
  });
  expect(at(first.json, 'config', 'served_models', 0)).toMatchObject({
    model_name: model,
    model_version: '1',
    name: 'fraud-1',
  });
  const both = {
    served_entities: [entity(2, { name: 'new' }), entity(1, { name: 'fraud-1' })],
    traffic_config: {
      routes: [
        { served_model_name: 'fraud-1', traffic_percentage: 100 },
        { served_entity_name: 'new', traffic_percentage: 0 },
      ],
    },
  };
  expect(at((await put(world, both)).json, 'state', 'config_update')).toBe('IN_PROGRESS');
  expect(verdict(await put(world, both))).toBe('409 RESOURCE_CONFLICT');
  const during = await get(world);
  expect([
    shown(during),
    shown(during, 'pending_config'),
    at(during.json, 'pending_config', 'config_version'),
  ]).toEqual([
    { 'fraud-1': ['1', 100, 'DEPLOYMENT_READY'] },
    { 'fraud-1': ['1', 100, 'DEPLOYMENT_READY'], new: ['2', 0, 'DEPLOYMENT_CREATING'] },
    2,
  ]);
  pass(300);
  await put(world, {
    ...both,
    traffic_config: { routes: [{ served_entity_name: 'new', traffic_percentage: 100 }] },
  });
  pass(99);
  expect(at((await get(world)).json, 'state', 'config_update')).toBe('IN_PROGRESS');
  pass(1);
  const last = await get(world);
  expect([shown(last), at(last.json, 'config', 'config_version'), at(last.json, 'tags')]).toEqual([
    { 'fraud-1': ['1', undefined, 'DEPLOYMENT_READY'], new: ['2', 100, 'DEPLOYMENT_READY'] },
    3,
    [{ key: 'team', value: 'risk' }],
  ]);
  const listed = await call('owner', 'GET', S);
  expect(at(listed.json, 'endpoints', 0, 'config', 'served_entities', 1)).toEqual({
    name: 'new',
    entity_name: model,
    entity_version: '2',
  });
  expect([
    at(listed.json, 'endpoints', 0, 'config', 'traffic_config'),
    at(listed.json, 'endpoints', 0, 'pending_config'),
  ]).toEqual([undefined, undefined]);
  expect(verdict(await call('owner', 'DELETE', `${N}/models/${model}/versions/2`))).toBe('400 INVALID_STATE');
  expect(
    verdict(await call('owner', 'DELETE', `${L}/registered-models/delete`, { json: { name: model } })),
  ).toBe('400 INVALID_STATE');
  expect([verdict(await call('owner', 'DELETE', `${S}/fraud`)), verdict(await get(world))]).toEqual([
    '200',
    '404 RESOURCE_DOES_NOT_EXIST',
  ]);
  expect(emulator.violations).toEqual([]);
});

test('an update that fails says why, and leaves what was served; the next one may succeed', async () => {
  const world = await standing();
  const { call, emulator, pass } = world;
  await create(world, { served_entities: [entity(1)] });
  pass(300);
  emulator.metastore.workspace.endUpdates(
    'fraud',
    { state: 'UPDATE_FAILED', message: 'pip could not install lightgbm' },
    { state: 'UPDATE_CANCELED', message: 'cancelled in the UI' },
    undefined,
  );
  const wanted = { served_entities: [entity(2)] };
  const ends: unknown[] = [];
  for (let update = 0; update < 3; update += 1) {
    await put(world, wanted);
    pass(300);
    const seen = await get(world);
    const pending = at(seen.json, 'pending_config', 'served_entities', 0, 'state');
    ends.push([
      at(seen.json, 'state', 'config_update'),
      Object.keys(shown(seen) ?? {}),
      at(pending, 'deployment'),
      at(pending, 'deployment_state_message'),
    ]);
    if (update > 0) continue;
    const logs = await call('owner', 'GET', `${S}/fraud/served-models/fraud-2/build-logs`);
    expect(logs.json['logs']).toContain('lightgbm');
  }
  expect(ends).toEqual([
    ['UPDATE_FAILED', ['fraud-1'], 'DEPLOYMENT_FAILED', 'pip could not install lightgbm'],
    ['UPDATE_CANCELED', ['fraud-1'], 'DEPLOYMENT_ABORTED', 'The update was ended.'],
    ['NOT_UPDATING', ['fraud-2'], undefined, undefined],
  ]);
});

test('external models, feature specs, foundation models, variables, secrets, gateway: what a read gives back', async () => {
  const world = await standing({ switches: { servingPlaintextSecrets: 'absent' } });
  const { call, emulator, pass } = world;
  const { workspace } = emulator.metastore;
  workspace.addFeatureSpec('prod.ml.features');
  workspace.addFoundationModel(model);
  const external = (config: object) => ({
    served_entities: [
      {
        name: 'gpt',
        external_model: { provider: 'openai', name: 'gpt', task: 'llm/v1/chat', openai_config: config },
      },
    ],
  });
  await create(world, external({ openai_api_key_plaintext: 'sk-very-secret' }));
  pass(300);
  const read = await get(world);
  expect(at(read.json, 'config', 'served_entities', 0, 'external_model', 'openai_config')).toEqual({});
  expect([read.text.includes('sk-very-secret'), emulator.credentials.has('sk-very-secret')]).toEqual([
    false,
    true,
  ]);
  expect(JSON.stringify(emulator.requests)).not.toContain('sk-very-secret');
  // What was read cannot be written: its secret is lost.
  expect([
    verdict(await put(world, external({}))),
    verdict(await put(world, external({ openai_api_key: '{{secrets/a/b}}' }))),
    verdict(await put(world, { served_entities: [entity(1)] })),
  ]).toEqual([invalid, '200', '409 RESOURCE_CONFLICT']);
  pass(300);
  expect(
    at((await get(world)).json, 'config', 'served_entities', 0, 'external_model', 'openai_config'),
  ).toEqual({
    openai_api_key: '{{secrets/a/b}}',
  });
  expect(verdict(await put(world, { served_entities: [entity(1)] }))).toBe(invalid);

  const variables = { PLAIN: 'value', SECRET: '{{secrets/scope/key}}' };
  const custom = {
    served_entities: [
      entity(1, {
        environment_vars: variables,
        burst_scaling_enabled: true,
        min_provisioned_throughput: 0,
        max_provisioned_throughput: 970,
      }),
      {
        entity_name: 'prod.ml.features',
        name: 'features',
        workload_size: 'Medium',
        scale_to_zero_enabled: true,
      },
    ],
    traffic_config: { routes: [{ served_entity_name: 'features', traffic_percentage: 100 }] },
    auto_capture_config: {
      catalog_name: 'prod',
      schema_name: 'ml',
      table_name_prefix: 'fraud',
      enabled: true,
    },
  };
  const gateway = { usage_tracking_config: { enabled: true } };
  await call('owner', 'POST', S, {
    json: { name: 'custom', config: custom, ai_gateway: gateway, route_optimized: true },
  });
  pass(300);
  const seen = await call('owner', 'GET', `${S}/custom`);
  expect(at(seen.json, 'config', 'served_entities')).toMatchObject([
    { name: 'features', workload_size: 'Medium', scale_to_zero_enabled: true },
    {
      name: 'fraud-1',
      environment_vars: variables,
      max_provisioned_throughput: 970,
      foundation_model: { name: model },
    },
  ]);
  expect([
    seen.text.includes('burst_scaling_enabled'),
    at(seen.json, 'ai_gateway'),
    at(seen.json, 'route_optimized'),
  ]).toEqual([false, gateway, true]);
  expect(at(seen.json, 'config', 'auto_capture_config', 'state', 'payload_table', 'name')).toBe(
    'fraud_payload',
  );
  const units = { served_entities: [entity(1, { provisioned_model_units: 50 })] };
  expect([
    verdict(await call('owner', 'POST', `${S}/pt`, { json: { name: 'units', config: units } })),
    verdict(await call('owner', 'PUT', `${S}/pt/units/config`, { json: { config: units } })),
    verdict(
      await call('owner', 'POST', `${S}/pt`, {
        json: { name: 'none', config: { served_entities: [entity(1)] } },
      }),
    ),
    verdict(await call('owner', 'PUT', `${S}/custom/ai-gateway`, { json: { rate_limits: [] } })),
    verdict(
      await call('owner', 'PATCH', `${S}/custom/tags`, {
        json: { add_tags: [{ key: 'k' }], delete_tags: ['x'] },
      }),
    ),
    verdict(await call('owner', 'PATCH', `${S}/custom/notifications`, { json: { email_notifications: {} } })),
  ]).toEqual(['200', '409 RESOURCE_CONFLICT', invalid, '200', '200', '200']);
  const after = await call('owner', 'GET', `${S}/custom`);
  expect([at(after.json, 'ai_gateway'), at(after.json, 'tags')]).toEqual([
    { rate_limits: [] },
    [{ key: 'k', value: '' }],
  ]);
  expect(emulator.violations).toEqual([]);
});

test('configs that are refused', async () => {
  const world = await standing();
  const { emulator, pass } = world;
  await create(world, {
    served_entities: [entity(1)],
    auto_capture_config: { catalog_name: 'prod', schema_name: 'ml', table_name_prefix: 'a', enabled: false },
  });
  pass(300);
  emulator.metastore.addVersion(model, { status: 'PENDING_REGISTRATION' });
  const two = [entity(1), entity(2)];
  const routes = (...shares: [string, number][]) => ({
    traffic_config: {
      routes: shares.map(([name, share]) => ({ served_entity_name: name, traffic_percentage: share })),
    },
  });
  const one = { served_entities: [entity(2)] };
  const wrong: [object, string][] = [
    [{}, invalid],
    [{ ...one, served_models: [] }, invalid],
    [{ served_entities: two }, invalid],
    [{ served_entities: two, ...routes(['fraud-1', 60], ['fraud-2', 30]) }, invalid],
    [{ served_entities: two, ...routes(['fraud-1', 100], ['fraud-3', 0]) }, invalid],
    [{ served_entities: two, ...routes(['fraud-1', 50], ['fraud-1', 50]) }, invalid],
    [{ served_entities: two, ...routes(['fraud-1', 101], ['fraud-2', -1]) }, invalid],
    [
      { served_entities: [entity(1, { name: 'a' }), entity(1, { name: 'b' })], ...routes(['a', 100]) },
      '400 BAD_REQUEST',
    ],
    [
      { served_entities: [entity(1, { name: 'a' }), entity(2, { name: 'a' })], ...routes(['a', 100]) },
      invalid,
    ],
    [{ served_entities: [entity(2, { entityVersion: '1' })] }, invalid],
    [{ served_entities: [entity(2, { workload_size: 'Small', max_provisioned_concurrency: 4 })] }, invalid],
    [{ served_entities: [entity(2, { workload_size: 'Huge' })] }, invalid],
    [{ served_entities: [entity(2, { workload_type: 'GPU' })] }, invalid],
    [{ served_entities: [entity(2, { min_provisioned_throughput: 1 })] }, invalid],
    [{ served_entities: [entity(2, { environment_vars: { A: 1 } })] }, invalid],
    [{ served_entities: [entity(2, { name: 'a b' })] }, invalid],
    [{ served_entities: [entity(9)] }, '404 RESOURCE_DOES_NOT_EXIST'],
    [{ served_entities: [entity(3)] }, invalid],
    [{ served_entities: [{ entity_name: model, entity_version: 'Champion' }] }, invalid],
    [{ served_entities: [{}] }, invalid],
    [{ ...one, auto_capture_config: { table_name_prefix: 'b' } }, invalid],
    [{ ...one, auto_capture_config: { enabled: true } }, invalid],
  ];
  for (const [config, answer] of wrong)
    expect([config, verdict(await put(world, config))]).toEqual([config, answer]);
  expect([verdict(await create(world, one)), verdict(await create(world, one, { name: 'a b' }))]).toEqual([
    '400 RESOURCE_ALREADY_EXISTS',
    invalid,
  ]);
  expect(at((await get(world)).json, 'config', 'config_version')).toBe(1);
});

test('rights on an endpoint go by its id; who updates needs EXECUTE on what is served', async () => {
  const world = await standing();
  const { call, pass } = world;
  const made = await create(world, { served_entities: [entity(1)] });
  pass(300);
  const path = `/api/2.0/permissions/serving-endpoints/${String(made.json['id'])}`;
  const rows = [
    { user_name: 'reader@example.com', permission_level: 'CAN_QUERY' },
    { user_name: 'user@example.com', permission_level: 'CAN_MANAGE' },
  ];
  const can = async (role: Role): Promise<string[]> => {
    const answers = [
      verdict(await get(world, role)),
      verdict(await put(world, { served_entities: [entity(1)] }, role)),
    ];
    return answers;
  };
  expect(await Promise.all((['reader', 'user', 'admin'] as const).map(can))).toEqual([
    [denied, denied],
    [denied, denied],
    ['200', denied],
  ]);
  expect(verdict(await call('owner', 'PATCH', path, { json: { access_control_list: rows } }))).toBe('200');
  expect(await Promise.all((['reader', 'user'] as const).map(can))).toEqual([
    ['200', denied],
    ['200', denied],
  ]);
  expect(at((await get(world, 'reader')).json, 'permission_level')).toBe('CAN_QUERY');
  const levels = await call('reader', 'GET', `${path}/permissionLevels`);
  expect((levels.json['permission_levels'] as unknown[]).map((each) => at(each, 'permission_level'))).toEqual(
    ['CAN_VIEW', 'CAN_QUERY', 'CAN_MANAGE'],
  );
  expect([
    verdict(await call('catalogOnly', 'GET', path)),
    verdict(
      await call('owner', 'PATCH', path, {
        json: { access_control_list: [{ user_name: 'x', permission_level: 'IS_OWNER' }] },
      }),
    ),
  ]).toEqual([denied, invalid]);
});
