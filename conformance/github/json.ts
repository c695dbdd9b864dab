/** A member of a JSON object; undefined where there is none, or no object. */
export function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

/** A member that is a text; empty where it is none. */
export function textOf(value: unknown, key: string): string {
  const found = memberOf(value, key);
  return typeof found === 'string' ? found : '';
}

/** The entries of a JSON array; none where it is none. */
export function entriesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A word of GitHub's that a report may show: anything else could name somebody. */
export function wordOf(text: string): string {
  return /^[a-z_]{1,40}$/iu.test(text) ? text : 'another word';
}
