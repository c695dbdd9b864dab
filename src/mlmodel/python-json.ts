import { ContentError, limitError } from './content-error.ts';

/** A number as the text wrote it: Python distinguishes `1` from `1.0`, and keeps every digit. */
export class JsonNumber {
  readonly text: string;
  readonly integer: boolean;

  constructor(text: string, integer: boolean) {
    this.text = text;
    this.integer = integer;
  }

  /** The nearest number of this language; a whole number beyond 2^53 comes as a bigint. */
  toValue(): number | bigint {
    if (this.text === 'NaN') return Number.NaN;
    const value = Number(this.text);
    return this.integer && !Number.isSafeInteger(value) ? BigInt(this.text) : value;
  }
}

/** A JSON object, in the order of the text; the last of two equal keys wins. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** A parsed JSON text. */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;

/** Deepest nesting that is read; Python's own reader gives up near 1,000. */
const MAX_DEPTH = 500;
/** Values of a text that are read: 200,000 columns have 800,000. */
const MAX_VALUES = 2_000_000;
/** Longest whole number that Python reads (CPython `sys.int_info.default_max_str_digits`). */
const MAX_DIGITS = 4300;

const SPACES = new Set([' ', '\t', '\n', '\r']);
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /null|true|false|NaN|Infinity|-Infinity/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const ESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Reads a JSON text as Python's `json.loads` does: `NaN` and `Infinity` are numbers, whole numbers have any size.
 *
 * @throws {ContentError} with the position, counted from 1.
 */
export function parsePythonJson(text: string): JsonValue {
  let at = 0;
  let count = 0;

  const fail = (problem: string): ContentError => new ContentError(`${problem} at character ${at + 1}`);
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  const takePlain = (): string => {
    PLAIN.lastIndex = at;
    PLAIN.test(text);
    const plain = text.slice(at, PLAIN.lastIndex);
    at = PLAIN.lastIndex;
    return plain;
  };
  const skipSpace = (): void => {
    while (SPACES.has(text.charAt(at))) at += 1;
  };
  const takeMark = (mark: string): boolean => {
    skipSpace();
    if (text[at] !== mark) return false;
    at += 1;
    return true;
  };

  const readString = (): string => {
    at += 1;
    let value = '';
    for (;;) {
      value += takePlain();
      if (text[at] === '"') {
        at += 1;
        return value;
      }
      const escape = take(ESCAPE)?.[0];
      if (escape === undefined)
        throw fail('a text is not terminated or contains a character that is not allowed');
      const letter = escape.charAt(1);
      value +=
        letter === 'u'
          ? String.fromCharCode(Number.parseInt(escape.slice(2), 16))
          : (ESCAPED[letter] ?? letter);
    }
  };

  const readNumber = (): JsonNumber => {
    const [digits, fraction, exponent] = take(NUMBER) ?? [];
    if (digits === undefined) throw fail(at < text.length ? 'unexpected text' : 'the text ends');
    const integer = fraction === undefined && exponent === undefined;
    if (integer && digits.length > MAX_DIGITS) throw fail('a number is too long');
    return new JsonNumber(digits, integer);
  };

  const readList = (depth: number): JsonValue[] => {
    at += 1;
    const list: JsonValue[] = [];
    if (takeMark(']')) return list;
    do list.push(readValue(depth));
    while (takeMark(','));
    if (!takeMark(']')) throw fail('a list does not end');
    return list;
  };

  const readObject = (depth: number): JsonObject => {
    at += 1;
    const object = new Map<string, JsonValue>();
    if (takeMark('}')) return object;
    do {
      skipSpace();
      if (text[at] !== '"') throw fail('a key is missing');
      const key = readString();
      if (!takeMark(':')) throw fail('a colon is missing');
      object.set(key, readValue(depth));
    } while (takeMark(','));
    if (!takeMark('}')) throw fail('an object does not end');
    return object;
  };

  const readValue = (depth: number): JsonValue => {
    if (depth > MAX_DEPTH) throw limitError(`it is nested deeper than ${MAX_DEPTH} levels`);
    count += 1;
    if (count > MAX_VALUES) throw limitError(`it has more than ${MAX_VALUES} values, and no more are read`);
    skipSpace();
    const first = text[at];
    if (first === '"') return readString();
    if (first === '{') return readObject(depth + 1);
    if (first === '[') return readList(depth + 1);
    const word = take(WORD)?.[0];
    if (word === undefined) return readNumber();
    if (word === 'null') return null;
    return word === 'true' || word === 'false' ? word === 'true' : new JsonNumber(word, false);
  };

  const value = readValue(0);
  skipSpace();
  if (at < text.length) throw fail('something follows the end');
  return value;
}

/** Python's truth of a JSON value: empty texts, lists, objects, zero, false and null are false. */
export function isTruthy(value: JsonValue): boolean {
  if (value instanceof JsonNumber) return value.text === 'NaN' || Number(value.text) !== 0;
  if (value instanceof Map) return value.size > 0;
  if (Array.isArray(value)) return value.length > 0;
  return Boolean(value);
}

/** A value that stands where a name is due: a text as it is, anything else (MLflow takes it all) spelled out. */
export function nameText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (value instanceof JsonNumber) return String(value.toValue());
  return JSON.stringify(toPlain(value), (_key, item: unknown) =>
    typeof item === 'bigint' ? String(item) : item,
  );
}

/** A value as Python's `str` spells it, but for numbers with an exponent, and what is inside lists and objects. */
export function pythonText(value: JsonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (!(value instanceof JsonNumber)) return nameText(value);
  const number = value.toValue();
  if (value.integer) return String(number);
  if (!Number.isFinite(number)) return String(number).replace('Infinity', 'inf').replace('NaN', 'nan');
  return Number.isInteger(number) ? `${number}.0` : String(number);
}

/** The value in this language's own shapes: plain objects without a prototype, numbers, bigints. */
export function toPlain(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return value.toValue();
  if (Array.isArray(value)) return value.map((item: JsonValue) => toPlain(item));
  if (value instanceof Map) {
    const plain: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const [key, item] of value as JsonObject) plain[key] = toPlain(item);
    return plain;
  }
  return value;
}
