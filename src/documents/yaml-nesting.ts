import type { CST } from 'yaml';

/** Where a text is nested more deeply than it may be; undefined where it is not. Takes no stack, whatever the text is. */
export function nestedTooDeep(tokens: readonly CST.Token[], most: number): number | undefined {
  const open = tokens.map((token) => ({ token, depth: 0 })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > most) return token.offset;
    for (const part of partsOf(token).reverse()) open.push({ token: part, depth: depth + 1 });
  }
  return undefined;
}

function partsOf(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value == null ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((part) => part != null));
}
