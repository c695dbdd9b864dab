import { PromoteError } from '../../../domain/errors.ts';
import type { HttpClient } from '../../../http/client.ts';
import { errorFromFailure, header, protocolError } from '../../../http/errors.ts';
import type { Response } from '../../../http/transport.ts';
import { changed } from '../../../transfer/changed.ts';
import { fileRequest } from './path.ts';

/** Breaks in a row without a byte in between, after which a stream is given up. */
const MAX_FRUITLESS = 4;

/** Opens a file from an offset on; `undefined` when it does not exist. A server may ignore the offset: then it says so. */
export type OpenAt = (offset: number) => Promise<OpenedAt | undefined>;

/** A body that begins at `offset` of what was asked for. */
export interface OpenedAt {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly offset: number;
}

/** A file or a range of it through the workspace; later tries ask only for an unmodified file (auth-and-http §14.2). */
export async function getFile(
  http: HttpClient,
  path: string,
  range: { readonly start: number; readonly end?: number | undefined } | undefined,
  unmodifiedSince?: string,
): Promise<Response | undefined> {
  const headers: Record<string, string> = {};
  if (range !== undefined)
    headers['range'] = `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}`;
  if (unmodifiedSince !== undefined) headers['if-unmodified-since'] = unmodifiedSince;
  try {
    return await http.stream({ ...fileRequest('GET', path), headers });
  } catch (error) {
    if (error instanceof PromoteError && error.details.httpStatus === 412)
      throw changed({ path }, 'it was written while it was read');
    throw error;
  }
}

/** Where the body of an answer to a ranged request begins: a server that ignores ranges answers 200 and all of it. */
export function offsetOf(response: Response, asked: number): number {
  if (response.status !== 206) return 0;
  const from = /^bytes (\d+)-/u.exec(header(response.headers, 'content-range'))?.[1];
  return from === undefined ? asked : Number(from);
}

/**
 * The bytes of a stream that is taken up again where it broke, as long as something arrives between two breaks.
 * Undefined when there is nothing to open.
 */
export async function unbroken(
  http: HttpClient,
  start: number,
  open: OpenAt,
  call: string,
): Promise<AsyncGenerator<Uint8Array> | undefined> {
  const first = await open(start);
  return first === undefined ? undefined : goOn(http, { start, first, open, call });
}

async function* goOn(
  http: HttpClient,
  { start, first, open, call }: { start: number; first: OpenedAt; open: OpenAt; call: string },
): AsyncGenerator<Uint8Array> {
  let position = start;
  let opened: OpenedAt | undefined = first;
  for (let fruitless = 0; ;) {
    const before = position;
    try {
      for await (const chunk of skipping(opened, position)) {
        position += chunk.length;
        yield chunk;
      }
      return;
    } catch (error) {
      if (error instanceof PromoteError) throw error;
      fruitless = position > before ? 1 : fruitless + 1;
      if (fruitless > MAX_FRUITLESS) throw errorFromFailure(error, call);
    }
    await http.backOff(fruitless);
    opened = await open(position);
    if (opened === undefined) throw changed({ path: call }, 'it is gone');
  }
}

/** The bytes from `position` on of a body that begins earlier. */
export async function* skipping(opened: OpenedAt, position: number): AsyncGenerator<Uint8Array> {
  let skip = position - opened.offset;
  if (skip < 0)
    throw protocolError(`begins at byte ${opened.offset}, and ${position} was asked for`, 'GET {file}');
  for await (const chunk of opened.stream) {
    if (skip >= chunk.length) skip -= chunk.length;
    else {
      yield skip === 0 ? chunk : chunk.subarray(skip);
      skip = 0;
    }
  }
}
