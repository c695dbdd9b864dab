import { isOwnModel, PREFIX, type Scope } from './scope.ts';

/** A table that no workspace has: what a statement says that fails. */
export const OF_NO_TABLE = 'SELECT event_id FROM system.access.uc_promote_conformance_absent';

/** The newest row about an alias of a model of this suite, of this run or an earlier one: rows arrive late. */
export const NEWEST_ALIAS_ROW = `
SELECT to_json(request_params), to_json(response), to_json(user_identity)
FROM system.access.audit
WHERE event_date >= :first_day AND service_name = 'unityCatalog' AND action_name = 'setRegisteredModelAlias'
  AND lower(coalesce(request_params['full_name_arg'], request_params['full_name'], request_params['name'])) >= :from
  AND lower(coalesce(request_params['full_name_arg'], request_params['full_name'], request_params['name'])) < :to
ORDER BY event_time DESC
LIMIT 1`;

/** How our client asks: rows of the one table, about the one model that is bound as `:model`. */
const OF_ONE_MODEL =
  /^\s*SELECT\b[^;]*\bFROM system\.access\.audit\s+WHERE\b[^;]*\) = :model\s+ORDER BY event_time DESC\s+LIMIT \d+$/u;

/** What would read beside it. */
const MORE_THAN_ONE = /\bFROM\b[^]*\bFROM\b|\b(?:UNION|JOIN|OR|INTERSECT|EXCEPT|WITH)\b|--|\/\*/iu;

/** The names of every model of this suite in the first schema lie from one text to before another. */
export function namesOfSuite({ schemas }: Scope): { readonly from: string; readonly to: string } {
  const from = `${schemas[0] ?? ''}.${PREFIX}`.toLowerCase();
  return { from, to: `${from}~` };
}

/** Whether the body of a statement is one of the suite's: of the given warehouse, a text of ours, and about its own models. */
export function isOwnStatement(scope: Scope, json: unknown): boolean {
  const { statement, warehouse_id: warehouse, parameters } = fieldsOf(json);
  if (scope.warehouse === undefined || warehouse !== scope.warehouse) return false;
  const values = new Map(
    (Array.isArray(parameters) ? (parameters as unknown[]) : []).map((each) => {
      const { name, value } = fieldsOf(each);
      return [name, typeof value === 'string' ? value : ''] as const;
    }),
  );
  if (statement === OF_NO_TABLE) return true;
  if (statement === NEWEST_ALIAS_ROW) {
    const { from, to } = namesOfSuite(scope);
    return values.get('from') === from && values.get('to') === to;
  }
  const isOfOne =
    typeof statement === 'string' && OF_ONE_MODEL.test(statement) && !MORE_THAN_ONE.test(statement);
  return isOfOne && isOwnModel(scope, values.get('model') ?? '');
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
