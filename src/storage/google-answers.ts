import { protocolError } from '../http/errors.ts';
import { parseJson } from '../http/json.ts';
import type { Answer } from '../http/transport.ts';
import { MAX_PAGE_BYTES, type ListedPage } from './folder-listing.ts';

/** A page of a list (Cloud Storage JSON API reference, Objects: list). Throws `protocol` for anything else. */
export async function readObjects(answer: Answer, call: string): Promise<ListedPage> {
  const page = await fieldsOf(answer, call);
  const items = page.get('items') ?? [];
  if (!Array.isArray(items)) throw protocolError('lacks what it promises: items', call);
  const next = page.get('nextPageToken');
  return {
    objects: items.map((item: unknown) => {
      const { name, size } = { name: undefined, size: undefined, ...asObject(item) };
      if (typeof name !== 'string') throw protocolError('lacks what it promises: items.name', call);
      return { key: name, size: String(size) };
    }),
    next: typeof next === 'string' ? next : undefined,
  };
}

/** The md5 of an object that was stored, base64; empty where it is not told. */
export async function readMd5(answer: Answer, call: string): Promise<string> {
  const md5 = (await fieldsOf(answer, call)).get('md5Hash');
  return typeof md5 === 'string' ? md5 : '';
}

async function fieldsOf(answer: Answer, call: string): Promise<ReadonlyMap<string, unknown>> {
  return new Map(Object.entries(asObject(parseJson(await answer.text(MAX_PAGE_BYTES), answer, call))));
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
