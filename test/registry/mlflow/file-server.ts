import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { serve } from '../../http/client-bench.ts';

/** How a server sends a file, as MLflow's handlers do (mlflow 3.17.2, `_send_artifact`). */
export type Store =
  /** On its own disk: a range costs only itself, and the ETag stays. */
  | 'disk'
  /** Elsewhere: each request fetches the whole object first, and gives the fetched copy an ETag of its own. */
  | 'fetched'
  /** As `fetched`, and ranges are ignored. */
  | 'fetched whole';

/** A file server, and what it was asked. */
export interface FileServer {
  readonly url: string;
  /** Requests for files, `bytes=…` where a range was asked for. */
  readonly requests: string[];
  /** Bytes that the server had to fetch from its store. */
  readonly fetched: () => number;
  /** Bytes that it sent. */
  readonly sent: () => number;
}

/** What one file server is made of. */
export interface FileServerOptions {
  readonly store: Store;
  readonly files: Readonly<Record<string, Buffer>>;
  /** Status of a response with a part of a file: 206, or 200 as of a store behind the server that says so. */
  readonly partStatus?: 200 | 206;
  /** The first so many responses break off in the middle of what they send. */
  readonly breaks?: number;
  /** The first so many requests get no response at all. */
  readonly silent?: number;
}

/** A server that lists and sends the files of version 1 of a model, kept by itself. */
export async function startFileServer(options: FileServerOptions): Promise<FileServer> {
  const { store, files } = options;
  const requests: string[] = [];
  let [fetched, sent] = [0, 0];
  let { breaks = 0, silent = 0 } = options;
  const replies: Readonly<Record<string, unknown>> = {
    '/api/2.0/mlflow/model-versions/get': {
      model_version: { name: 'fraud', version: '1', status: 'READY', run_id: '' },
    },
    '/api/2.0/mlflow/model-versions/get-download-uri': {
      artifact_uri: 'mlflow-artifacts:/0/r/artifacts/model',
    },
    '/api/2.0/mlflow-artifacts/artifacts': {
      files: Object.entries(files).map(([path, { length }]) => ({ path, is_dir: false, file_size: length })),
    },
  };
  const sendFile = (response: ServerResponse, bytes: Buffer, range: string | undefined): void => {
    if (store !== 'disk') fetched += bytes.length;
    const etag = store === 'disk' ? '"as-on-disk"' : `"${randomUUID()}"`;
    const start = Number(/^bytes=(\d+)-/u.exec(range ?? '')?.[1] ?? 0);
    const isPart = range !== undefined && store !== 'fetched whole';
    const body = isPart ? bytes.subarray(start) : bytes;
    response.writeHead(isPart ? (options.partStatus ?? 206) : 200, {
      etag,
      'content-length': body.length,
      ...(isPart ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    if (breaks > 0) {
      breaks -= 1;
      const half = body.subarray(0, Math.floor(body.length / 2));
      sent += half.length;
      response.write(half, () => setTimeout(() => response.destroy(), 20));
      return;
    }
    sent += body.length;
    response.end(body);
  };
  const url = await serve((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/model-versions/get-artifact') {
      requests.push(request.headers.range ?? 'whole');
      if (silent > 0) {
        silent -= 1;
        fetched += store === 'disk' ? 0 : (files[searchParams.get('path') ?? '']?.length ?? 0);
        request.socket.destroy();
        return;
      }
      const bytes = files[searchParams.get('path') ?? ''];
      if (bytes !== undefined) return sendFile(response, bytes, request.headers.range);
    }
    const reply = replies[pathname];
    response.writeHead(reply === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reply ?? { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'none' }));
  });
  return { url, requests, fetched: () => fetched, sent: () => sent };
}
