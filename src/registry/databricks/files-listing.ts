import type { FileEntry } from '../../domain/digest.ts';
import type { PromoteError } from '../../domain/errors.ts';
import { show } from '../../domain/text.ts';
import type { HttpClient } from '../../http/client.ts';
import { protocolError } from '../../http/errors.ts';
import type { HttpRequest } from '../../http/request.ts';
import { pages } from '../call.ts';
import { isSafePath } from '../file-path.ts';
import * as wire from './wire.ts';

/** A version has some dozen files; more than this many is a hostile or broken listing. */
const MAX_ENTRIES = 100_000;

/** Pages in a row that may be empty (uc-protocol §3.2 knows such); a listing that goes on longer without entries has no end. */
const MAX_EMPTY_PAGES = 100;

/** Directories within directories; more is a hostile or broken listing. */
const MAX_DEPTH = 50;

/** Directories that are listed at the same time. */
const PARALLEL_DIRECTORIES = 8;

/**
 * Every file below a version's root. Throws `protocol` on names that lead out of it or could (`..`, absolute, control
 * characters), on duplicates, on sizes that are none, and on listings without an end.
 */
export async function listFiles(http: HttpClient, root: string): Promise<FileEntry[]> {
  const files = new Map<string, FileEntry>();
  const listed = new Set<string>();
  const listDirectory = async (directory: string): Promise<string[]> => {
    const deeper: string[] = [];
    let empty = 0;
    const request: HttpRequest = {
      method: 'GET',
      template: '/api/2.0/fs/directories{+path}',
      params: { path: directory },
      query: { page_size: 1000 },
      retry: 'safe',
    };
    for await (const page of pages(http, request, wire.directoryPage)) {
      const rows = page.contents ?? [];
      empty = rows.length === 0 ? empty + 1 : 0;
      if (empty > MAX_EMPTY_PAGES) throw hostile(`goes on for ${MAX_EMPTY_PAGES} pages without an entry`);
      for (const row of rows) {
        const path = relativePath(row.path, root);
        if (row.is_directory === true) deeper.push(`${root}/${path}`);
        else if (files.has(path)) throw hostile(`lists "${show(path)}" twice`);
        else files.set(path, { path, size: sizeOf(path, row.file_size) });
        // The root is listed, and is no entry.
        if (files.size + listed.size - 1 + deeper.length > MAX_ENTRIES)
          throw hostile(`lists more than ${MAX_ENTRIES} entries`);
      }
    }
    return deeper;
  };
  let directories = [root];
  for (let depth = 0; directories.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw hostile(`has directories more than ${MAX_DEPTH} levels deep`);
    for (const directory of directories) {
      if (listed.has(directory)) throw hostile(`lists the directory "${show(directory)}" twice`);
      listed.add(directory);
    }
    const found: string[] = [];
    for (let at = 0; at < directories.length; at += PARALLEL_DIRECTORIES) {
      const batch = directories.slice(at, at + PARALLEL_DIRECTORIES);
      found.push(...(await Promise.all(batch.map(listDirectory))).flat());
    }
    directories = found;
  }
  refuseFilesAsDirectories(files, listed, root);
  return [...files.values()];
}

/** The path below the version's root; a path that leads out of it, or could, is refused. */
function relativePath(path: string, root: string): string {
  const inside = path.replace(/\/$/u, '');
  if (!inside.toLowerCase().startsWith(`${root.toLowerCase()}/`))
    throw hostile(`names "${show(path)}", which is outside of the version`);
  const relative = inside.slice(root.length + 1);
  if (!isSafePath(relative)) throw hostile(`names "${show(path)}", which is no safe file name`);
  return relative;
}

function sizeOf(path: string, size: number | null | undefined): number {
  if (size === undefined || size === null) return 0;
  if (!Number.isSafeInteger(size) || size < 0) throw hostile(`gives "${show(path)}" the size ${size}`);
  return size;
}

function refuseFilesAsDirectories(
  files: ReadonlyMap<string, FileEntry>,
  listed: ReadonlySet<string>,
  root: string,
): void {
  for (const path of files.keys()) {
    if (listed.has(`${root}/${path}`)) throw hostile(`has "${show(path)}" as a file and as a directory`);
  }
}

function hostile(problem: string): PromoteError {
  return protocolError(`${problem}; nothing was read or written by it`, 'GET /api/2.0/fs/directories{path}');
}
