import { invalid } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';
import { cancelStatement, lookAt, resultOf, submit } from '../../workspace/sql/statements.ts';
import type { Statement, StatementParameter, StatementResult } from '../../workspace/sql/state.ts';
import { Input } from '../input.ts';
import { list } from '../legacy/shapes.ts';
import { family, ok, type Route } from '../route.ts';

const sql = family('/api/2.0/sql/statements', { from: 'client code', section: 'SQL statements' });

/** Databricks takes up to 16 MiB of SQL; around it there is JSON. */
const BODY_LIMIT = 17 * 1024 * 1024;

/** Rows of a chunk where the switch wants many. */
const SMALL_CHUNK = 2;

type Chunk = Readonly<Record<string, unknown>>;

function chunksOf({ switches }: CallContext, { id, result }: Statement): Chunk[] {
  const rows = result?.rows ?? [];
  const size = switches.statementChunks === 'many' ? SMALL_CHUNK : Math.max(rows.length, 1);
  const count = Math.ceil(rows.length / size);
  return Array.from({ length: count }, (_, index) => {
    const part = rows.slice(index * size, (index + 1) * size);
    const next = index + 1;
    return {
      chunk_index: index,
      row_offset: index * size,
      row_count: part.length,
      ...list('data_array', part),
      ...(next === count
        ? {}
        : {
            next_chunk_index: next,
            next_chunk_internal_link: `/api/2.0/sql/statements/${id}/result/chunks/${next}`,
          }),
    };
  });
}

function bytesOf(rows: StatementResult['rows']): number {
  return rows.flat().reduce((sum, value) => sum + (value?.length ?? 0), 0);
}

function manifestOf(session: CallContext, statement: Statement, result: StatementResult): object {
  const chunks = chunksOf(session, statement);
  return {
    format: 'JSON_ARRAY',
    schema: {
      column_count: result.columns.length,
      columns: result.columns.map(({ name, type }, position) => ({
        name,
        position,
        type_name: type,
        type_text: type,
      })),
    },
    total_chunk_count: chunks.length,
    ...list(
      'chunks',
      chunks.map(({ chunk_index, row_offset, row_count }) => ({ chunk_index, row_offset, row_count })),
    ),
    total_row_count: result.rows.length,
    total_byte_count: bytesOf(result.rows),
    truncated: result.isCut,
  };
}

function shown(session: CallContext, statement: Statement): object {
  const { id, state, error, result } = statement;
  const status = {
    state,
    ...(error === undefined ? {} : { error: { error_code: error.code, message: error.message } }),
    ...(error?.sqlState === undefined ? {} : { sql_state: error.sqlState }),
  };
  if (result === undefined) return { statement_id: id, status };
  const [first = { row_count: 0, row_offset: 0 }] = chunksOf(session, statement);
  return { statement_id: id, status, manifest: manifestOf(session, statement, result), result: first };
}

function parametersOf(input: Input): StatementParameter[] {
  return input.objects('parameters').map((each) => {
    const parameter = new Input(each, {});
    return {
      name: parameter.text('name'),
      type: parameter.maybeText('type') ?? 'STRING',
      value: parameter.maybeText('value'),
    };
  });
}

/** Seconds that the response waits for the end of the statement: 0, or 5 to 50. */
function waitOf(input: Input): number {
  const given = input.maybeText('wait_timeout') ?? '10s';
  const seconds = /^\d+s$/.test(given) ? Number.parseInt(given, 10) : Number.NaN;
  if (seconds === 0 || (seconds >= 5 && seconds <= 50)) return seconds;
  throw invalid(`Invalid wait timeout ${given}: it must be 0s, or between 5s and 50s.`);
}

function requireForm(input: Input): void {
  const disposition = input.maybeText('disposition') ?? 'INLINE';
  const format = input.maybeText('format') ?? 'JSON_ARRAY';
  if (disposition !== 'INLINE') {
    throw invalid(`The emulator has the disposition INLINE alone, not ${disposition}.`);
  }
  if (format !== 'JSON_ARRAY') throw invalid(`The disposition INLINE takes the format JSON_ARRAY only.`);
}

/** Statements of SQL; one that selects changes nothing that is kept. */
export const statementRoutes: readonly Route[] = [
  sql({
    method: 'POST',
    template: '',
    write: false,
    bodyLimit: BODY_LIMIT,
    fields: {
      statement: 'string!',
      warehouse_id: 'string!',
      parameters: 'array',
      catalog: 'string',
      schema: 'string',
      wait_timeout: 'string',
      on_wait_timeout: 'string',
      disposition: 'string',
      format: 'string',
      row_limit: 'int',
      byte_limit: 'int',
      query_tags: 'array',
    },
    handle: (input, { session }) => {
      requireForm(input);
      const wait = waitOf(input);
      const statement = submit(session, {
        text: input.text('statement'),
        warehouseId: input.text('warehouse_id'),
        parameters: parametersOf(input),
        rowLimit: input.maybeInteger('row_limit'),
        waits: wait > 0,
        cancels: input.maybeText('on_wait_timeout') === 'CANCEL',
      });
      return ok(shown(session, statement));
    },
  }),
  sql({
    method: 'GET',
    template: '/{statement_id}',
    write: false,
    handle: (input, { session }) => ok(shown(session, lookAt(session, input.text('statement_id')))),
  }),
  sql({
    method: 'GET',
    template: '/{statement_id}/result/chunks/{chunk_index}',
    write: false,
    handle: (input, { session }) => {
      const index = input.integer('chunk_index');
      const chunk = chunksOf(session, resultOf(session, input.text('statement_id')))[index];
      if (chunk === undefined) throw invalid(`There is no chunk ${index} of this result.`);
      return ok(chunk);
    },
  }),
  sql({
    method: 'POST',
    template: '/{statement_id}/cancel',
    write: false,
    handle: (input, { session }) => {
      cancelStatement(session, input.text('statement_id'));
      return ok({});
    },
  }),
];
