import { PromoteError } from '../domain/errors.ts';
import type { HttpClient } from '../http/client.ts';
import { errorFromFailure } from '../http/unanswered.ts';
import { header, protocolError } from '../http/failed-response.ts';
import type { Response } from '../http/transport.ts';
import { changed } from '../transfer/changed.ts';

/** Breaks in a row without a byte in between, after which a stream is given up. */
const MAX_FRUITLESS = 4;

/** Opens a file from an offset on; `undefined` when it does not exist. A server may ignore the offset: then it says so. */
export type OpenAt = (offset: number) => Promise<OpenedAt | undefined>;

/** A body that begins at `offset` of what was asked for. */
export interface OpenedAt {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly offset: number;
}

/** Where the body of a response to a ranged request begins: a server that ignores ranges responds with 200 and all of it. */
export function offsetOf(response: Response, asked: number): number {
  const from = statedStart(response);
  return from ?? (response.status === 206 ? asked : 0);
}

/** Whether a response to a ranged request is a part of the file: one that says which is, whatever its status (rclone: 200). */
export function isPart(response: Response): boolean {
  return response.status === 206 || statedStart(response) !== undefined;
}

function statedStart({ headers }: Response): number | undefined {
  const from = /^bytes (\d+)-/u.exec(header(headers, 'content-range'))?.[1];
  return from === undefined ? undefined : Number(from);
}

/**
 * The bytes of a stream that is resumed where it broke, as long as something arrives between two breaks.
 * Undefined when there is nothing to open.
 */
export async function unbroken(
  http: HttpClient,
  open: OpenAt,
  call: string,
): Promise<AsyncGenerator<Uint8Array> | undefined> {
  const first = await open(0);
  return first === undefined ? undefined : resumed(http, { first, open, call });
}

async function* resumed(
  http: HttpClient,
  { first, open, call }: { first: OpenedAt; open: OpenAt; call: string },
): AsyncGenerator<Uint8Array> {
  let position = 0;
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
    if (opened === undefined) throw changed({ path: call }, 'it no longer exists');
  }
}

/** The bytes from `position` on of a body that begins earlier. */
export async function* skipping(opened: OpenedAt, position: number): AsyncGenerator<Uint8Array> {
  let skip = position - opened.offset;
  if (skip < 0)
    throw protocolError(`begins at byte ${opened.offset}, but ${position} was requested`, 'GET {file}');
  for await (const chunk of opened.stream) {
    if (skip >= chunk.length) skip -= chunk.length;
    else {
      yield skip === 0 ? chunk : chunk.subarray(skip);
      skip = 0;
    }
  }
}
