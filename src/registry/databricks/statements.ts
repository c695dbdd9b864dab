import { hasCode, invalidInputs, PromoteError } from '../../domain/errors.ts';
import { formatDuration } from '../../domain/duration.ts';
import { show } from '../../domain/printable.ts';
import type { HttpClient } from '../../http/client.ts';
import { protocolError } from '../../http/failed-response.ts';
import type { HttpRequest } from '../../http/request.ts';
import { callJson } from '../call.ts';
import { statementError } from './statement-errors.ts';
import * as wire from './wire/statements.ts';

const STATEMENTS = '/api/2.0/sql/statements';

/** A classic warehouse takes minutes to start, milliseconds. */
const TIME_LIMIT = 300_000;

/** More parts than any result of ours has. */
const MAX_CHUNKS = 1_000;

/** A statement that only reads. */
export interface Query {
  /** The id of the SQL warehouse that runs it. */
  readonly warehouse: string;
  readonly text: string;
  readonly parameters: readonly wire.Parameter[];
}

type Row = readonly (string | null)[];

/**
 * Runs a statement that only reads, and reads its rows. It is waited for until the time is over; then, and where the run is
 * cancelled, the statement is cancelled too. A statement that failed comes with HTTP 200 (workspace-apis §3.1).
 */
export async function runQuery(http: HttpClient, query: Query): Promise<Row[]> {
  const startedAt = http.now();
  const submitted = await submit(http, query);
  const id = submitted.statement_id;
  let ended: wire.Statement;
  try {
    ended = await waitFor(http, submitted, startedAt);
  } catch (error) {
    await cancel(http, id);
    throw error;
  }
  const error = statementError(ended.status);
  if (error !== undefined) throw http.named(error);
  return rowsOf(http, ended);
}

async function submit(http: HttpClient, query: Query): Promise<wire.Statement> {
  const request: HttpRequest = {
    method: 'POST',
    template: STATEMENTS,
    json: wire.submission(query.warehouse, query),
    reads: true,
    retry: 'if-unprocessed',
  };
  try {
    return await callJson(http, request, wire.statement);
  } catch (error) {
    throw notSubmitted(error, query.warehouse);
  }
}

/** What a warehouse is refused for, in its own words: the rest is as for every call. */
function notSubmitted(error: unknown, warehouse: string): unknown {
  const shown = show(warehouse, 60);
  if (hasCode(error, 'permission-denied'))
    return new PromoteError(error.message, {
      ...error.details,
      fix: `Have an administrator grant the caller CAN USE on the SQL warehouse ${shown}; a token with scopes also needs the scope sql. To skip the audit log, leave warehouse-id out.`,
      cause: error,
    });
  if (hasCode(error, 'not-found', 'invalid-input'))
    return invalidInputs(
      [
        {
          input: 'warehouse-id',
          problem: `the workspace does not accept "${shown}" as the id of a SQL warehouse: ${error.message}`,
          fix: 'Copy the ID from the page of the warehouse in the workspace. It is not the name of the warehouse.',
        },
      ],
      { cause: error },
    );
  return error;
}

async function waitFor(http: HttpClient, first: wire.Statement, startedAt: number): Promise<wire.Statement> {
  let seen = first;
  for (let looks = 1; isGoing(seen); looks += 1) {
    await http.backOff(looks);
    const spent = http.now() - startedAt;
    if (spent > TIME_LIMIT) throw http.named(tooSlow(seen, spent));
    seen = await look(http, seen);
  }
  return seen;
}

async function look(http: HttpClient, before: wire.Statement): Promise<wire.Statement> {
  const request: HttpRequest = {
    method: 'GET',
    template: `${STATEMENTS}/{id}`,
    params: { id: before.statement_id },
    retry: 'safe',
  };
  const seen = await callJson(http, request, wire.statement);
  if (seen.statement_id === before.statement_id) return seen;
  throw http.named(protocolError('is about another statement', `GET ${request.template}`));
}

function isGoing({ status }: wire.Statement): boolean {
  return status.state === 'PENDING' || status.state === 'RUNNING';
}

function tooSlow({ status }: wire.Statement, ms: number): PromoteError {
  const isWaiting = status.state === 'PENDING';
  return new PromoteError(
    `The SQL warehouse did not respond to the statement within ${formatDuration(ms)}: it is ${show(status.state, 20)}.`,
    {
      code: 'unavailable',
      outcome: 'unavailable',
      fix: isWaiting
        ? 'Start the warehouse, or give one that starts faster (serverless), then run the step again.'
        : 'Give a larger warehouse, or run the step again later.',
    },
  );
}

/** Cancelling may fail without a word (workspace-apis §3.1): then the statement ends by itself, with few rows. */
async function cancel(http: HttpClient, id: string): Promise<void> {
  const request: HttpRequest = {
    method: 'POST',
    template: `${STATEMENTS}/{id}/cancel`,
    params: { id },
    json: {},
    endsWork: true,
    retry: 'never',
  };
  try {
    await http.send(request);
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    http.note(`The statement could not be cancelled: ${error.message}`);
  }
}

async function rowsOf(http: HttpClient, { statement_id: id, result }: wire.Statement): Promise<Row[]> {
  const rows: Row[] = [...(result?.data_array ?? [])];
  let next = result?.next_chunk_index;
  for (let count = 1; next != null; count += 1) {
    const template = `${STATEMENTS}/{id}/result/chunks/{index}`;
    if (count > MAX_CHUNKS) throw http.named(protocolError('has too many parts', `GET ${template}`));
    const part: wire.Chunk = await callJson(
      http,
      { method: 'GET', template, params: { id, index: String(next) }, retry: 'safe' },
      wire.chunk,
    );
    rows.push(...(part.data_array ?? []));
    next = part.next_chunk_index;
  }
  return rows;
}
