import { invalid } from '../metastore/api-error.ts';
import type { CallContext } from '../metastore/session.ts';
import { textHash } from '../random.ts';

/** One page and, unless it is the last, the token of the next. */
export interface Page<Item> {
  items: Item[];
  token: string | undefined;
}

/** How a list is cut. `size` is what the caller asked; absent or 0 means the server's size. */
export interface PageRequest {
  size: number | undefined;
  token: string | undefined;
  normal: number;
  most: number;
}

/**
 * Cuts a list into pages. By switch pages are tiny, empty pages stand between (and before) full ones, and the
 * order is shuffled, the same way each time.
 */
export function page<Item>(
  session: CallContext,
  list: readonly Item[],
  key: (item: Item) => string,
  request: PageRequest,
): Page<Item> {
  const { switches } = session;
  if (request.size !== undefined && request.size < 0) throw invalid('max_results must not be negative.');
  const ordered = switches.shuffledLists
    ? [...list].sort((a, b) => textHash(`s:${key(a)}`) - textHash(`s:${key(b)}`))
    : list;
  const { offset, empty } = request.token
    ? parseToken(request.token)
    : { offset: 0, empty: switches.emptyPages };
  if (empty) return { items: [], token: makeToken(offset, false) };
  const asked =
    request.size === undefined || request.size === 0 ? request.normal : Math.min(request.size, request.most);
  const size = switches.smallPages ? Math.min(asked, 2) : asked;
  const items = ordered.slice(offset, offset + size);
  const next = offset + items.length;
  if (next >= ordered.length) return { items, token: undefined };
  return { items, token: makeToken(next, switches.emptyPages) };
}

function makeToken(offset: number, empty: boolean): string {
  return Buffer.from(`page/${offset}/${empty ? 'empty' : 'full'}`).toString('base64url');
}

function parseToken(token: string): { offset: number; empty: boolean } {
  const parts = /^page\/([0-9]+)\/(empty|full)$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  if (!parts) throw invalid(`Invalid page token '${token}'.`);
  return { offset: Number(parts[1]), empty: parts[2] === 'empty' };
}
