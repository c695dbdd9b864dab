import type { FileEntry } from '../../../domain/file-entry.ts';
import type { PromoteError } from '../../../domain/errors.ts';
import { show } from '../../../domain/printable.ts';
import type { HttpClient } from '../../../http/client.ts';
import { protocolError } from '../../../http/failed-response.ts';
import type { HttpRequest } from '../../../http/request.ts';
import { FileList } from '../../../transfer/file-list.ts';
import { pages } from '../../call.ts';
import * as wire from '../wire/files.ts';

/** Directories within directories; more is a hostile or broken listing. */
const MAX_DEPTH = 50;

/** Directories that are listed at the same time. */
const PARALLEL_DIRECTORIES = 8;

/** Every file below a version's root, by the rules of {@link FileList}: throws `protocol` where one is broken. */
export async function listFiles(http: HttpClient, root: string): Promise<FileEntry[]> {
  const list = new FileList(hostile);
  const listDirectory = async (directory: string): Promise<string[]> => {
    const deeper: string[] = [];
    const request: HttpRequest = {
      method: 'GET',
      template: '/api/2.0/fs/directories{+path}',
      params: { path: directory },
      query: { page_size: 1000 },
      retry: 'safe',
    };
    const turnPage = list.pages();
    for await (const page of pages(http, request, wire.directoryPage)) {
      const rows = page.contents ?? [];
      turnPage(rows.length);
      for (const row of rows) {
        const path = relativePath(row.path, root);
        if (row.is_directory === true) {
          list.addDirectory(path);
          deeper.push(`${root}/${path}`);
        } else {
          list.addFile(path, row.file_size ?? 0);
        }
      }
    }
    return deeper;
  };
  let directories = [root];
  for (let depth = 0; directories.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw hostile(`has directories more than ${MAX_DEPTH} levels deep`);
    let found: string[] = [];
    for (let at = 0; at < directories.length; at += PARALLEL_DIRECTORIES) {
      const batch = directories.slice(at, at + PARALLEL_DIRECTORIES);
      found = found.concat(...(await Promise.all(batch.map(listDirectory))));
    }
    directories = found;
  }
  return list.files();
}

/** The path below the version's root; a path outside of it is refused. */
function relativePath(path: string, root: string): string {
  const inside = path.replace(/\/$/u, '');
  if (!inside.toLowerCase().startsWith(`${root.toLowerCase()}/`))
    throw hostile(`names "${show(path)}", which is outside of the version`);
  return inside.slice(root.length + 1);
}

function hostile(problem: string): PromoteError {
  return protocolError(`${problem}; no file was read or written`, 'GET /api/2.0/fs/directories{path}');
}
