import { at, L, model, type Bench, type Seen } from '../request-bench.ts';
import type { Case } from './cases.ts';

const S = '/api/2.0/sql/statements';
const warehouse = '0123456789abcdef';
const query = `SELECT action_name, to_json(request_params), to_json(response), to_json(user_identity) FROM system.access.audit`;

/** The owner moves the alias three times and a reader tries to, then `reader` asks the audit log. */
async function asked(
  { call, emulator }: Bench,
  {
    reader = 'owner',
    state = 'RUNNING',
  }: { reader?: 'owner' | 'reader'; state?: 'RUNNING' | 'STOPPED' } = {},
): Promise<Seen> {
  const { metastore } = emulator;
  metastore.enableAuditLog({ readers: ['owner@example.com'] });
  metastore.workspace.addWarehouse(warehouse, { users: [`${reader}@example.com`], state });
  for (const version of ['2', '1', '2'])
    await call('owner', 'POST', `${L}/registered-models/alias`, {
      json: { name: model, alias: 'Champion', version },
    });
  await call('reader', 'DELETE', `${L}/registered-models/alias`, {
    json: { name: model, alias: 'Champion' },
  });
  return await call(reader, 'POST', S, { json: { statement: query, warehouse_id: warehouse } });
}

const column =
  (index: number, row = 0) =>
  async (world: Bench): Promise<unknown> =>
    at((await asked(world)).json, 'result', 'data_array', row, index);

const refused = 'deleteRegisteredModelAlias';
const set = 'setRegisteredModelAlias';

/** What each value of the switches of SQL shows. */
export const sqlCases = {
  warehouseStart: {
    see: async (world) => {
      const first = await asked(world, { state: 'STOPPED' });
      const states = [at(first.json, 'status', 'state')];
      while (states.at(-1) === 'PENDING') {
        const seen = await world.call('owner', 'GET', `${S}/${String(first.json['statement_id'])}`);
        states.push(at(seen.json, 'status', 'state'));
      }
      return states;
    },
    shows: { '0': ['SUCCEEDED'], '3': ['PENDING', 'PENDING', 'PENDING', 'SUCCEEDED'] },
  },
  statementChunks: {
    see: async (world) => {
      const { json } = await asked(world);
      return [at(json, 'manifest', 'total_chunk_count'), at(json, 'result', 'row_count')];
    },
    shows: { one: [1, 4], many: [2, 2] },
  },
  auditHidden: {
    see: async (world) => {
      const { json } = await asked(world, { reader: 'reader' });
      return String(at(json, 'status', 'error', 'message')).split(']')[0];
    },
    shows: {
      'insufficient-permissions': '[INSUFFICIENT_PERMISSIONS',
      'not-found': '[TABLE_OR_VIEW_NOT_FOUND',
    },
  },
  auditLag: {
    see: async (world) => at((await asked(world)).json, 'manifest', 'total_row_count'),
    shows: { '0': 4, '15': 0 },
  },
  auditKeys: {
    see: async (world) => JSON.parse(String(await column(1)(world))) as unknown,
    shows: {
      'arg-suffix': { full_name_arg: model, alias_arg: 'Champion', version_num: '2' },
      plain: { name: model, alias: 'Champion', version: '2' },
      none: { full_name_arg: model },
    },
  },
  auditFields: {
    see: column(2),
    shows: { snake: '{"status_code":200}', camel: '{"statusCode":200}' },
  },
  auditRefusals: {
    see: async (world) => {
      const rows = at((await asked(world)).json, 'result', 'data_array') as string[][];
      return rows.map(([action]) => action);
    },
    shows: { rows: [set, set, set, refused], none: [set, set, set] },
  },
} satisfies Record<string, Case>;
