/**
 * A default of a param, or any value made of plain ones, as JSON with the keys of objects in order, so that equal ones
 * read equal. What JSON has no word for (NaN, an infinity, a whole number beyond 2^53) is written as it reads.
 *
 * The canonical form of RFC 8785, which digests of plans are made of (`plan/digest.ts`), cannot stand in for it: it refuses such
 * numbers and half a surrogate pair, both of which an `MLmodel` and a registry may hold.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)))
    return String(value);
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return String(item);
    if (typeof item === 'number' && !Number.isFinite(item)) return String(item);
    if (item === null || typeof item !== 'object' || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([left], [right]) => (left < right ? -1 : 1)));
  }) as string | undefined;
  return text ?? 'null';
}
