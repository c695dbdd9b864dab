/** The word of the list that is nearest to the text by edits, if it is near enough to be meant. */
export function nearestWord(text: string, words: readonly string[]): string | undefined {
  const wanted = text.toUpperCase();
  if (wanted.length > 64) return undefined;
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const word of words) {
    const distance = editDistance(wanted, word.toUpperCase());
    if (best === undefined || distance < best.distance) best = { word, distance };
  }
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  return best !== undefined && best.distance <= limit ? best.word : undefined;
}

/** Levenshtein's distance: insertions, deletions and replacements count one each. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
