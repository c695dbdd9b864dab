import type { Expression } from './parse.ts';
import { SqlError } from './refusal.ts';
import { typeName, type SqlType } from './types.ts';

/** A moment (milliseconds since 1970) or a day (`2026-11-20`). */
export type SqlTime = { kind: 'timestamp'; at: number } | { kind: 'date'; day: string };

/** A value; a struct or map is a `Map`. */
export type Value =
  string | number | boolean | null | SqlTime | ReadonlyMap<string, Value> | readonly string[];

/** What names stand for in one row. */
export interface Row {
  columns: ReadonlyMap<string, Value>;
  parameters: ReadonlyMap<string, Value>;
}

/** The value of an expression that was analysed; comparisons with NULL are NULL. */
export function evaluate(of: Expression, row: Row): Value {
  switch (of.kind) {
    case 'literal':
      return of.value;
    case 'parameter':
      return entryOf(row.parameters, of.name);
    case 'path':
      return of.parts.reduce<Value>(
        (value, part) => (value instanceof Map ? entryOf(value as Map<string, Value>, part) : null),
        row.columns,
      );
    case 'entry': {
      const map = evaluate(of.of, row);
      const key = textOf(evaluate(of.key, row)) ?? '';
      return map instanceof Map ? ((map as Map<string, Value>).get(key) ?? null) : null;
    }
    case 'call':
      return call(
        of.name,
        of.parameters.map((each) => evaluate(each, row)),
      );
    case 'compare':
      return compare(of.sign, evaluate(of.left, row), evaluate(of.right, row));
    case 'in': {
      const value = evaluate(of.of, row);
      const found = of.list.map((each) => compare('=', value, evaluate(each, row)));
      return found.includes(true) ? true : found.includes(null) ? null : false;
    }
    case 'null':
      return (evaluate(of.of, row) === null) !== of.negated;
    case 'not': {
      const value = evaluate(of.of, row);
      return value === null ? null : value !== true;
    }
    case 'and':
    case 'or': {
      const decisive = of.kind === 'or';
      const values = [evaluate(of.left, row), evaluate(of.right, row)];
      return values.includes(decisive) ? decisive : values.includes(null) ? null : !decisive;
    }
  }
}

/** Orders two values; NULL comes first, as in an ascending order of Databricks. */
export function order(left: Value, right: Value): number {
  if (left === null || right === null) return Number(right === null) - Number(left === null);
  return compare('<', left, right) === true ? -1 : compare('>', left, right) === true ? 1 : 0;
}

/** A value in a result: text or null. */
export function textOf(value: Value): string | null {
  if (value === null) return null;
  if (value instanceof Map) return json(value as Map<string, Value>);
  if (typeof value !== 'object') return String(value);
  return isTime(value) ? timeText(value) : null;
}

/** The value of a parameter; throws where its text is none of the type. */
export function bound(text: string | undefined, type: SqlType): Value {
  if (text === undefined) return null;
  const value = castTo(text, type);
  if (value === undefined)
    throw new SqlError(
      'CAST_INVALID_INPUT',
      `The value '${text}' of the type "STRING" cannot be cast to "${typeName(type)}" because it is malformed.`,
      '22018',
    );
  return value;
}

function castTo(text: string, type: SqlType): Value | undefined {
  const at = Date.parse(text);
  switch (type) {
    case 'INT':
      return /^-?\d+$/.test(text) ? Number(text) : undefined;
    case 'BOOLEAN':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined;
    case 'TIMESTAMP':
      return Number.isNaN(at) ? undefined : { kind: 'timestamp', at };
    case 'DATE':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at) ? { kind: 'date', day: text } : undefined;
    default:
      return text;
  }
}

function call(name: string, values: readonly Value[]): Value {
  const [first = null, second = null] = values;
  if (name === 'coalesce') return values.find((value) => value !== null) ?? null;
  if (name === 'from_json') return textsIn(textOf(first));
  if (name === 'array_contains')
    return isList(first) && second !== null ? first.includes(textOf(second) ?? '') : null;
  const text = textOf(first);
  return name === 'lower' ? (text?.toLowerCase() ?? null) : text;
}

function compare(sign: string, left: Value, right: Value): boolean | null {
  if (left === null || right === null) return null;
  const [a, b] = [comparableOf(left, right), comparableOf(right, left)];
  switch (sign) {
    case '=':
      return a === b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return a !== b;
  }
}

/** What a value is compared by; a text is read as the time that the other one is. */
function comparableOf(value: Value, other: Value): string | number {
  if (typeof value === 'number') return value;
  if (isTime(value)) return value.kind === 'timestamp' ? value.at : value.day;
  const text = textOf(value) ?? '';
  return isTime(other) && other.kind === 'timestamp' ? Date.parse(text) : text;
}

function isTime(value: Value): value is SqlTime {
  return typeof value === 'object' && value !== null && !(value instanceof Map) && !isList(value);
}

function isList(value: Value): value is readonly string[] {
  return Array.isArray(value);
}

/** The texts of a JSON list; NULL for a text that is none, as `from_json` has it. */
function textsIn(text: string | null): readonly string[] | null {
  try {
    const list: unknown = JSON.parse(text ?? '');
    return Array.isArray(list) ? list.map(String) : null;
  } catch {
    return null;
  }
}

function timeText(time: SqlTime): string {
  return time.kind === 'date' ? time.day : new Date(time.at).toISOString();
}

/** As `to_json` writes: without fields that are NULL. */
function json(fields: ReadonlyMap<string, Value>): string {
  const entries = [...fields].flatMap(([name, value]) =>
    value === null ? [] : [[name, plain(value)] as const],
  );
  return JSON.stringify(Object.fromEntries(entries));
}

function plain(value: Value): unknown {
  if (value instanceof Map)
    return Object.fromEntries([...(value as Map<string, Value>)].map(([name, each]) => [name, plain(each)]));
  return isTime(value) ? timeText(value) : value;
}

/** Names of columns, fields and parameters compare without case. */
function entryOf(fields: ReadonlyMap<string, Value>, name: string): Value {
  const found = [...fields.keys()].find((each) => each.toLowerCase() === name.toLowerCase());
  return found === undefined ? null : (fields.get(found) ?? null);
}
