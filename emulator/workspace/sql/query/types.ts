import type { StatementParameter } from '../state.ts';
import type { Expression } from './parse.ts';
import { SqlError } from './refusal.ts';

/** The type of a value; a struct has named fields, a map has texts by text, an array texts. */
export type SqlType =
  | 'STRING'
  | 'INT'
  | 'BOOLEAN'
  | 'TIMESTAMP'
  | 'DATE'
  | 'VOID'
  | 'MAP'
  | 'ARRAY'
  | { struct: Record<string, SqlType> };

/** Columns of a table, or types of parameters, by name. */
export type TypesByName = Readonly<Record<string, SqlType>>;

/** What names stand for in a statement. */
export interface Scope {
  columns: TypesByName;
  parameters: TypesByName;
}

/** How Databricks spells a type in a result. */
export function typeName(type: SqlType): string {
  return typeof type === 'string' ? type : 'STRUCT';
}

/** The types of parameters as they were sent; those that the emulator does not bind are refused. */
export function parameterTypes(parameters: readonly StatementParameter[]): TypesByName {
  return Object.fromEntries(
    parameters.map(({ name, type }) => {
      const known = (['STRING', 'INT', 'BOOLEAN', 'TIMESTAMP', 'DATE'] as const).find(
        (each) => each === type.toUpperCase(),
      );
      if (known === undefined)
        throw new SqlError('UNSUPPORTED_DATATYPE', `Unsupported data type "${type}".`, '0A000');
      return [name, known];
    }),
  );
}

/** The type of an expression; throws for names and types that do not fit, as the analysis of a statement does. */
export function typeOf(of: Expression, scope: Scope): SqlType {
  switch (of.kind) {
    case 'literal':
      return of.value === null ? 'VOID' : typeof of.value === 'number' ? 'INT' : 'STRING';
    case 'parameter':
      return known(scope.parameters, of.name) ?? unbound(of.name);
    case 'path':
      return typeOfPath(of.parts, scope.columns);
    case 'entry':
      if (typeOf(of.of, scope) !== 'MAP') throw noMap();
      comparable(typeOf(of.key, scope), 'STRING');
      return 'STRING';
    case 'call':
      return typeOfCall(of, scope);
    case 'compare':
      comparable(typeOf(of.left, scope), typeOf(of.right, scope));
      return 'BOOLEAN';
    case 'in':
      for (const each of of.list) comparable(typeOf(of.of, scope), typeOf(each, scope));
      return 'BOOLEAN';
    case 'null':
      typeOf(of.of, scope);
      return 'BOOLEAN';
    case 'not':
      return needBoolean([of.of], scope);
    case 'and':
    case 'or':
      return needBoolean([of.left, of.right], scope);
  }
}

function typeOfPath([column = '', ...fields]: readonly string[], columns: TypesByName): SqlType {
  const type = known(columns, column);
  if (type === undefined)
    throw new SqlError(
      'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION',
      `A column, variable, or function parameter with name \`${column}\` cannot be resolved.`,
      '42703',
    );
  return fields.reduce<SqlType>((of, field) => {
    if (of === 'MAP') return 'STRING';
    const inner = typeof of === 'string' ? undefined : known(of.struct, field);
    if (inner === undefined)
      throw new SqlError('FIELD_NOT_FOUND', `No such struct field \`${field}\` in \`${column}\`.`, '42704');
    return inner;
  }, type);
}

function typeOfCall({ name, parameters }: Extract<Expression, { kind: 'call' }>, scope: Scope): SqlType {
  const types = parameters.map((each) => typeOf(each, scope));
  switch (name) {
    case 'lower':
      for (const type of needCount(name, types, 1)) comparable(type, 'STRING');
      return 'STRING';
    case 'to_json':
      for (const type of needCount(name, types, 1))
        if (type !== 'MAP' && typeof type === 'string') throw noMap();
      return 'STRING';
    case 'from_json': {
      const [text, form] = needCount(name, types, 2);
      comparable(text ?? 'VOID', 'STRING');
      comparable(form ?? 'VOID', 'STRING');
      const [, given] = parameters;
      if (given?.kind === 'literal' && given.value === 'ARRAY<STRING>') return 'ARRAY';
      throw mismatch('the emulator reads the schema ARRAY<STRING> alone');
    }
    case 'array_contains': {
      const [list, item] = needCount(name, types, 2);
      if (list !== 'ARRAY') throw mismatch('an ARRAY is needed');
      comparable(item ?? 'VOID', 'STRING');
      return 'BOOLEAN';
    }
    case 'coalesce':
      for (const type of types) comparable(type, types[0] ?? 'VOID');
      return types.find((type) => type !== 'VOID') ?? 'VOID';
    default:
      throw new SqlError('UNRESOLVED_ROUTINE', `Cannot resolve routine \`${name}\`.`, '42883');
  }
}

function needCount(name: string, types: readonly SqlType[], count: number): readonly SqlType[] {
  if (types.length === count) return types;
  throw new SqlError(
    'WRONG_NUM_ARGS.WITHOUT_SUGGESTION',
    `The \`${name}\` requires ${count} parameters but the actual number is ${types.length}.`,
    '42605',
  );
}

function needBoolean(expressions: readonly Expression[], scope: Scope): SqlType {
  for (const each of expressions) {
    if (typeOf(each, scope) !== 'BOOLEAN') throw mismatch('a condition is not of the type "BOOLEAN"');
  }
  return 'BOOLEAN';
}

/** Equal types; a text stands for a moment or a day where it is compared with one. */
function comparable(left: SqlType, right: SqlType): void {
  const names = [typeName(left), typeName(right)];
  const isText = names.includes('STRING') && (names.includes('TIMESTAMP') || names.includes('DATE'));
  const isSame = names[0] === names[1] && !['STRUCT', 'MAP', 'ARRAY'].includes(names[0] ?? '');
  if (isSame || isText || names.includes('VOID')) return;
  throw mismatch(`"${names.join('" and "')}" cannot be compared`);
}

function known(types: TypesByName, name: string): SqlType | undefined {
  const found = Object.keys(types).find((each) => each.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : types[found];
}

function unbound(name: string): never {
  throw new SqlError('UNBOUND_SQL_PARAMETER', `Found the unbound parameter: ${name}.`, '42P02');
}

function noMap(): SqlError {
  return mismatch('a MAP or STRUCT is needed');
}

function mismatch(why: string): SqlError {
  return new SqlError(
    'DATATYPE_MISMATCH',
    `Cannot resolve the statement due to data type mismatch: ${why}.`,
    '42K09',
  );
}
