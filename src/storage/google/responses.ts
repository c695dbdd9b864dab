import { strangeResponse } from '../strange-response.ts';
import { parseJson } from '../../http/json.ts';
import type { Response } from '../../http/transport.ts';
import type { ListedPage } from '../folder-listing.ts';

/** A response and its text. */
export interface StoreText {
  readonly response: Response;
  readonly text: string;
}

/** A page of a list (Cloud Storage JSON API reference, Objects: list). Throws `protocol` for anything else. */
export function readObjects(response: StoreText, call: string): ListedPage {
  const page = fieldsOf(response, call);
  const items = page.get('items') ?? [];
  if (!Array.isArray(items)) throw strangeResponse('lacks a required field: items', call);
  const next = page.get('nextPageToken');
  return {
    objects: items.map((item: unknown) => {
      const { name, size } = { name: undefined, size: undefined, ...asObject(item) };
      if (typeof name !== 'string') throw strangeResponse('lacks a required field: items.name', call);
      return { key: name, size: String(size) };
    }),
    next: typeof next === 'string' ? next : undefined,
  };
}

/** The md5 of an object that was stored, base64; empty where it is not stated. */
export function readMd5(response: StoreText, call: string): string {
  const md5 = fieldsOf(response, call).get('md5Hash');
  return typeof md5 === 'string' ? md5 : '';
}

function fieldsOf({ response, text }: StoreText, call: string): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(asObject(parseJson(text, response, call))));
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
