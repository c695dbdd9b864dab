import { expect, test } from 'vitest';
import type { Emulator, Switches } from '../../../emulator/index.ts';
import { messageOf, PromoteError } from '../../../src/domain/errors.ts';
import { databricksRegistry } from '../../../src/registry/databricks/open.ts';
import type { AuditedMoves, Registry } from '../../../src/registry/port.ts';
import { bench, clientOf, refusal, serve } from '../../http/client-bench.ts';
import { PROD } from '../registry-bench.ts';

const WAREHOUSE = '0123456789abcdef';
const STATEMENTS = '/api/2.0/sql/statements';
const SET = '/api/2.0/mlflow/unity-catalog/registered-models/alias';
const START = Date.parse('2026-11-20T12:00:00Z');
const PROMOTER = '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe';

interface World {
  readonly registry: Registry;
  readonly emulator: Emulator;
  readonly slept: readonly number[];
  readonly cancel: () => void;
}

/** An audit log that the promoter reads by a warehouse, at a time that stands still unless it sleeps. */
async function world(switches: Partial<Switches> = {}, readers = ['ml-deployers']): Promise<World> {
  const stopping = new AbortController();
  const { http, emulator, slept } = await bench(
    { signal: stopping.signal, writeSignal: new AbortController().signal },
    { switches },
  );
  const { metastore } = emulator;
  metastore.now = () => START;
  metastore.enableAuditLog({ readers });
  metastore.workspace.addWarehouse(WAREHOUSE, { users: readers });
  const registry = databricksRegistry({ endpoints: {}, control: http, files: http });
  return { registry, emulator, slept, cancel: () => stopping.abort() };
}

/** Moves an alias as MLflow's client does. */
async function move(
  { emulator }: World,
  {
    minute,
    version,
    alias = 'Champion',
    token = 'emulator-promoter',
    model = 'prod.ml_team.fraud_detection',
  }: { minute: number; version: number | null; alias?: string; token?: string; model?: string },
): Promise<number> {
  emulator.metastore.now = () => START + minute * 60_000;
  const response = await fetch(`${emulator.url}${SET}`, {
    method: version === null ? 'DELETE' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'user-agent': 'mlflow-python-client/3.17.2',
    },
    body: JSON.stringify({
      name: model,
      alias,
      ...(version === null ? {} : { version: String(version) }),
    }),
  });
  await response.body?.cancel();
  return response.status;
}

const ask = async (
  { registry }: World,
  minutes: readonly [number, number] = [-60, 24 * 60],
): Promise<AuditedMoves> => {
  const found = await registry.findMoves?.({
    warehouse: WAREHOUSE,
    names: [{ ...PROD, model: 'Fraud_Detection' }],
    since: START + minutes[0] * 60_000,
    until: START + minutes[1] * 60_000,
  });
  if (found === undefined) throw new Error('no audit log');
  return found;
};

const sent = ({ emulator }: World) =>
  emulator.requests
    .filter(({ template }) => template.startsWith('/api/2.0/sql/'))
    .map(({ method, template, status }) =>
      `${method} ${template.slice(STATEMENTS.length)} ${status}`.replace('  ', ' '),
    );

test('who moved an alias when, oldest first, in one request; who was refused moved nothing', async () => {
  const at = await world();
  at.emulator.metastore.addVersion('prod.ml_team.fraud_detection', {});
  await move(at, { minute: 0, version: 2 });
  expect(await move(at, { minute: 10, version: 1, token: 'emulator-reader' })).toBe(403);
  await move(at, { minute: 20, version: 1, alias: 'Challenger', token: 'emulator-admin' });
  await move(at, { minute: 30, version: null });
  const agent = 'mlflow-python-client/3.17.2';
  const made = { model: 'prod.ml_team.fraud_detection', agent, isMade: true } as const;
  expect(await ask(at)).toEqual({
    moves: [
      { at: '2026-11-20T12:00:00.000Z', alias: 'Champion', to: 2, who: PROMOTER, ...made },
      { at: '2026-11-20T12:20:00.000Z', alias: 'Challenger', to: 1, who: 'admin@example.com', ...made },
      { at: '2026-11-20T12:30:00.000Z', alias: 'Champion', to: null, who: PROMOTER, ...made },
    ],
    isCut: false,
  });
  expect(sent(at)).toEqual(['POST 200']);
  expect((await ask(at, [5, 25])).moves.map(({ to }) => to)).toEqual([1]);
});

test.each<{ switches: Partial<Switches>; said: object }>([
  { switches: { auditKeys: 'plain' }, said: { alias: 'Champion', to: 1, isMade: true } },
  { switches: { auditFields: 'camel' }, said: { alias: 'Champion', to: 1, isMade: true } },
  { switches: { auditRefusals: 'none' }, said: { alias: 'Champion', to: 1, isMade: true } },
  { switches: { statementChunks: 'many' }, said: { alias: 'Champion', to: 1, isMade: true } },
  { switches: { auditKeys: 'none' }, said: { isMade: true } },
])('under $switches the log says $said', async ({ switches, said }) => {
  const at = await world(switches);
  for (const minute of [0, 1, 2]) await move(at, { minute, version: 1 });
  await move(at, { minute: 3, version: 1, token: 'emulator-reader' });
  const { moves } = await ask(at);
  expect(moves).toHaveLength(3);
  for (const each of moves)
    expect(each).toEqual({
      at: each.at,
      model: 'prod.ml_team.fraud_detection',
      who: PROMOTER,
      agent: 'mlflow-python-client/3.17.2',
      ...said,
    });
});

