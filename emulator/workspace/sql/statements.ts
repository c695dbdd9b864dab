import { invalid, missing } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';
import { openTable } from './audit-table.ts';
import { runSelect } from './query/run.ts';
import { SqlError } from './query/refusal.ts';
import type { Statement, StatementParameter } from './state.ts';
import { requireWarehouse, runsNow } from './warehouses.ts';

/** A statement as it is submitted; `waits` says whether the response waits for its end, and `cancels` what then. */
export interface NewStatement {
  readonly text: string;
  readonly warehouseId: string;
  readonly parameters: StatementParameter[];
  readonly rowLimit: number | undefined;
  readonly waits: boolean;
  readonly cancels: boolean;
}

const HOUR = 60 * 60 * 1000;

/** Submits a statement, and runs it where its warehouse is up and the caller waits. */
export function submit(session: CallContext, { waits, cancels, ...given }: NewStatement): Statement {
  requireWarehouse(session, given.warehouseId, 'CAN_USE');
  const { statements } = session.state.workspace;
  const statement: Statement = {
    id: `00000000-0000-4000-b000-${(statements.size + 1).toString(16).padStart(12, '0')}`,
    caller: session.caller,
    ...given,
    state: 'PENDING',
  };
  statements.set(statement.id, statement);
  if (waits) proceed(session, statement);
  if (waits && cancels && !isOver(statement)) end(session, statement, 'CANCELED');
  return statement;
}

/** A statement of the caller's, as it is after one more look. */
export function lookAt(session: CallContext, id: string): Statement {
  const statement = own(session, id);
  proceed(session, statement);
  return statement;
}

/** The result of a statement of the caller's that has succeeded, for reading on. */
export function resultOf(session: CallContext, id: string): Statement {
  const statement = own(session, id);
  if (statement.result === undefined) {
    throw invalid(`The statement ${id} has no result: it is ${statement.state}.`);
  }
  return statement;
}

/** Cancels a statement; one that is over stays as it is. */
export function cancelStatement(session: CallContext, id: string): void {
  const statement = own(session, id);
  if (!isOver(statement)) end(session, statement, 'CANCELED');
}

/** A statement is shown to who submitted it alone; results live an hour, the rest half a day. */
function own(session: CallContext, id: string): Statement {
  const statement = session.state.workspace.statements.get(id);
  const age = statement?.endedAt === undefined ? 0 : session.now() - statement.endedAt;
  if (statement === undefined || statement.caller !== session.caller || age > 12 * HOUR) {
    throw missing(`The statement ${id} was not found.`);
  }
  if (age > HOUR && statement.state === 'SUCCEEDED') {
    statement.state = 'CLOSED';
    delete statement.result;
  }
  return statement;
}

function isOver({ state }: Statement): boolean {
  return state !== 'PENDING' && state !== 'RUNNING';
}

/** One step of a statement: its warehouse has to run, then it selects. */
function proceed(session: CallContext, statement: Statement): void {
  const { warehouses, nextStatements } = session.state.workspace;
  const warehouse = warehouses.get(statement.warehouseId);
  if (isOver(statement) || warehouse === undefined || !runsNow(session, warehouse)) return;
  const ending = nextStatements.shift();
  if (ending === 'RUNNING') {
    statement.state = 'RUNNING';
    return;
  }
  if (ending !== undefined) {
    statement.error = ending;
    end(session, statement, 'FAILED');
    return;
  }
  try {
    const { text, parameters, rowLimit } = statement;
    statement.result = runSelect(text, parameters, rowLimit, (name) => openTable(session, name));
    end(session, statement, 'SUCCEEDED');
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    statement.error = { code: 'BAD_REQUEST', message: error.message, sqlState: error.sqlState };
    end(session, statement, 'FAILED');
  }
}

function end(session: CallContext, statement: Statement, state: Statement['state']): void {
  statement.state = state;
  statement.endedAt = session.now();
}
