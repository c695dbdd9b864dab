import { expect, test } from 'vitest';
import type { Switches } from '../../emulator/index.ts';
import { at, bench, L, model, N, verdict, type Bench, type Role, type Seen } from './request-bench.ts';

const S = '/api/2.0/sql/statements';
const W = '/api/2.0/sql/warehouses';
const warehouse = '0123456789abcdef';
const invalid = '400 INVALID_PARAMETER_VALUE';
const missing = '404 RESOURCE_DOES_NOT_EXIST';
const start = Date.parse('2026-11-20T12:00:00Z');

interface Standing extends Bench {
  readonly pass: (minutes: number) => void;
  readonly ask: (statement: string, more?: object, role?: Role) => Promise<Seen>;
}

/** An emulator with a warehouse, an audit log that the owner and the manager read, and a clock that a test moves. */
async function standing(switches: Partial<Switches> = {}): Promise<Standing> {
  const world = await bench({ switches });
  const { emulator, call } = world;
  let clock = start;
  emulator.metastore.now = () => clock;
  emulator.metastore.enableAuditLog({ readers: ['owner@example.com', 'manager@example.com'] });
  emulator.metastore.workspace.addWarehouse(warehouse, {
    users: ['owner@example.com', 'manager@example.com', 'user@example.com'],
  });
  return {
    ...world,
    pass: (minutes) => {
      clock += minutes * 60_000;
    },
    ask: (statement, more = {}, role = 'owner') =>
      call(role, 'POST', S, { json: { statement, warehouse_id: warehouse, ...more } }),
  };
}

const move = ({ call }: Bench, version: number, role: Role = 'owner', alias = 'Champion'): Promise<Seen> =>
  call(role, 'POST', `${L}/registered-models/alias`, {
    json: { name: model, alias, version: String(version) },
    headers: { 'user-agent': 'mlflow-python-client/3.17.2' },
  });

const rowsOf = (seen: Seen): unknown => at(seen.json, 'result', 'data_array');
const stateOf = (seen: Seen): unknown => at(seen.json, 'status', 'state');
const errorOf = (seen: Seen): string => String(at(seen.json, 'status', 'error', 'message'));

test('the audit log says who moved which alias when, by either family, and who was refused', async () => {
  const world = await standing();
  const { call, ask, pass } = world;
  await move(world, 2);
  pass(60);
  await call('manager', 'PUT', `${N}/models/${model}/aliases/Champion`, { json: { version_num: 1 } });
  pass(60);
  expect((await move(world, 2, 'reader')).status).toBe(403);
  await call('owner', 'DELETE', `${N}/models/${model}/aliases/Champion`);
  // Nobody who is not signed in, and no read, is an event.
  await call('owner', 'GET', `${L}/registered-models/alias`, { query: { name: model, alias: 'Champion' } });
  const seen = await ask(
    `SELECT event_time, action_name, user_identity.email, request_params['version_num'] AS version, response.status_code AS status, user_agent
     FROM system.access.audit
     WHERE event_date >= :since AND service_name = 'unityCatalog' AND lower(request_params['full_name_arg']) = :model
     ORDER BY event_time DESC, response.status_code LIMIT 10`,
    {
      parameters: [
        { name: 'since', value: '2026-11-20', type: 'DATE' },
        { name: 'model', value: model },
      ],
    },
  );
  const mine = 'mlflow-python-client/3.17.2';
  expect(rowsOf(seen)).toEqual([
    ['2026-11-20T14:00:00.000Z', 'deleteRegisteredModelAlias', 'owner@example.com', null, '200', 'node'],
    ['2026-11-20T14:00:00.000Z', 'setRegisteredModelAlias', 'reader@example.com', '2', '403', mine],
    ['2026-11-20T13:00:00.000Z', 'setRegisteredModelAlias', 'manager@example.com', '1', '200', 'node'],
    ['2026-11-20T12:00:00.000Z', 'setRegisteredModelAlias', 'owner@example.com', '2', '200', mine],
  ]);
  expect(at(seen.json, 'manifest')).toMatchObject({ total_row_count: 4, truncated: false });
  expect(at(seen.json, 'manifest', 'schema', 'columns', 0)).toEqual({
    name: 'event_time',
    position: 0,
    type_name: 'TIMESTAMP',
    type_text: 'TIMESTAMP',
  });
});

