import { invalid } from '../metastore/api-error.ts';
import type { FieldType } from './field.ts';

/** Fields of one request: path parameters, query and JSON body under one roof; path parameters win. */
export class Input {
  private readonly values: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, string>>;

  constructor(values: Readonly<Record<string, unknown>>, query: Readonly<Record<string, string>>) {
    this.values = values;
    this.query = query;
  }

  text(name: string): string {
    const value = this.maybeText(name);
    if (value === undefined) throw invalid(`Missing value for required parameter '${name}'.`);
    return value;
  }

  maybeText(name: string): string | undefined {
    const value = this.values[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw invalid(`Parameter '${name}' must be a string.`);
  }

  maybeInteger(name: string): number | undefined {
    const text = this.maybeText(name);
    if (text === undefined || text === '') return undefined;
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw invalid(`Parameter '${name}' must be an integer, got '${text}'.`);
    return value;
  }

  integer(name: string): number {
    const value = this.maybeInteger(name);
    if (value === undefined) throw invalid(`Missing value for required parameter '${name}'.`);
    return value;
  }

  flag(name: string): boolean {
    return this.values[name] === true || this.values[name] === 'true';
  }

  /** The objects of a list; `undefined` counts as an empty one. */
  objects(name: string): Record<string, unknown>[] {
    const value = this.values[name];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw invalid(`Parameter '${name}' must be a list.`);
    return value.map((item: unknown) => {
      if (!isObject(item)) throw invalid(`Parameter '${name}' must be a list of objects.`);
      return item;
    });
  }

  object(name: string): Input {
    const value = this.values[name];
    if (!isObject(value)) throw invalid(`Parameter '${name}' must be an object.`);
    return new Input(value, {});
  }

  /** Key and value pairs of a list of tags. */
  tags(name: string): [string, string][] {
    return this.objects(name).map((item) => {
      const tag = new Input(item, {});
      return [tag.text('key'), tag.maybeText('value') ?? ''];
    });
  }

  /** The strings of a list. */
  texts(name: string): string[] {
    const value = this.values[name];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
      throw invalid(`Parameter '${name}' must be a list of strings.`);
    }
    return value;
  }

  /** A member as it was sent. */
  value(name: string): unknown {
    return this.values[name];
  }

  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== null;
  }
}

/** Whether a JSON value is an object and not a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Why `value` does not fit the field, or `undefined` when it does. `text`: it comes from a query string. */
export function misfit(name: string, type: FieldType, value: unknown, text: boolean): string | undefined {
  if (value === undefined || value === null) {
    return type.endsWith('!') ? `Missing value for required parameter '${name}'.` : undefined;
  }
  const kind = type.replace('!', '');
  if (text) {
    const given = typeof value === 'string' ? value : '';
    const good = kind === 'int' ? /^-?[0-9]*$/.test(given) : kind !== 'bool' || /^(true|false)$/.test(given);
    return good ? undefined : `Query parameter '${name}' must be ${kind}, got '${given}'.`;
  }
  const good =
    kind === 'string'
      ? typeof value === 'string'
      : kind === 'int'
        ? Number.isSafeInteger(value) || (typeof value === 'string' && /^[0-9]+$/.test(value))
        : kind === 'bool'
          ? typeof value === 'boolean'
          : kind === 'array'
            ? Array.isArray(value)
            : isObject(value);
  return good ? undefined : `Field '${name}' must be of type ${kind}.`;
}
