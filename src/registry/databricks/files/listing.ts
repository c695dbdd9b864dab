import type { FileEntry } from '../../../domain/file-entry.ts';
import type { PromoteError } from '../../../domain/errors.ts';
import { show } from '../../../domain/printable.ts';
import type { HttpClient } from '../../../http/client.ts';
import { protocolError } from '../../../http/failed-response.ts';
import type { HttpRequest } from '../../../http/request.ts';
import { pages } from '../../call.ts';
import { filesOfTree } from '../../folder-tree.ts';
import * as wire from '../wire/files.ts';

/** Directories within directories; more is a hostile or broken listing. */
const MAX_DEPTH = 50;

/** Directories that are listed at the same time. */
const PARALLEL_DIRECTORIES = 8;

/** Every file below a version's root: throws `protocol` where the listing is broken. */
export async function listFiles(http: HttpClient, root: string): Promise<FileEntry[]> {
  return filesOfTree({
    hostile,
    most: MAX_DEPTH,
    parallel: PARALLEL_DIRECTORIES,
    async *pagesOf(folder) {
      const request: HttpRequest = {
        method: 'GET',
        template: '/api/2.0/fs/directories{+path}',
        params: { path: folder === '' ? root : `${root}/${folder}` },
        query: { page_size: 1000 },
        retry: 'safe',
      };
      for await (const page of pages(http, request, wire.directoryPage))
        yield (page.contents ?? []).map((row) => {
          const path = relativePath(row.path, root);
          return row.is_directory === true ? { path, isFolder: true } : { path, size: row.file_size ?? 0 };
        });
    },
  });
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