test('of more rows than are read the oldest are left out, and that is said', async () => {
  const at = await world();
  const events = at.emulator.metastore.state.auditEvents;
  await move(at, { minute: 0, version: 1 });
  const [first] = events;
  if (first === undefined) throw new Error('no event');
  for (let count = 1; count <= 1000; count += 1)
    events.push({ ...first, id: String(count), at: START + count * 1000 });
  at.emulator.metastore.now = () => START + 60 * 60_000;
  const { moves, isCut } = await ask(at);
  expect([moves.length, isCut, moves[0]?.at]).toEqual([1000, true, '2026-11-20T12:00:01.000Z']);
});

test('of several models in one statement: each move with its model, and none of others', async () => {
  const at = await world();
  const { metastore } = at.emulator;
  const others = ['churn', 'ranking'].map((model) => ({ ...PROD, model }));
  for (const { model } of others) {
    metastore.createModel(`prod.ml_team.${model}`);
    metastore.addVersion(`prod.ml_team.${model}`, {});
    metastore.grant('function', `prod.ml_team.${model}`, 'ml-deployers', ['MANAGE']);
  }
  await move(at, { minute: 0, version: 1 });
  for (const [index, { model }] of others.entries())
    await move(at, {
      minute: index + 1,
      version: 1,
      token: 'emulator-admin',
      model: `prod.ml_team.${model}`,
    });
  const found = await at.registry.findMoves?.({
    warehouse: WAREHOUSE,
    names: [{ ...PROD, model: 'CHURN' }, PROD],
    since: START,
    until: START + 60 * 60_000,
  });
  expect(found?.moves.map(({ model, to }) => [model, to])).toEqual([
    ['prod.ml_team.fraud_detection', 1],
    ['prod.ml_team.churn', 1],
  ]);
  expect(sent(at)).toEqual(['POST 200']);
});

test('a warehouse that starts is waited for with growing pauses', async () => {
  const at = await world({ warehouseStart: 3 });
  at.emulator.metastore.workspace.addWarehouse(WAREHOUSE, { users: ['ml-deployers'], state: 'STOPPED' });
  await move(at, { minute: 0, version: 1 });
  expect((await ask(at)).moves).toHaveLength(1);
  expect(sent(at)).toEqual(['POST 200', ...Array.from({ length: 3 }, () => 'GET /{statement_id} 200')]);
  expect(at.slept).toEqual([...at.slept].sort((a, b) => a - b));
  expect(at.slept).toHaveLength(3);
});

test('one that never starts is given up after five minutes, as an outage, and the statement is cancelled', async () => {
  const at = await world();
  at.emulator.metastore.workspace.addWarehouse(WAREHOUSE, {
    users: ['ml-deployers'],
    state: 'STOPPED',
    starts: false,
  });
  const error = await refusal(ask(at));
  expect(error).toMatchObject({
    code: 'unavailable',
    outcome: 'unavailable',
    fix: expect.stringContaining('Start the warehouse') as string,
  });
  const total = at.slept.reduce((sum, ms) => sum + ms, 0);
  expect([total > 280_000, total < 330_000]).toEqual([true, true]);
  const [statement] = at.emulator.metastore.state.workspace.statements.values();
  expect([statement?.state, sent(at).at(-1)]).toEqual(['CANCELED', 'POST /{statement_id}/cancel 200']);
});

test('a run that is cancelled while it waits cancels its statement, and nothing else is sent', async () => {
  const at = await world();
  at.emulator.metastore.workspace.addWarehouse(WAREHOUSE, {
    users: ['ml-deployers'],
    state: 'STOPPED',
    starts: false,
  });
  at.emulator.faults.add({
    template: `${STATEMENTS}/{statement_id}`,
    skip: 1,
    kind: { kind: 'run', when: 'before', run: at.cancel },
  });
  const error = await refusal(ask(at));
  expect(error.code).toBe('cancelled');
  const [statement] = at.emulator.metastore.state.workspace.statements.values();
  expect([statement?.state, sent(at).at(-1)]).toEqual(['CANCELED', 'POST /{statement_id}/cancel 200']);
});

test('that cancelling fails hides nothing', async () => {
  const at = await world();
  at.emulator.metastore.workspace.addWarehouse(WAREHOUSE, {
    users: ['ml-deployers'],
    state: 'STOPPED',
    starts: false,
  });
  at.emulator.faults.add({
    template: `${STATEMENTS}/{statement_id}/cancel`,
    times: 9,
    kind: { kind: 'status', status: 503 },
  });
  expect(await refusal(ask(at))).toMatchObject({
    code: 'unavailable',
    fix: expect.stringContaining('Start the warehouse') as string,
  });
});

