import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../../metastore/api-error.ts';
import type { Content, StoredFile } from '../../metastore/content.ts';
import type { RouteResponse } from '../route.ts';

/**
 * Responds to a GET of a file: `Range` of one part (206), `If-Unmodified-Since` (412), otherwise all of it (200).
 * Last-Modified has whole seconds, as HTTP dates have.
 */
export function fileResponse(file: StoredFile, headers: IncomingHttpHeaders, ranges: boolean): RouteResponse {
  const { content, contentType } = file;
  const common: Record<string, string> = {
    'last-modified': new Date(file.modified).toUTCString(),
    'accept-ranges': ranges ? 'bytes' : 'none',
  };
  const since = Date.parse(headers['if-unmodified-since'] ?? '');
  if (!Number.isNaN(since) && file.modified > since) {
    throw new ApiError(412, 'PRECONDITION_FAILED', 'The file was modified since the time given.');
  }
  const range = ranges ? parseRange(headers.range, content.size) : undefined;
  if (range === 'unsatisfiable') {
    const json = {
      error_code: 'INVALID_PARAMETER_VALUE',
      message: `Range ${headers.range ?? ''} is outside of the file.`,
    };
    return { status: 416, json, headers: { ...common, 'content-range': `bytes */${content.size}` } };
  }
  if (!range)
    return { status: 200, file: content, start: 0, end: content.size, contentType, headers: common };
  return {
    status: 206,
    file: content,
    start: range.start,
    end: range.end,
    contentType,
    headers: { ...common, 'content-range': `bytes ${range.start}-${range.end - 1}/${content.size}` },
  };
}

const etags = new WeakMap<Content, string>();

/** As {@link fileResponse}, of a store: with an ETag, another one whenever the file was written again. */
export function objectResponse(
  file: StoredFile,
  headers: IncomingHttpHeaders,
  ranges: boolean,
): RouteResponse {
  const etag = etags.get(file.content) ?? `"${randomUUID().replaceAll('-', '')}"`;
  etags.set(file.content, etag);
  const { 'if-match': wanted } = headers;
  if (wanted !== undefined && wanted !== '*' && !wanted.split(/, */).includes(etag))
    throw new ApiError(412, 'PRECONDITION_FAILED', 'The file is not the one of the ETag given.');
  // Where both are sent, If-Match alone decides (RFC 9110 §13.2.2; Amazon S3 API reference, GetObject).
  const decisive = wanted === undefined ? headers : { ...headers, 'if-unmodified-since': undefined };
  const response = fileResponse(file, decisive, ranges);
  return { ...response, headers: { ...response.headers, etag } };
}

/** `end` is exclusive. A header of another form counts as none, as HTTP says. */
function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const parts = /^bytes=([0-9]*)-([0-9]*)$/.exec(header ?? '');
  if (!parts) return undefined;
  const [, from = '', to = ''] = parts;
  if (from === '' && to === '') return undefined;
  if (from === '') {
    const length = Math.min(Number(to), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size };
  }
  const start = Number(from);
  if (start >= size || (to !== '' && Number(to) < start)) return 'unsatisfiable';
  return { start, end: to === '' ? size : Math.min(Number(to) + 1, size) };
}
