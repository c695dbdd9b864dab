import type { IncomingMessage } from 'node:http';
import { invalid } from '../metastore/api-error.ts';
import { isObject } from '../routes/input.ts';
import { parseJson } from './json.ts';
import type { Pace } from './pacing.ts';

/** Counts body bytes; `limit` is where a fault cuts the upload. */
export interface Meter {
  bytes: number;
  limit?: number;
}

/** Thrown when the client or a fault ended the upload in the middle. */
export class UploadCut extends Error {}

/** The request body as it arrives, paced and counted. */
export async function* bodyOf(
  request: IncomingMessage,
  pace: Pace,
  meter: Meter,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of arriving(request)) {
    meter.bytes += chunk.length;
    if (meter.limit !== undefined && meter.bytes > meter.limit) throw new UploadCut('cut by a fault');
    await pace(chunk.length);
    yield chunk;
  }
  if (!request.complete) throw new UploadCut('the client went away');
}

/** The same bytes, the last one of the first chunk wrong. */
export async function* spoiled(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const chunk of body) {
    const wrong = Uint8Array.from(chunk);
    if (isFirst) wrong[wrong.length - 1] = (wrong[wrong.length - 1] ?? 0) ^ 1;
    isFirst = false;
    yield wrong;
  }
}

/** A client that goes away ends the upload; Node says so by an error of its own, or by an early end. */
async function* arriving(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of request) yield chunk as Buffer;
  } catch (cause) {
    throw new UploadCut('the client went away', { cause });
  }
}

const jsonLimit = 4 * 1024 * 1024;

/** Collects a small body; throws for more bytes than the limit. */
export async function bytesOf(body: AsyncIterable<Uint8Array>, limit = jsonLimit): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw invalid('The request body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** {@link bytesOf} as text. */
export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  return (await bytesOf(body)).toString('utf8');
}

/**
 * The fields of a JSON body that could stand in a query too: some clients send those of a GET there (mlflow-export-import,
 * `client/http_client.py`).
 */
export function scalarsOf(body: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      ['string', 'number', 'boolean'].includes(typeof value) ? [[name, String(value)]] : [],
    ),
  );
}

/** Parses a JSON object or, with `form`, a form; an empty text is no body. */
export function parseBody(text: string, form: boolean): Record<string, unknown> | undefined {
  if (text === '') return undefined;
  if (form) return Object.fromEntries(new URLSearchParams(text));
  let parsed: unknown;
  try {
    parsed = parseJson(text);
  } catch {
    throw invalid('The request body is not valid JSON.');
  }
  if (!isObject(parsed)) throw invalid('The request body must be a JSON object.');
  return parsed;
}
