import type { FileEntry } from '../domain/file-entry.ts';
import { show } from '../domain/printable.ts';

/** A version has some dozen files; more than this many is a hostile or broken listing. */
const MAX_ENTRIES = 100_000;

/** Pages in a row that may be empty (uc-protocol §3.2 knows such); a listing with more of them has no end. */
const MAX_EMPTY_PAGES = 100;

/**
 * True for a relative path that stays below its root, also where a backslash parts folders, and that is text: NUL ends a name
 * on every system, and half a character has no bytes. Other odd characters are the business of the store that has to take
 * them.
 */
export function isSafePath(path: string): boolean {
  return (
    path.split('/').every((segment) => segment !== '' && segment !== '.') &&
    !path.split(/[/\\]/u).includes('..') &&
    !/[\0\p{Cs}]/u.test(path)
  );
}

/** The error of a listing with a problem: the sentence goes on after "The response of …". */
export type HostileListing = (problem: string) => Error;

/**
 * Files as a store or a registry lists them, page by page. Whoever fills it throws on names that lead out of the version
 * or could (`..`, absolute), on duplicates, on sizes that are none, and on listings without an end.
 */
export class FileList {
  readonly #hostile: HostileListing;
  readonly #files = new Map<string, FileEntry>();
  readonly #directories = new Set<string>();

  constructor(hostile: HostileListing) {
    this.#hostile = hostile;
  }

  /** Counts the pages of one listing; the returned function takes the entries of each page. */
  pages(): (entries: number) => void {
    let empty = 0;
    return (entries) => {
      empty = entries === 0 ? empty + 1 : 0;
      if (empty > MAX_EMPTY_PAGES)
        throw this.#hostile(`has ${MAX_EMPTY_PAGES} pages in a row without an entry`);
    };
  }

  /** Takes a file by its path below the version; `size` in bytes. */
  addFile(path: string, size: number): void {
    this.#requireSafe(path);
    if (this.#files.has(path)) throw this.#hostile(`lists "${show(path)}" twice`);
    if (!Number.isSafeInteger(size) || size < 0)
      throw this.#hostile(`gives "${show(path)}" the invalid size ${size}`);
    this.#files.set(path, { path, size });
    this.#requireFew();
  }

  /** Takes a directory by its path below the version. */
  addDirectory(path: string): void {
    this.#requireSafe(path);
    if (this.#directories.has(path)) throw this.#hostile(`lists the directory "${show(path)}" twice`);
    this.#directories.add(path);
    this.#requireFew();
  }

  /** Every file, when the listing has ended. */
  files(): FileEntry[] {
    const files = [...this.#files.values()];
    const directories = new Set([...this.#directories, ...files.flatMap(({ path }) => foldersOf(path))]);
    for (const { path } of files) {
      if (directories.has(path))
        throw this.#hostile(`lists "${show(path)}" both as a file and as a directory`);
    }
    return files;
  }

  #requireSafe(path: string): void {
    if (!isSafePath(path)) throw this.#hostile(`names "${show(path)}", which is not a safe file name`);
  }

  #requireFew(): void {
    if (this.#files.size + this.#directories.size > MAX_ENTRIES)
      throw this.#hostile(`lists more than ${MAX_ENTRIES} entries`);
  }
}

/** The folders that a file lies in, below the root of its listing. */
export function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at));
  return folders;
}
