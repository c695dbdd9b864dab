import type { FileEntry } from '../../domain/digest.ts';
import { PromoteError } from '../../domain/errors.ts';
import type { FullName } from '../../domain/full-name.ts';
import { show } from '../../domain/text.ts';
import { protocolError } from '../../http/errors.ts';
import type { HttpClient } from '../../http/client.ts';
import type { HttpRequest } from '../../http/request.ts';
import type { FileSink, FileSource } from '../../transfer/port.ts';
import { pages } from '../call.ts';
import * as wire from './wire.ts';

/** The workspace road of the Files API takes no file over 5 GiB (databricks-sdk-py `mixins/files.py`; mlflow/mlflow#23955). */
const MAX_PUT_BYTES = 5 * 1024 ** 3;

/** A version has some dozen files; more than this many is a hostile or broken listing. */
const MAX_ENTRIES = 100_000;

/** The files of a version through the Files API, read (uc-protocol §9.2). */
export function filesApiSource(http: HttpClient, name: FullName, version: number): FileSource {
  const root = rootOf(name, version);
  const open: FileSource['open'] = async (path, range) => {
    const request = fileRequest('GET', root, path);
    const ranged =
      range === undefined
        ? request
        : { ...request, headers: { range: `bytes=${range.start}-${range.start + range.length - 1}` } };
    return (await http.stream(ranged))?.stream;
  };
  return {
    list: () => listFiles(http, root),
    open,
    async read(path, limit) {
      const stream = await open(path);
      if (stream === undefined) return undefined;
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of stream) {
        size += chunk.length;
        if (size > limit) throw tooLarge(path, limit);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
  };
}

/** The files of a pending version through the Files API, written: one PUT a file, repeated from its start when it fails. */
export function filesApiSink(http: HttpClient, name: FullName, version: number): FileSink {
  const root = rootOf(name, version);
  return {
    maxFileSize: MAX_PUT_BYTES,
    async write(file, open) {
      const request: HttpRequest = { ...fileRequest('PUT', root, file.path), query: { overwrite: true } };
      await http.send(request, { contentType: 'application/octet-stream', length: file.size, open });
    },
  };
}

function rootOf(name: FullName, version: number): string {
  return `/Models/${name.catalog}/${name.schema}/${name.model}/${version}`;
}

function fileRequest(method: 'GET' | 'PUT', root: string, path: string): HttpRequest {
  return { method, template: '/api/2.0/fs/files{+path}', params: { path: `${root}/${path}` }, retry: 'safe' };
}

async function listFiles(http: HttpClient, root: string): Promise<FileEntry[]> {
  const files = new Map<string, FileEntry>();
  const listed = new Set<string>();
  const listDirectory = async (directory: string): Promise<string[]> => {
    const deeper: string[] = [];
    const request: HttpRequest = {
      method: 'GET',
      template: '/api/2.0/fs/directories{+path}',
      params: { path: directory },
      query: { page_size: 1000 },
      retry: 'safe',
    };
    for await (const page of pages(http, request, wire.directoryPage)) {
      for (const row of page.contents ?? []) {
        const path = relativePath(row.path, root);
        if (row.is_directory === true) deeper.push(`${root}/${path}`);
        else if (files.has(path)) throw hostile(`lists "${show(path)}" twice`);
        else files.set(path, { path, size: row.file_size ?? 0 });
        if (files.size + listed.size + deeper.length > MAX_ENTRIES)
          throw hostile(`lists more than ${MAX_ENTRIES} entries`);
      }
    }
    return deeper;
  };
  let directories = [root];
  while (directories.length > 0) {
    for (const directory of directories) {
      if (listed.has(directory)) throw hostile(`lists the directory "${show(directory)}" twice`);
      listed.add(directory);
    }
    directories = (await Promise.all(directories.map(listDirectory))).flat();
  }
  return [...files.values()];
}

/** The path below the version's root; a path that leads out of it, or could, is refused. */
function relativePath(path: string, root: string): string {
  const inside = path.replace(/\/$/u, '');
  if (!inside.toLowerCase().startsWith(`${root.toLowerCase()}/`))
    throw hostile(`names "${show(path)}", which is outside of the version`);
  const relative = inside.slice(root.length + 1);
  const segments = relative.split('/');
  if (
    segments.some((segment) => segment === '' || segment === '.' || segment === '..') ||
    /[\p{Cc}\\]/u.test(relative)
  ) {
    throw hostile(`names "${show(path)}", which is no safe file name`);
  }
  return relative;
}

function hostile(problem: string): PromoteError {
  return protocolError(`${problem}; nothing was read or written by it`, 'GET /api/2.0/fs/directories{path}');
}

function tooLarge(path: string, limit: number): PromoteError {
  return new PromoteError(`The file ${show(path)} is larger than ${limit} bytes.`, {
    code: 'rejected',
    outcome: 'blocked',
  });
}
