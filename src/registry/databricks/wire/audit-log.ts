import * as z from 'zod';
import { formatFullName } from '../../../domain/full-name.ts';
import { parseVersion } from '../../../domain/model-uri.ts';
import type { AuditedMove } from '../../../domain/audited-move.ts';
import type { MovesAsked } from '../../port.ts';
import { given } from '../../wire-values.ts';
import type { Parameter } from './statements.ts';

/*
 * The table system.access.audit (workspace-apis §3.2 to §3.4). Structs and maps come as JSON, since the spelling of their fields
 * differs from page to page; which key has the alias and which the version is not confirmed, so whichever is there is taken.
 */

/** Rows that are read at most: about one model, and about several. */
const MOST_ROWS = { one: 1_000, several: 5_000 } as const;

/** The name of the model in a row, in small letters: which key has it differs. */
const MODEL =
  "lower(coalesce(request_params['full_name_arg'], request_params['full_name'], request_params['name']))";

/** Who set or deleted aliases of a model in a span of time, newest first; every name is a value, and no part of the text. */
export const ALIAS_EVENTS = eventsWhere(`${MODEL} = :model`, MOST_ROWS.one);

/** The same of several models, whose names are one value: a JSON list. */
export const ALIAS_EVENTS_OF_MODELS = eventsWhere(
  `array_contains(from_json(:models, 'ARRAY<STRING>'), ${MODEL})`,
  MOST_ROWS.several,
);

function eventsWhere(isAsked: string, most: number): string {
  return `
SELECT event_time, action_name, to_json(user_identity), to_json(identity_metadata), to_json(request_params),
  to_json(response), user_agent
FROM system.access.audit
WHERE event_date >= :first_day AND event_date <= :last_day
  AND event_time >= :since AND event_time <= :until
  AND service_name = 'unityCatalog'
  AND action_name IN ('setRegisteredModelAlias', 'deleteRegisteredModelAlias')
  AND ${isAsked}
ORDER BY event_time DESC
LIMIT ${most + 1}`;
}

/** The statement about the moves that are asked for, its values, and the rows that are read at most. */
export function aliasEvents({ names, since, until }: MovesAsked): {
  readonly text: string;
  readonly parameters: Parameter[];
  readonly most: number;
} {
  const models = names.map((name) => formatFullName(name).toLowerCase());
  const [model] = models;
  const isOne = models.length === 1 && model !== undefined;
  return {
    most: isOne ? MOST_ROWS.one : MOST_ROWS.several,
    text: isOne ? ALIAS_EVENTS : ALIAS_EVENTS_OF_MODELS,
    parameters: [
      ...spanOf(since, until),
      isOne
        ? { name: 'model', type: 'STRING', value: model }
        : { name: 'models', type: 'STRING', value: JSON.stringify(models) },
    ],
  };
}

/** The partitions of the table are days of UTC. */
function spanOf(since: number, until: number): Parameter[] {
  const [first, last] = [new Date(since).toISOString(), new Date(until).toISOString()];
  return [
    { name: 'first_day', type: 'DATE', value: first.slice(0, 10) },
    { name: 'last_day', type: 'DATE', value: last.slice(0, 10) },
    { name: 'since', type: 'TIMESTAMP', value: first },
    { name: 'until', type: 'TIMESTAMP', value: last },
  ];
}

/** One row; columns that a later release adds are not read. */
export const aliasEvent = z.tuple(
  [
    z.string().refine((text) => !Number.isNaN(Date.parse(text))),
    z.string(),
    z.string().nullable(),
    z.string().nullable(),
    z.string().nullable(),
    z.string().nullable(),
    z.string().nullable(),
  ],
  z.unknown(),
);

/** One row. */
export type AliasEvent = z.output<typeof aliasEvent>;

/** An event in domain words; undefined for a request that was refused, which moved nothing. */
export function toMove([time, action, identity, metadata, params, response, agent]: AliasEvent):
  AuditedMove | undefined {
  const status = field(response, 'status_code', 'statusCode');
  const number = status === undefined ? Number.NaN : Number(status);
  if (number >= 400) return undefined;
  const version = parseVersion(field(params, 'version_num', 'version_arg', 'version') ?? '');
  const to =
    action === 'deleteRegisteredModelAlias' ? { to: null } : version.ok ? { to: version.value } : undefined;
  const who = field(identity, 'email', 'subject_name', 'subjectName') ?? field(metadata, 'run_by', 'run_as');
  return {
    at: new Date(time).toISOString(),
    model: (field(params, 'full_name_arg', 'full_name', 'name') ?? '').toLowerCase(),
    ...given('alias', field(params, 'alias_arg', 'alias')),
    ...to,
    ...given('who', who),
    ...given('agent', agent),
    ...(Number.isNaN(number) ? {} : { isMade: true as const }),
  };
}

/** The first of these fields of a JSON object that is there, as text. */
function field(json: string | null, ...names: readonly string[]): string | undefined {
  const fields = new Map<string, unknown>(Object.entries(objectIn(json ?? '')));
  const found = names.map((name) => fields.get(name)).find((value) => value != null && value !== '');
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}

function objectIn(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
