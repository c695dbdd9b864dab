import { createHash } from 'node:crypto';
import { ApiError } from '../../metastore/api-error.ts';
import { digestOf, joinContent } from '../../metastore/content.ts';
import { signedPlace, storeFile } from '../../metastore/files.ts';
import { signedArtifact } from '../../workspace/artifacts.ts';
import type { Received } from '../../metastore/blobs.ts';
import { receive } from './api.ts';
import type { Input } from '../input.ts';
import { objectResponse } from './ranges.ts';
import { family, type RouteResponse, type Context, type Route, type Upload } from '../route.ts';

const storage = family('/cloud-storage', { from: 'client code', section: 'storage behind presigned URLs' });

const query = { 'x-op': 'string!', 'x-expires': 'string!', 'X-Amz-Signature': 'string!' } as const;

/** Checks the signature for one of `operations` (their first word); returns the words of the operation signed. */
function operationOf(
  input: Input,
  context: Context,
  operations: readonly string[],
): [path: string, words: string[]] {
  const path = `/${input.text('path')}`;
  const operation = input.query['x-op'] ?? '';
  const words = operation.split(':');
  if (!operations.includes(words[0] ?? '')) throw new ApiError(403, 'AccessDenied', 'Access Denied', 'xml');
  const now = context.expired ? Number.MAX_SAFE_INTEGER : context.session.now();
  if (context.session.switches.presign === 'storage-blocked' && words[0] !== 'abort') {
    throw new ApiError(403, 'AccessDenied', 'Access Denied', 'xml');
  }
  context.signer.check(input, context.headers, operation, path, now);
  return [path, words];
}

function read(input: Input, context: Context): RouteResponse {
  const [path] = operationOf(input, context, ['read']);
  const target = signedArtifact(context.session, path) ?? signedPlace(context.session, path, 'read');
  const file = target.version.files.get(target.path);
  if (!file) throw new ApiError(404, 'NoSuchKey', 'The specified key does not exist.', 'xml');
  return objectResponse(file, context.headers, context.session.switches.rangesHonoured);
}

async function put(input: Input, context: Context): Promise<RouteResponse> {
  const [path, [operation = '', token = '', part = '']] = operationOf(input, context, [
    'write',
    'part',
    'resumable',
  ]);
  if (operation === 'write') {
    const target = signedPlace(context.session, path, 'write');
    storeFile(context.session, target, await receive(context), 'application/octet-stream');
    return {
      status: 200,
      headers: { etag: `"${createHash('sha256').update(path).digest('hex').slice(0, 32)}"` },
    };
  }
  const upload = context.uploads.get(token);
  if (!upload) throw new ApiError(404, 'NoSuchUpload', 'The specified upload does not exist.', 'xml');
  return operation === 'part'
    ? await putPart(context, upload, Number(part))
    : await resume(context, upload, token, (received) => {
        const target = signedPlace(context.session, upload.path, 'write');
        storeFile(context.session, target, received, 'application/octet-stream');
      });
}

async function putPart(context: Context, upload: Upload, number: number): Promise<RouteResponse> {
  const received = await receive(context);
  const content = received.content;
  const identity =
    received.sha256 ??
    (content.kind === 'generated' ? `${content.seed}/${content.offset}/${content.size}` : '');
  const etag = `"${createHash('sha256').update(identity).digest('hex').slice(0, 32)}"`;
  upload.parts.set(number, { content, etag });
  return { status: 200, headers: { etag } };
}

/** One chunk of a resumable upload: 308 says how far it got, 200 ends it with `store`. */
export async function resume(
  context: Context,
  upload: Upload,
  token: string,
  store: (received: Received) => void,
): Promise<RouteResponse> {
  const parts = [...upload.parts.values()].map((part) => part.content);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const range = /^bytes (?:\*|([0-9]+)-([0-9]+))\/(\*|[0-9]+)$/.exec(context.headers['content-range'] ?? '');
  if (!range) throw new ApiError(400, 'InvalidRange', 'Content-Range is missing or malformed.', 'xml');
  const [, from, , total = '*'] = range;
  if (from === undefined || Number(from) !== size) return progress(size);
  const received = await receive(context);
  upload.parts.set(upload.parts.size + 1, { content: received.content, etag: '' });
  const now = size + received.content.size;
  if (total === '*' || Number(total) !== now) return progress(now);
  const content = joinContent([...parts, received.content]);
  store({ content, sha256: await digestOf(content) });
  context.uploads.delete(token);
  return { status: 200 };
}

function progress(size: number): RouteResponse {
  return { status: 308, headers: size === 0 ? {} : { range: `bytes=0-${size - 1}` } };
}

/** The responses of a cloud store on signed URLs. */
export const storageRoutes: readonly Route[] = [
  storage({
    method: 'GET',
    template: '/{path*}',
    write: false,
    succeeds: [200, 206],
    auth: 'signed',
    fields: query,
    handle: read,
  }),
  storage({
    method: 'PUT',
    template: '/{path*}',
    write: true,
    succeeds: [200, 308],
    auth: 'signed',
    streams: true,
    query,
    handle: put,
  }),
  storage({
    method: 'DELETE',
    template: '/{path*}',
    write: true,
    succeeds: [204],
    auth: 'signed',
    query,
    handle: (input, context) => {
      const [, [, token = '']] = operationOf(input, context, ['abort', 'resumable']);
      context.uploads.delete(token);
      return { status: 204 };
    },
  }),
];
