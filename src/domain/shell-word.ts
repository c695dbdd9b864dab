/** A word for a POSIX shell, quoted only where it has to be. */
export function quoteWord(text: string): string {
  return /^[\w.@%+=:,/-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
