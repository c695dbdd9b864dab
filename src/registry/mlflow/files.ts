import type { FileEntry } from '../../domain/file-entry.ts';
import { PromoteError } from '../../domain/errors.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { show } from '../../domain/printable.ts';
import type { HttpClient } from '../../http/client.ts';
import { protocolError } from '../../http/errors.ts';
import type { HttpRequest } from '../../http/request.ts';
import { FileList } from '../../transfer/file-list.ts';
import type { RouteChoice } from '../../transfer/route.ts';
import type { FileSink, FileSource, UploadLimits } from '../../transfer/port.ts';
import { callJson, pages } from '../call.ts';
import { readWhole } from '../read-whole.ts';
import { unsupported } from '../unsupported.ts';
import { openWhole } from './file-stream.ts';
import { API } from './models.ts';
import { requireServed } from './served-path.ts';
import * as wire from './wire.ts';

/**
 * The files of a version, read through the server: each by `model-versions/get-artifact`, whatever store they lie in;
 * the listing where the server keeps the files itself or a run holds them (uc-protocol §12.1; MLflow 3.17.2).
 */
export function serverSource(http: HttpClient, name: FullName, version: number): FileSource {
  const open: FileSource['open'] = (path) =>
    openWhole(http, path, {
      method: 'GET',
      template: '/model-versions/get-artifact',
      query: { name: formatFullName(name), version, path },
      retry: 'safe',
    });
  const choice: RouteChoice = {
    route: 'workspace',
    reason: 'the server hands out the files of its versions',
  };
  return {
    label: formatModelUri(name, version),
    choice,
    list: () => listFiles(http, name, version),
    open,
    async read(path, limit) {
      const stream = await open(path);
      return stream === undefined ? undefined : readWhole(stream, path, limit);
    },
  };
}

/** Versions point at their files: nothing is ever written, and so no file is too large. */
export const UPLOAD_LIMITS: UploadLimits = { maxFileSize: Number.MAX_SAFE_INTEGER, maxInParts: 0 };

/** Refuses every write. */
export function noSink(): FileSink {
  return {
    ...UPLOAD_LIMITS,
    write: refuse,
  };
}

async function refuse(): Promise<never> {
  throw unsupported('upload into a version');
}

/** How the folders of a version are listed: the request for one, and a listed path as one below the version. */
interface Folder {
  readonly request: (folder: string) => HttpRequest;
  readonly inside: (folder: string, path: string) => string;
}

async function listFiles(http: HttpClient, name: FullName, version: number): Promise<FileEntry[]> {
  const folder = await folderOf(http, name, version);
  const list = new FileList(hostile);
  let folders = [''];
  while (folders.length > 0) {
    const deeper = await Promise.all(
      folders.map(async (parent) => {
        const found: string[] = [];
        const turnPage = list.pages();
        for await (const page of pages(http, folder.request(parent), wire.listing)) {
          turnPage(page.files?.length ?? 0);
          for (const row of page.files ?? []) {
            const path = folder.inside(parent, row.path);
            requireServed(path);
            if (row.is_dir === true) {
              list.addDirectory(path);
              found.push(path);
            } else {
              list.addFile(path, row.file_size ?? 0);
            }
          }
        }
        return found;
      }),
    );
    folders = deeper.flat();
  }
  return list.files();
}

async function folderOf(http: HttpClient, name: FullName, version: number): Promise<Folder> {
  const key = { name: formatFullName(name), version };
  const [{ artifact_uri: uri }, read] = await Promise.all([
    callJson(http, API.get('/model-versions/get-download-uri', key), wire.downloadUri),
    callJson(http, API.get('/model-versions/get', key), wire.version),
  ]);
  // `mlflow-artifacts:/path` and `mlflow-artifacts://host/path`: the server itself keeps the files.
  const kept = /^mlflow-artifacts:(?:\/\/[^/]*)?\/+(.*)$/u.exec(uri)?.[1];
  if (kept !== undefined) {
    const root = kept.replace(/\/$/u, '');
    return {
      request: (path) => ({
        method: 'GET',
        template: '/api/2.0/mlflow-artifacts/artifacts',
        query: { path: joined(root, path) },
        retry: 'safe',
      }),
      inside: (parent, path) => joined(parent, path),
    };
  }
  const runId = read.model_version.run_id ?? '';
  const root = runId === '' ? undefined : await placeInRun(http, runId, uri);
  if (root === undefined) throw notListed(uri);
  return {
    request: (path) => API.get('/artifacts/list', { run_id: runId, path: joined(root, path) || undefined }),
    // Here the listed paths begin at the run, whichever folder was asked for.
    inside: (_parent, path) => (root === '' ? path : path.replace(`${root}/`, () => '')),
  };
}

/** The folder of a URI below the artifacts of a run; undefined when it lies elsewhere. */
async function placeInRun(http: HttpClient, runId: string, uri: string): Promise<string | undefined> {
  const { run } = await callJson(http, API.get('/runs/get', { run_id: runId }), wire.run);
  const root = (run.info.artifact_uri ?? '').replace(/\/$/u, '');
  if (root === '') return undefined;
  if (uri.replace(/\/$/u, '') === root) return '';
  return uri.startsWith(`${root}/`) ? uri.slice(root.length + 1).replace(/\/$/u, '') : undefined;
}

function joined(folder: string, path: string): string {
  return [folder, path].filter((part) => part !== '').join('/');
}

function hostile(problem: string): PromoteError {
  return protocolError(`${problem}; nothing was read or written by it`, 'the listing of files');
}

function notListed(uri: string): PromoteError {
  const scheme = /^([a-z][a-z0-9+.-]*):/iu.exec(uri)?.[1] ?? 'file';
  return new PromoteError(
    `The files of this version lie in a store (${show(scheme, 20)}:) that the MLflow server does not list.`,
    {
      code: 'unsupported',
      outcome: 'unsupported',
      fix: 'Let the server keep the files (mlflow server --serve-artifacts), or register the version from its run.',
    },
  );
}
