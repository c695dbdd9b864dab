/** A parsed value, or what was wrong with the text and how to mend it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string; readonly fix: string };

/** A text as it may stand in a message: cut, with control characters made visible. */
export function show(text: string, limit = 120): string {
  const visible = text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
  return visible.length > limit ? `${visible.slice(0, limit)}…` : visible;
}
