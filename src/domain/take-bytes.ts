/** As many items from the front as fit into `limit` bytes, written as a JSON list in UTF-8. */
export function takeWithinBytes<T>(items: readonly T[], limit: number): T[] {
  const encoder = new TextEncoder();
  const kept: T[] = [];
  let left = limit - 2;
  for (const item of items) {
    left -= encoder.encode(JSON.stringify(item)).length + 1;
    if (left < 0) break;
    kept.push(item);
  }
  return kept;
}
