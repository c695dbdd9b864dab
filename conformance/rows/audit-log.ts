import { poll } from '../../src/domain/poll.ts';
import { at, listAt, textAt, type RawResponse } from '../call.ts';
import { everySecond } from '../every-second.ts';
import { must, newModel, newVersion, setAlias } from '../fixtures.ts';
import { partsOf, type RowContext } from '../row-context.ts';
import type { Row } from '../row.ts';
import { namesOfSuite, NEWEST_ALIAS_ROW, OF_NO_TABLE } from '../statements.ts';
import { Unseen } from '../unseen.ts';
import { fact, operation, WORKS } from './kinds.ts';

const group = 'Audit log';
const STATEMENTS = '/api/2.0/sql/statements';
const HOUR = 60 * 60 * 1000;
const WAITED = 120;

/** A model whose alias this run moved. */
function moved(context: RowContext): Promise<string> {
  return context.once('audited', async () => {
    const name = await newModel(context, 'audited');
    must(await setAlias(context.first.call, name, 'Champion', await newVersion(context, name)), 'alias');
    return name;
  });
}

/** Submits a statement, and waits for its end. */
async function ended(
  context: RowContext,
  statement: string,
  parameters: readonly object[],
): Promise<RawResponse> {
  const { first, scope } = context;
  const json = { statement, warehouse_id: scope.warehouse, parameters, wait_timeout: '10s' };
  const submitted = must(await first.call({ method: 'POST', template: STATEMENTS, json }), 'statement');
  const id = textAt(submitted.body, 'statement_id');
  const isOver = ({ body }: RawResponse) => !['PENDING', 'RUNNING'].includes(textAt(body, 'status', 'state'));
  const look = async (looks: number): Promise<RawResponse> =>
    looks === 1
      ? submitted
      : must(
          await first.call({ method: 'GET', template: `${STATEMENTS}/{id}`, params: { id } }),
          'statement',
        );
  const seen = await poll(look, isOver, everySecond(WAITED), context);
  if (!isOver(seen)) throw new Unseen(`the statement is ${textAt(seen.body, 'status', 'state')}`);
  return seen;
}

/** Names of the fields of a JSON object, in order. */
function keysOf(json: unknown): string {
  const value: unknown = JSON.parse(typeof json === 'string' ? json : '{}');
  return Object.keys(typeof value === 'object' && value !== null ? value : {})
    .sort()
    .join(' ');
}

/** The audit log, asked by statements of SQL: what is read of it, and how it spells that. */
export const auditLogRows: readonly Row[] = [
  operation(
    'audit-log',
    {
      about: 'the audit log is asked who moved the aliases of a model',
      needs: 'warehouse',
      unless: (c) => (c.auditLog ? undefined : 'the registry has no audit log'),
    },
    async (context) => {
      const name = partsOf(await moved(context));
      const now = context.clock.now();
      const asked = {
        names: [name],
        since: now - HOUR,
        until: now + HOUR,
        warehouse: context.scope.warehouse ?? '',
      };
      const found = await context.first.registry.findMoves?.(asked);
      if (found === undefined) return 'not asked';
      return { value: WORKS, note: `${found.moves.length} of 1 moves so far: rows arrive late` };
    },
  ),
  {
    ...fact(
      'statement-failure',
      {
        group,
        about: 'a statement that fails comes with HTTP 200, its error in the status',
        assumed: '200 FAILED BAD_REQUEST TABLE_OR_VIEW_NOT_FOUND',
      },
      async (context) => {
        const { status, body } = await ended(context, OF_NO_TABLE, []);
        const message = textAt(body, 'status', 'error', 'message');
        const condition = /^\[([A-Z_.]+)\]/u.exec(message)?.[1] ?? 'no condition';
        const code = textAt(body, 'status', 'error', 'error_code');
        return { value: `${status} ${textAt(body, 'status', 'state')} ${code} ${condition}`, note: message };
      },
    ),
    needs: 'warehouse',
  },
  {
    ...fact(
      'audit-keys',
      {
        group,
        about: 'keys of a row about an alias that was set, of this run or an earlier one',
        assumed: 'alias_arg full_name_arg version_num',
      },
      async (context) => {
        await moved(context);
        const { from, to } = namesOfSuite(context.scope);
        const day = new Date(context.clock.now() - 30 * 24 * HOUR).toISOString().slice(0, 10);
        const { body } = await ended(context, NEWEST_ALIAS_ROW, [
          { name: 'first_day', type: 'DATE', value: day },
          { name: 'from', type: 'STRING', value: from },
          { name: 'to', type: 'STRING', value: to },
        ]);
        const state = textAt(body, 'status', 'state');
        if (state !== 'SUCCEEDED')
          throw new Unseen(`${state}: ${textAt(body, 'status', 'error', 'message')}`);
        const [row] = listAt(body, 'result', 'data_array');
        if (row === undefined)
          throw new Unseen('no row so far, as rows arrive late: run it again in some hours');
        return {
          value: keysOf(at(row, 0)),
          note: `response: ${keysOf(at(row, 1))}; identity: ${keysOf(at(row, 2))}`,
        };
      },
    ),
    needs: 'warehouse',
  },
];
