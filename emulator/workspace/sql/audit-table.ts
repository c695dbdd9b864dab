import type { CallContext } from '../../metastore/session.ts';
import type { Value } from './query/evaluate.ts';
import type { Table } from './query/run.ts';
import { SqlError } from './query/refusal.ts';
import type { SqlType } from './query/types.ts';
import type { AuditEvent } from './state.ts';

/** The table that the audit log is read from. */
const NAME = 'system.access.audit';

const identity = { snake: 'subject_name', camel: 'subjectName' } as const;
const responses = {
  snake: { code: 'status_code', message: 'error_message' },
  camel: { code: 'statusCode', message: 'errorMessage' },
} as const;

/** Opens a table for the caller; throws as SQL does for one that is not there, or not for this caller. */
export function openTable(session: CallContext, name: readonly string[]): Table {
  const full = name.join('.').toLowerCase();
  const isEnabled = session.state.schemas.has('system.access');
  if (full !== NAME || !isEnabled) throw notFound(name);
  const lacking = lackingOn(session);
  if (lacking !== undefined) {
    throw session.switches.auditHidden === 'not-found' ? notFound(name) : insufficient(lacking);
  }
  return { columns: columns(session), rows: shownEvents(session).map((event) => rowOf(session, event)) };
}

/** The first right of those that a read of the table needs and the caller lacks, in words. */
function lackingOn({ access }: CallContext): string | undefined {
  if (!access.holds('catalog', 'system', 'USE_CATALOG')) return "USE CATALOG on Catalog 'system'";
  if (!access.holds('schema', 'system.access', 'USE_SCHEMA')) return "USE SCHEMA on Schema 'system.access'";
  if (!access.holds('schema', 'system.access', 'SELECT')) return `SELECT on Table '${NAME}'`;
  return undefined;
}

/** What has arrived: rows come late. */
function shownEvents(session: CallContext): AuditEvent[] {
  const { state, switches, now } = session;
  const until = now() - switches.auditLag * 60_000;
  return state.auditEvents.filter(
    ({ at, status }) => at <= until && (status < 400 || switches.auditRefusals === 'rows'),
  );
}

function columns({ switches }: CallContext): Record<string, SqlType> {
  const { code, message } = responses[switches.auditFields];
  return {
    version: 'STRING',
    event_time: 'TIMESTAMP',
    event_date: 'DATE',
    workspace_id: 'STRING',
    account_id: 'STRING',
    source_ip_address: 'STRING',
    user_agent: 'STRING',
    session_id: 'STRING',
    user_identity: { struct: { email: 'STRING', [identity[switches.auditFields]]: 'STRING' } },
    service_name: 'STRING',
    action_name: 'STRING',
    request_id: 'STRING',
    request_params: 'MAP',
    response: { struct: { [code]: 'INT', [message]: 'STRING', result: 'STRING' } },
    audit_level: 'STRING',
    event_id: 'STRING',
    identity_metadata: { struct: { run_by: 'STRING', run_as: 'STRING' } },
  };
}

function rowOf(session: CallContext, event: AuditEvent): ReadonlyMap<string, Value> {
  const { state, switches } = session;
  const { code, message } = responses[switches.auditFields];
  const time = new Date(event.at).toISOString();
  const values: Record<string, Value> = {
    version: '2.0',
    event_time: { kind: 'timestamp', at: event.at },
    event_date: { kind: 'date', day: time.slice(0, 10) },
    workspace_id: state.workspaceId,
    account_id: state.accountId,
    source_ip_address: '127.0.0.1',
    user_agent: event.userAgent,
    session_id: null,
    user_identity: new Map<string, Value>([
      ['email', event.caller],
      [identity[switches.auditFields], null],
    ]),
    service_name: 'unityCatalog',
    action_name: event.action,
    request_id: event.id,
    request_params: new Map(Object.entries(paramsOf(session, event))),
    response: new Map<string, Value>([
      [code, event.status],
      [message, event.error ?? null],
      ['result', null],
    ]),
    audit_level: 'ACCOUNT_LEVEL',
    event_id: event.id,
    identity_metadata: new Map<string, Value>([
      ['run_by', event.caller],
      ['run_as', null],
    ]),
  };
  return new Map(Object.entries(values));
}

/** The keys that name the alias and the version: of the native API, those of MLflow's client, or none. */
function paramsOf({ switches }: CallContext, { params }: AuditEvent): Record<string, string> {
  const { full_name_arg: model = '', alias_arg: alias, version_num: version } = params;
  switch (switches.auditKeys) {
    case 'arg-suffix':
      return params;
    case 'plain':
      return {
        name: model,
        ...(alias === undefined ? {} : { alias }),
        ...(version === undefined ? {} : { version }),
      };
    case 'none':
      return { full_name_arg: model };
  }
}

function notFound(name: readonly string[]): SqlError {
  const spelled = name.map((part) => `\`${part}\``).join('.');
  return new SqlError(
    'TABLE_OR_VIEW_NOT_FOUND',
    `The table or view ${spelled} cannot be found. Verify the spelling and correctness of the schema and catalog.`,
    '42P01',
  );
}

function insufficient(right: string): SqlError {
  return new SqlError(
    'INSUFFICIENT_PERMISSIONS',
    `Insufficient privileges: User does not have ${right}.`,
    '42501',
  );
}