test('conditions select rows by themselves: each keeps what SQL keeps', async () => {
  const world = await standing();
  for (const version of [1, 2]) await move(world, version);
  await move(world, 2, 'manager', 'Challenger');
  world.pass(24 * 60);
  await move(world, 1);
  const counted: readonly (readonly [where: string, rows: number])[] = [
    ["event_date = '2026-11-20'", 3],
    ["event_date <> '2026-11-20'", 1],
    ["event_time > '2026-11-21T11:00:00Z'", 1],
    ["request_params['alias_arg'] IN ('Challenger', 'Other')", 1],
    ["NOT (request_params['alias_arg'] = 'Champion')", 1],
    ["request_params['alias'] = 'Champion'", 0],
    ["NOT (request_params['alias'] = 'Champion')", 0],
    ["request_params['alias'] IS NULL AND response.error_message IS NULL", 4],
    [
      "coalesce(request_params['alias'], request_params['alias_arg']) = 'Challenger' OR action_name IS NULL",
      1,
    ],
    ['response.status_code >= 400', 0],
    [`array_contains(from_json('["Challenger", "x"]', 'ARRAY<STRING>'), request_params['alias_arg'])`, 1],
    [`array_contains(from_json('no list', 'ARRAY<STRING>'), request_params['alias_arg'])`, 0],
    [`NOT (array_contains(from_json('["x"]', 'ARRAY<STRING>'), request_params['no_such_key']))`, 0],
  ];
  for (const [where, rows] of counted) {
    const seen = await world.ask(`select event_id from system.access.audit where ${where}`);
    expect([where, at(seen.json, 'manifest', 'total_row_count')]).toEqual([where, rows]);
  }
});

