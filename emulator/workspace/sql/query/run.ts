import type { StatementParameter, StatementResult } from '../state.ts';
import { bound, evaluate, order, textOf, type Value } from './evaluate.ts';
import { parseSelect, type Select } from './parse.ts';
import { SqlError } from './refusal.ts';
import { parameterTypes, typeName, typeOf, type TypesByName } from './types.ts';

/** A table: its columns, and its rows by them. */
export interface Table {
  columns: TypesByName;
  rows: readonly ReadonlyMap<string, Value>[];
}

/** Runs a SELECT over the one table that it names; `open` is given the name and throws where it may not be read. */
export function runSelect(
  text: string,
  parameters: readonly StatementParameter[],
  rowLimit: number | undefined,
  open: (name: readonly string[]) => Table,
): StatementResult {
  const select = parseSelect(text);
  const table = open(select.table);
  const scope = { columns: table.columns, parameters: parameterTypes(parameters) };
  const columns = select.columns.map(({ of, name }) => ({ name, type: typeName(typeOf(of, scope)) }));
  if (select.where !== undefined && typeOf(select.where, scope) !== 'BOOLEAN')
    throw new SqlError('DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN', 'The filter is not a boolean.', '42K09');
  for (const { by } of select.order) typeOf(by, scope);
  const values = new Map(
    parameters.map(({ name, value }) => [name, bound(value, scope.parameters[name] ?? 'STRING')]),
  );
  const rows = selected(select, table, values);
  const most = Math.min(limitOf(select, values), rowLimit ?? Infinity);
  return {
    columns,
    rows: rows.slice(0, most).map((row) => select.columns.map(({ of }) => textOf(evaluate(of, row)))),
    isCut: rowLimit !== undefined && Math.min(rows.length, limitOf(select, values)) > rowLimit,
  };
}

function selected({ where, order: by }: Select, table: Table, parameters: ReadonlyMap<string, Value>) {
  return table.rows
    .map((columns) => ({ columns, parameters }))
    .filter((row) => where === undefined || evaluate(where, row) === true)
    .sort((left, right) => {
      for (const { by: of, descending } of by) {
        const found = order(evaluate(of, left), evaluate(of, right));
        if (found !== 0) return descending ? -found : found;
      }
      return 0;
    });
}

function limitOf({ limit }: Select, parameters: ReadonlyMap<string, Value>): number {
  if (limit === undefined) return Infinity;
  const most = evaluate(limit, { columns: new Map(), parameters });
  if (typeof most === 'number' && most >= 0) return most;
  throw new SqlError('INVALID_LIMIT_LIKE_EXPRESSION', 'The limit expression is not a number.', '42K0E');
}
