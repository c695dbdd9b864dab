declare global {
  interface JSON {
    /** ECMAScript proposal "JSON.parse source text access", in Node since 21. */
    rawJSON(text: string): unknown;
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
  }
}

/** Parses JSON; an integer that a number cannot hold becomes its digits. */
export function parseJson(text: string): unknown {
  return JSON.parse(text, (_key, value, { source }: { readonly source?: string }) =>
    typeof value === 'number' &&
    !Number.isSafeInteger(value) &&
    source !== undefined &&
    /^-?[0-9]+$/.test(source)
      ? source
      : value,
  );
}

/** Writes JSON; a bigint becomes a number of as many digits as it has. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'bigint' ? JSON.rawJSON(String(each)) : each,
  );
}