test('a statement that the emulator does not know, or that SQL refuses, fails with HTTP 200', async () => {
  const { ask } = await standing();
  const from = 'FROM system.access.audit';
  const cases: readonly (readonly [statement: string, condition: string])[] = [
    ['DROP TABLE system.access.audit', 'PARSE_SYNTAX_ERROR'],
    [`SELECT event_id ${from} WHERE from_json(event_id, 'STRUCT<a: INT>')`, 'DATATYPE_MISMATCH'],
    [`SELECT event_id ${from} WHERE array_contains(event_id, 'x')`, 'DATATYPE_MISMATCH'],
    [`SELECT * ${from}`, 'PARSE_SYNTAX_ERROR'],
    [`SELECT event_id ${from} WHERE`, 'PARSE_SYNTAX_ERROR'],
    [`SELECT event_id ${from}; SELECT event_id ${from}`, 'PARSE_SYNTAX_ERROR'],
    [`SELECT event_id ${from} WHERE action_name = "x"`, 'PARSE_SYNTAX_ERROR'],
    ['SELECT event_id FROM system.access.other', 'TABLE_OR_VIEW_NOT_FOUND'],
    [`SELECT email ${from}`, 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION'],
    [`SELECT user_identity.name ${from}`, 'FIELD_NOT_FOUND'],
    [`SELECT upper(action_name) ${from}`, 'UNRESOLVED_ROUTINE'],
    [`SELECT event_id ${from} WHERE action_name = :name`, 'UNBOUND_SQL_PARAMETER'],
    [`SELECT event_id ${from} WHERE event_date >= 5`, 'DATATYPE_MISMATCH'],
    [`SELECT event_id ${from} WHERE action_name`, 'DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN'],
    [`SELECT event_id ${from} LIMIT 'x'`, 'INVALID_LIMIT_LIKE_EXPRESSION'],
  ];
  for (const [statement, condition] of cases) {
    const seen = await ask(statement);
    expect([statement, seen.status, stateOf(seen), at(seen.json, 'status', 'error', 'error_code')]).toEqual([
      statement,
      200,
      'FAILED',
      'BAD_REQUEST',
    ]);
    expect(errorOf(seen)).toMatch(new RegExp(`^\\[${condition.replace('.', '\\.')}\\].* SQLSTATE: \\w{5}$`));
  }
  const cast = { parameters: [{ name: 'day', value: "2026' OR 1=1", type: 'DATE' }] };
  expect(errorOf(await ask(`SELECT event_id ${from} WHERE event_date = :day`, cast))).toContain(
    'CAST_INVALID',
  );
});

test('a bound value is a value, whatever stands in it, and never SQL', async () => {
  const world = await standing();
  await move(world, 1);
  for (const value of [`x' OR 'a' = 'a`, "') OR 1 = 1 --", ':other', '`event_id`']) {
    const seen = await world.ask('SELECT event_id FROM system.access.audit WHERE action_name = :name', {
      parameters: [{ name: 'name', value }],
    });
    expect([stateOf(seen), at(seen.json, 'manifest', 'total_row_count')]).toEqual(['SUCCEEDED', 0]);
  }
});

test('who may not use the warehouse, or not read the table, is refused, and sees no statement of others', async () => {
  const { ask, call, emulator } = await standing();
  const query = 'SELECT event_id FROM system.access.audit';
  const refused = await ask(query, {}, 'reader');
  expect([verdict(refused), refused.text]).toEqual([
    '403 PERMISSION_DENIED',
    expect.stringContaining('CAN USE or IS OWNER or CAN MANAGE'),
  ]);
  const lacking = ['USE CATALOG', 'USE SCHEMA', 'SELECT'] as const;
  const { metastore } = emulator;
  for (const right of lacking) {
    expect(errorOf(await ask(query, {}, 'user'))).toContain(`User does not have ${right} on`);
    if (right === 'USE CATALOG') metastore.grant('catalog', 'system', 'user@example.com', ['USE_CATALOG']);
    else
      metastore.grant('schema', 'system.access', 'user@example.com', [
        right === 'SELECT' ? right : 'USE_SCHEMA',
      ]);
  }
  const own = await ask(query, {}, 'user');
  expect(stateOf(own)).toBe('SUCCEEDED');
  const id = String(own.json['statement_id']);
  expect(verdict(await call('owner', 'GET', `${S}/${id}`))).toBe(missing);
  expect(verdict(await call('user', 'GET', `${S}/${id}`))).toBe('200');
  const absent = await call('owner', 'POST', S, {
    json: { statement: query, warehouse_id: 'ffffffffffffffff' },
  });
  const odd = await call('owner', 'POST', S, { json: { statement: query, warehouse_id: 'my warehouse' } });
  expect([verdict(absent), verdict(odd)]).toEqual([missing, invalid]);
});

test('a schema that is not enabled has no table', async () => {
  const { call, emulator } = await bench();
  emulator.metastore.workspace.addWarehouse(warehouse, { users: ['owner@example.com'] });
  const json = { statement: 'SELECT event_id FROM system.access.audit', warehouse_id: warehouse };
  expect(errorOf(await call('owner', 'POST', S, { json }))).toContain('TABLE_OR_VIEW_NOT_FOUND');
});

test('a stopped warehouse starts; whoever does not wait looks again, or has it cancelled', async () => {
  const world = await standing({ warehouseStart: 3 });
  const { ask, call } = world;
  const query = 'SELECT event_id FROM system.access.audit';
  const shown = async () => (await call('owner', 'GET', `${W}/${warehouse}`)).json['state'];
  await call('admin', 'POST', `${W}/${warehouse}/stop`);
  expect(await shown()).toBe('STOPPED');
  const cancelled = await ask(query, { on_wait_timeout: 'CANCEL' });
  expect([stateOf(cancelled), await shown()]).toEqual(['CANCELED', 'STARTING']);
  const waiting = await ask(query);
  const id = String(waiting.json['statement_id']);
  const looks = [waiting];
  while (stateOf(looks.at(-1) ?? waiting) === 'PENDING') looks.push(await call('owner', 'GET', `${S}/${id}`));
  expect(looks.map(stateOf)).toEqual(['PENDING', 'PENDING', 'SUCCEEDED']);
  expect(await shown()).toBe('RUNNING');
  const asked = await ask(query, { wait_timeout: '0s' });
  expect(stateOf(asked)).toBe('PENDING');
  expect((await call('owner', 'POST', `${S}/${String(asked.json['statement_id'])}/cancel`)).status).toBe(200);
  const after = await call('owner', 'GET', `${S}/${String(asked.json['statement_id'])}`);
  expect([stateOf(after), at(after.json, 'result')]).toEqual(['CANCELED', undefined]);
  // Cancelling what is over changes nothing.
  await call('owner', 'POST', `${S}/${id}/cancel`);
  expect(stateOf(await call('owner', 'GET', `${S}/${id}`))).toBe('SUCCEEDED');
});

test('a row limit cuts and says so; chunks are read one by one', async () => {
  const world = await standing({ statementChunks: 'many' });
  for (const version of [1, 2, 1, 2, 1]) await move(world, version);
  const query = 'SELECT event_id FROM system.access.audit ORDER BY event_id';
  const cut = await world.ask(query, { row_limit: 3 });
  expect(at(cut.json, 'manifest')).toMatchObject({
    total_row_count: 3,
    truncated: true,
    total_chunk_count: 2,
  });
  const whole = await world.ask(query, { row_limit: 5 });
  const id = String(whole.json['statement_id']);
  const ids: unknown[] = [...(rowsOf(whole) as unknown[])];
  for (let next = at(whole.json, 'result', 'next_chunk_index'); typeof next === 'number';) {
    const chunk = await world.call('owner', 'GET', `${S}/${id}/result/chunks/${String(next)}`);
    ids.push(...(chunk.json['data_array'] as unknown[]));
    next = chunk.json['next_chunk_index'];
  }
  expect([ids.length, at(whole.json, 'manifest', 'truncated')]).toEqual([5, false]);
  expect(verdict(await world.call('owner', 'GET', `${S}/${id}/result/chunks/3`))).toBe(invalid);
  world.pass(90);
  expect(stateOf(await world.call('owner', 'GET', `${S}/${id}`))).toBe('CLOSED');
  expect(verdict(await world.call('owner', 'GET', `${S}/${id}/result/chunks/1`))).toBe(invalid);
  world.pass(12 * 60);
  expect(verdict(await world.call('owner', 'GET', `${S}/${id}`))).toBe(missing);
});

test('what the API does not take is refused', async () => {
  const { ask } = await standing();
  const query = 'SELECT event_id FROM system.access.audit';
  for (const more of [
    { wait_timeout: '3s' },
    { wait_timeout: '51s' },
    { wait_timeout: 'soon' },
    { format: 'CSV' },
    { disposition: 'EXTERNAL_LINKS' },
    { parameters: [{ value: 'x' }] },
  ])
    expect([more, verdict(await ask(query, more))]).toEqual([more, invalid]);
});

test('a test lets statements end as it likes: limits and outages come with 200 too', async () => {
  const { ask, emulator, call } = await standing();
  const query = 'SELECT event_id FROM system.access.audit';
  emulator.metastore.workspace.endStatements('RUNNING', { code: 'RESOURCE_EXHAUSTED', message: 'Too many.' });
  const first = await ask(query);
  const then = await call('owner', 'GET', `${S}/${String(first.json['statement_id'])}`);
  expect([stateOf(first), stateOf(then), at(then.json, 'status', 'error')]).toEqual([
    'RUNNING',
    'FAILED',
    { error_code: 'RESOURCE_EXHAUSTED', message: 'Too many.' },
  ]);
  expect(stateOf(await ask(query))).toBe('SUCCEEDED');
});

test('warehouses are listed to who may view them, with their rights', async () => {
  const { call } = await standing();
  const listed = async (role: Role) => at((await call(role, 'GET', W)).json, 'warehouses', 0, 'id');
  expect([await listed('owner'), await listed('reader')]).toEqual([warehouse, undefined]);
  const rights = await call('admin', 'PATCH', `/api/2.0/permissions/warehouses/${warehouse}`, {
    json: { access_control_list: [{ user_name: 'reader@example.com', permission_level: 'CAN_VIEW' }] },
  });
  expect([rights.status, await listed('reader')]).toEqual([200, warehouse]);
  expect(verdict(await call('reader', 'POST', `${W}/${warehouse}/start`))).toBe('403 PERMISSION_DENIED');
});