const GRANT = 'GRANT USE CATALOG ON CATALOG system TO';

test.each<{ name: string; prepare: (at: World) => void; wanted: object; readers?: string[] }>([
  {
    name: 'no right on the warehouse',
    prepare: ({ emulator }) => void emulator.metastore.state.workspace.rights.clear(),
    wanted: {
      code: 'permission-denied',
      outcome: 'denied',
      fix: expect.stringContaining('CAN USE on the SQL warehouse 0123456789abcdef') as string,
    },
  },
  {
    name: 'no such warehouse',
    prepare: ({ emulator }) => void emulator.metastore.state.workspace.warehouses.clear(),
    wanted: {
      code: 'invalid-input',
      outcome: 'invalid',
      fix: expect.stringContaining('Copy the ID') as string,
    },
  },
  {
    name: 'no right on the table',
    prepare: ({ emulator }) =>
      void emulator.metastore.revoke('schema', 'system.access', 'ml-deployers', ['SELECT']),
    wanted: { code: 'permission-denied', outcome: 'denied', fix: expect.stringContaining(GRANT) as string },
  },
  {
    name: 'a table that is not shown',
    prepare: ({ emulator }) => void emulator.metastore.state.schemas.delete('system.access'),
    wanted: {
      code: 'permission-denied',
      outcome: 'denied',
      fix: expect.stringMatching(/enable the system schema access.*GRANT USE CATALOG/u) as string,
    },
  },
  {
    name: 'a limit',
    prepare: ({ emulator }) =>
      emulator.metastore.workspace.endStatements({
        code: 'RESOURCE_EXHAUSTED',
        message: 'The queue is full.',
      }),
    wanted: { code: 'rate-limited', outcome: 'unavailable' },
  },
  {
    name: 'an outage that comes with HTTP 200',
    prepare: ({ emulator }) =>
      emulator.metastore.workspace.endStatements('RUNNING', {
        code: 'TEMPORARILY_UNAVAILABLE',
        message: 'Later.',
      }),
    wanted: { code: 'unavailable', outcome: 'unavailable' },
  },
  {
    name: 'a statement that is refused as it is',
    prepare: ({ emulator }) =>
      emulator.metastore.workspace.endStatements({
        code: 'BAD_REQUEST',
        message: '[UNRESOLVED_COLUMN] event_time',
        sqlState: '42703',
      }),
    wanted: { code: 'rejected', outcome: 'error' },
  },
  {
    name: 'a limit on requests',
    prepare: ({ emulator }) =>
      emulator.faults.add({ template: STATEMENTS, times: 99, kind: { kind: 'status', status: 429 } }),
    wanted: { code: 'rate-limited', outcome: 'unavailable' },
  },
  {
    name: 'an outage',
    prepare: ({ emulator }) =>
      emulator.faults.add({ template: STATEMENTS, times: 99, kind: { kind: 'status', status: 503 } }),
    wanted: { code: 'unavailable', outcome: 'unavailable' },
  },
])('$name is told apart from the others', async ({ prepare, wanted }) => {
  const at = await world();
  prepare(at);
  const failed = await ask(at).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failed instanceof PromoteError)) throw new Error(`not refused: ${messageOf(failed)}`);
  const { fix = failed.details.faults?.[0]?.fix, ...details } = failed.details;
  expect({ ...details, fix }).toMatchObject(wanted);
});

test('a missing table is named as not shown, whatever the workspace says to who may not read it', async () => {
  const at = await world({ auditHidden: 'not-found' });
  at.emulator.metastore.revoke('schema', 'system.access', 'ml-deployers', ['USE_SCHEMA']);
  expect(await refusal(ask(at))).toMatchObject({
    code: 'permission-denied',
    fix: expect.stringContaining(GRANT) as string,
  });
});

test('a response that is none of a statement, or about another one, is an outage and never an empty log', async () => {
  const state = (value: string, id = 'a') => ({ statement_id: id, status: { state: value } });
  const bodies: readonly (readonly unknown[])[] = [
    [{}],
    [{ status: { state: 'SUCCEEDED' } }],
    [state('CLOSED')],
    [state('SURPRISE')],
    [state('PENDING'), state('SUCCEEDED', 'b')],
    [{ ...state('SUCCEEDED'), result: { data_array: [['soon', 'x', null, null, null, null, null]] } }],
    [{ ...state('SUCCEEDED'), result: { data_array: [[null]] } }],
  ];
  for (const responses of bodies) {
    let count = 0;
    const host = await serve((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(responses[Math.min(count, responses.length - 1)]));
      count += 1;
    });
    const { http } = await clientOf(host);
    const registry = databricksRegistry({ endpoints: {}, control: http, files: http });
    const asked = { warehouse: WAREHOUSE, names: [PROD], since: 0, until: 1 };
    const failed = await registry.findMoves?.(asked).then(
      () => 'read',
      (error: unknown) => (error instanceof PromoteError ? error.details.outcome : error),
    );
    expect([JSON.stringify(responses), failed]).toEqual([JSON.stringify(responses), 'unavailable']);
  }
});
