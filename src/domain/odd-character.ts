const NAMES: Readonly<Record<string, string>> = {
  '\\': 'a backslash',
  '\t': 'a tab',
  '\n': 'a line break',
  '\r': 'a carriage return',
};

/** A character of a file's name that some stores and clients do not take, in words; undefined where it has none. */
export function oddCharacterIn(path: string): string | undefined {
  const [character] = /[\\\p{Cc}]/u.exec(path) ?? [];
  if (character === undefined) return undefined;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `${NAMES[character] ?? 'a control character'} (U+${code})`;
}
