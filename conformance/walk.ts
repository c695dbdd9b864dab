import { poll } from '../src/domain/poll.ts';
import { everySecond } from './every-second.ts';
import { at, listAt, type Call } from './call.ts';
import { must, N } from './fixtures.ts';
import { Unseen } from './unseen.ts';
import type { RowContext } from './row-context.ts';

/** The list of a model's versions in the native family. */
export const VERSIONS_OF = `${N}/models/{name}/versions`;

/** More pages than a scratch model has: a longer list is a loop. */
const MAX_PAGES = 200;

/** Every page of a list, of versions where nothing else is said, as rows; the pages are kept apart, since empty and short ones matter. */
export async function pagesOf(
  call: Call,
  template: string,
  params: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string | number | boolean>> = {},
  rows = 'model_versions',
): Promise<unknown[][]> {
  const pages: unknown[][] = [];
  let token: string | undefined;
  do {
    if (pages.length >= MAX_PAGES) throw new Unseen(`a list has more than ${MAX_PAGES} pages`);
    const sent = token === undefined ? query : { ...query, page_token: token };
    const response = must(await call({ method: 'GET', template, params, query: sent }), 'a list');
    pages.push(listAt(response.body, rows));
    const next = at(response.body, 'next_page_token');
    token = typeof next === 'string' && next !== '' ? next : undefined;
  } while (token !== undefined);
  return pages;
}

/** Waits until the list of a model's versions has as many as were made: lists may lag. */
export async function untilListed(context: RowContext, name: string, versions: number): Promise<void> {
  const pages = await poll(
    () => pagesOf(context.first.call, VERSIONS_OF, { name }),
    (read) => read.flat().length === versions,
    everySecond(10),
    context,
  );
  if (pages.flat().length === versions) return;
  throw new Unseen('the list of versions stayed behind');
}
