/**
 * Whether a text is as a pattern says, in which `*` stands for any run of characters, line ends included. Each part between
 * two stars is taken where it first occurs, which no later part can need otherwise: no text and no pattern makes it go back.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
