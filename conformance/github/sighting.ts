import { GITHUB_ROWS, type RowId } from './row.ts';
import type { Response } from './ask.ts';
import { entriesOf, memberOf, textOf } from './json.ts';

/** What a row saw, in words of ours: no account, repository, host or text of anybody is in it. */
export interface Sighting {
  readonly id: RowId;
  /** Undefined where it was tried and could not be read. */
  readonly seen?: string;
  readonly note?: string;
  /** Calls and statuses. */
  readonly requests: readonly string[];
}

/** What a row saw in responses; it saw nothing where one of them is no success. */
export function seenIn(
  id: RowId,
  responses: readonly Response[],
  see: () => string | { readonly seen: string; readonly note: string },
): Sighting {
  const requests = responses.map(({ call, status }) => `${call} ${status}`);
  const failed = responses.find(({ status }) => status !== 200);
  if (failed !== undefined) return { id, note: `HTTP ${failed.status}`, requests };
  const seen = see();
  return { id, ...(typeof seen === 'string' ? { seen } : seen), requests };
}

/** Sightings as a job handed them on; a job that did not run handed on nothing. */
export function sightingsIn(text: string): readonly Sighting[] {
  if (text === '') return [];
  const ids: ReadonlySet<string> = new Set(GITHUB_ROWS.map(({ id }) => id));
  return entriesOf(JSON.parse(text)).flatMap((entry) => {
    const id = textOf(entry, 'id');
    if (!ids.has(id)) return [];
    const [seen, note] = [textOf(entry, 'seen'), textOf(entry, 'note')];
    return [
      {
        id: id as RowId,
        ...(seen === '' ? {} : { seen }),
        ...(note === '' ? {} : { note }),
        requests: entriesOf(memberOf(entry, 'requests')).map(String),
      },
    ];
  });
}
