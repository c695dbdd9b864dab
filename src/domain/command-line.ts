/** A word of a command line. */
export interface CommandWord {
  readonly text: string;
  /** The same without what stands in quotes. */
  readonly bare: string;
}

/** A command line as its words, and the quote in it that is not closed. */
export interface CommandLine {
  readonly words: readonly CommandWord[];
  readonly openQuote?: '"' | "'";
}

/**
 * Reads a command line: the program and its arguments, parted at spaces; double quotes keep a space, and a backslash before
 * a double quote in quotes keeps that. As `argStringToArray` of `@actions/exec` 3.0.0 reads it, which the package keeps to
 * itself, so that a line means what it means to every other action. Beyond it single quotes keep everything, as in every
 * shell: read as letters they would part `python -c 'exit(1)'` so that Python runs a text in place of the code, and passes.
 */
export function readCommandLine(line: string): CommandLine {
  const words: CommandWord[] = [];
  let word = { text: '', bare: '' };
  let quote: '"' | "'" | undefined;
  let escaped = false;
  const append = (character: string) => {
    word.text += escaped && character !== '"' ? `\\${character}` : character;
    if (quote === undefined) word.bare += character;
    escaped = false;
  };
  for (const character of line) {
    if (character === '"' && quote !== "'" && !escaped) quote = quote === undefined ? '"' : undefined;
    else if (character === "'" && quote !== '"') quote = quote === undefined ? "'" : undefined;
    else if (character === '\\' && quote === '"' && !escaped) escaped = true;
    else if (character === ' ' && quote === undefined) {
      if (word.text !== '') words.push(word);
      word = { text: '', bare: '' };
    } else append(character);
  }
  if (word.text !== '') words.push({ text: word.text.trim(), bare: word.bare.trim() });
  return quote === undefined ? { words } : { words, openQuote: quote };
}

/** The program and the arguments of a command line: see {@link readCommandLine}. */
export function splitCommandLine(line: string): string[] {
  return readCommandLine(line).words.map(({ text }) => text);
}

/** What only a shell reads: an operator, a variable or the output of another command, and the end of a line. */
const SHELL_SYNTAX = /[|&;<>`\r\n]|\$[\w{(@*#?$!-]/u;

/** The first word of a command line that a shell would not take as it stands, outside of quotes. */
export function shellWordIn({ words }: CommandLine): string | undefined {
  return words.find(({ bare }) => SHELL_SYNTAX.test(bare))?.text;
}
