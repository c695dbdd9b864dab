/** Only a number with so many digits can be one that JavaScript does not hold exactly: the largest that it does has 16. */
const LONG = /\d{16}/u;

/** What a reviver is given beside key and value (ECMAScript, "JSON.parse source text access"; in Node since 21). */
type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

type RawJson = typeof JSON & { rawJSON(text: string): unknown };

/** As `JSON.parse`; a whole number that JavaScript does not hold exactly, such as an id of 64 bits, is the text of its digits. */
export function parseExactly(text: string): unknown {
  if (!LONG.test(text)) return JSON.parse(text) as unknown;
  const parse: ParseWithSource = JSON.parse;
  return parse(text, (_key, value, { source = '' }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/u.test(source) ? source : value,
  );
}

/** As `JSON.stringify`; a bigint is a number with all of its digits. */
export function stringifyExactly(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'bigint' ? (JSON as RawJson).rawJSON(String(each)) : each,
  );
}
