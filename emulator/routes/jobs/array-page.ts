import { invalid } from '../../metastore/api-error.ts';

/** A page of the arrays in an object; one token pages all of them. */
export interface ArrayPage {
  /** The object with that page of each of its arrays; members without a value are left out. */
  of<Value extends Readonly<Record<string, unknown>>>(value: Value): Value;
  /** `next_page_token` and `has_more` of the object, once {@link of} has seen it. */
  next(): Record<string, unknown>;
}

/** Entries that an array has on a page since version 2.2 (docs, "Updating from Jobs API 2.1 to 2.2"). */
const SIZE = 100;

/** Leaves arrays whole, as version 2.1 does. */
export const WHOLE: ArrayPage = { of: (value) => value, next: () => ({}) };

/** Cuts arrays into pages of 100. */
export function arrayPage(token: string | undefined): ArrayPage {
  const offset = token === undefined || token === '' ? 0 : offsetOf(token);
  let longest = 0;
  return {
    of(value) {
      const entries = Object.entries(value).flatMap(([field, member]) => {
        if (member === undefined) return [];
        if (!Array.isArray(member)) return [[field, member]];
        const items: unknown[] = member;
        longest = Math.max(longest, items.length);
        return [[field, items.slice(offset, offset + SIZE)]];
      });
      return Object.fromEntries(entries) as typeof value;
    },
    next() {
      const end = offset + SIZE;
      if (longest <= end) return {};
      return { has_more: true, next_page_token: Buffer.from(`array/${end}`).toString('base64url') };
    },
  };
}

function offsetOf(token: string): number {
  const found = /^array\/([0-9]+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  if (found === null) throw invalid(`Invalid page token '${token}'.`);
  return Number(found[1]);
}
