import type { FileEntry } from '../domain/file-entry.ts';
import { show } from '../domain/printable.ts';
import { strangeResponse } from './strange-response.ts';
import { FileList } from '../transfer/file-list.ts';

/** As much as one page of a list may have. Bytes. */
export const MAX_PAGE_BYTES = 16 * 1024 * 1024;

/** More pages than the most entries fill: a longer list is a loop. */
const MAX_PAGES = 10_000;

/** One object of a store, as its list has it. */
export interface ListedObject {
  readonly key: string;
  /** Bytes, as text. */
  readonly size: string;
  /** Where a store has directories of their own. */
  readonly isDirectory?: boolean;
}

/** One page of a list, and what asks for the next; undefined at the end. */
export interface ListedPage {
  readonly objects: readonly ListedObject[];
  readonly next: string | undefined;
}

/**
 * Every file below a folder of a store, page by page, by the rules of {@link FileList}: throws `protocol` where one is
 * broken. `call` names the request; the empty object that some tools make of a folder is no file.
 */
export async function listFolder(
  call: string,
  prefix: string,
  readPage: (next: string | undefined) => Promise<ListedPage>,
): Promise<FileEntry[]> {
  const hostile = (problem: string) => strangeResponse(`${problem}; no file was read or written`, call);
  const list = new FileList(hostile);
  const turnPage = list.pages();
  const base = folderOf(prefix);
  const seen = new Set<string>();
  for (let next: string | undefined; ;) {
    const page = await readPage(next);
    turnPage(page.objects.length);
    for (const { key, size, isDirectory } of page.objects) {
      if (key === base || key === prefix) continue;
      if (!key.startsWith(base)) throw hostile(`names "${show(key)}", which is outside of the version`);
      const path = key.slice(base.length);
      const isMarker = path.endsWith('/') && size === '0';
      if (isMarker || isDirectory === true) list.addDirectory(path.replace(/\/$/u, ''));
      else list.addFile(path, /^\d+$/u.test(size) ? Number(size) : Number.NaN);
    }
    next = page.next;
    if (next === undefined || next === '') return list.files();
    if (seen.has(next)) throw hostile('returns the same page repeatedly');
    seen.add(next);
    if (seen.size > MAX_PAGES) throw hostile(`has too many pages (more than ${MAX_PAGES})`);
  }
}

/** What every key below a folder begins with. */
export function folderOf(prefix: string): string {
  return prefix === '' ? '' : `${prefix}/`;
}
