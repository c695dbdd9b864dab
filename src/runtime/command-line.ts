/**
 * The program and the arguments of a command line: parted at spaces, double quotes keep a space, and a backslash before a
 * double quote in quotes keeps that. As `argStringToArray` of `@actions/exec` 3.0.0 reads it, which the package keeps to
 * itself, so that a line means what it means to every other action.
 */
export function splitCommandLine(line: string): string[] {
  const words: string[] = [];
  let word = '';
  let inQuotes = false;
  let escaped = false;
  const append = (character: string) => {
    word += escaped && character !== '"' ? `\\${character}` : character;
    escaped = false;
  };
  for (const character of line) {
    if (character === '"' && !escaped) inQuotes = !inQuotes;
    else if (character === '\\' && inQuotes && !escaped) escaped = true;
    else if (character === ' ' && !inQuotes) {
      if (word !== '') words.push(word);
      word = '';
    } else append(character);
  }
  return word === '' ? words : [...words, word.trim()];
}
