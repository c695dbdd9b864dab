import { PromoteError, type ErrorDetails } from '../../domain/errors.ts';
import { show } from '../../domain/printable.ts';
import type { Statement } from './wire/statements.ts';

/** Codes of the API by which a statement fails for a while (databricks-sdk-py 0.162 `ServiceErrorCode`). */
const OUTAGES = [
  'DEADLINE_EXCEEDED',
  'INTERNAL_ERROR',
  'IO_ERROR',
  'SERVICE_UNDER_MAINTENANCE',
  'TEMPORARILY_UNAVAILABLE',
  'UNKNOWN',
  'WORKSPACE_TEMPORARILY_UNAVAILABLE',
];

/** Conditions of SQL, and their SQLSTATE, by which a table is not there for the caller: it may be hidden. */
const HIDDEN =
  /^\[(?:TABLE_OR_VIEW_NOT_FOUND|SCHEMA_NOT_FOUND|NO_SUCH_CATALOG_EXCEPTION|CATALOG_NOT_FOUND)\b/u;
const HIDDEN_STATES = ['42P01', '42704'];

/** Those by which a right is missing. */
const REFUSED = /^\[(?:INSUFFICIENT_PERMISSIONS|PERMISSION_DENIED)\b/u;
const REFUSED_STATE = '42501';

/** What makes the audit log readable; only a metastore admin who is an account admin too can do so (workspace-apis §3.2). */
const GRANTS =
  'GRANT USE CATALOG ON CATALOG system TO …; GRANT USE SCHEMA, SELECT ON SCHEMA system.access TO … (the principal of the caller)';

/** Why a statement has no result; undefined for one that succeeded. */
export function statementError({
  state,
  error,
  sql_state: sqlState,
}: Statement['status']): PromoteError | undefined {
  if (state === 'SUCCEEDED') return undefined;
  const code = error?.error_code ?? '';
  const message = show(error?.message ?? '', 400);
  const said = `${code === '' ? state : code}: ${message === '' ? 'no reason is given' : message}`;
  if (state !== 'FAILED')
    return failure(`The statement ended as ${show(state, 20)}, without a result (${said}).`, {
      code: 'unavailable',
      outcome: 'unavailable',
      fix: 'Somebody, or a limit of the warehouse, cancelled it. Run the step again.',
    });
  if (REFUSED.test(message) || sqlState === REFUSED_STATE || code === 'PERMISSION_DENIED')
    return failure(`The caller may not read system.access.audit (${said}).`, {
      code: 'permission-denied',
      outcome: 'denied',
      fix: `Have a metastore admin run: ${GRANTS}.`,
    });
  if (HIDDEN.test(message) || HIDDEN_STATES.includes(sqlState ?? ''))
    return failure(`The table system.access.audit is not visible to the caller (${said}).`, {
      code: 'permission-denied',
      outcome: 'denied',
      fix: `Have a metastore admin enable the system schema access where it is not, and run: ${GRANTS}.`,
    });
  if (code === 'RESOURCE_EXHAUSTED')
    return failure(`The SQL warehouse is at its limit and did not accept the statement (${said}).`, {
      code: 'rate-limited',
      outcome: 'unavailable',
      fix: 'The warehouse limits statements. Run the step again later.',
    });
  if (OUTAGES.includes(code))
    return failure(`The SQL warehouse could not run the statement (${said}).`, {
      code: 'unavailable',
      outcome: 'unavailable',
      fix: 'Run the step again later. If the error persists, check the status of the warehouse.',
    });
  return failure(`The SQL warehouse rejected the statement (${said}).`, {
    code: 'rejected',
    outcome: 'error',
    fix: 'Run the step again with debug logging, and report the error.',
  });
}

function failure(message: string, details: ErrorDetails): PromoteError {
  return new PromoteError(message, details);
}
