import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../faults.ts';
import { readContent } from '../metastore/content.ts';
import type { RouteResponse } from '../routes/route.ts';
import { faultOf } from './fault-effects.ts';
import { writeJson } from './json.ts';
import type { Pace } from './pacing.ts';

/** Writes a response; returns the number of body bytes. Faults may cut, stall or spoil the body. */
export async function send(
  response: ServerResponse,
  reply: RouteResponse,
  options: { head: boolean; faults: readonly Fault[]; pace: Pace },
): Promise<number> {
  // Node's own header keeps real time where a test sets the clock.
  const headers: Record<string, string> = { date: new Date().toUTCString(), ...reply.headers };
  const { faults, pace } = options;
  let size = 0;
  let body: AsyncIterable<Uint8Array> | undefined;
  if ('json' in reply) {
    const bytes = Buffer.from(writeJson(reply.json), 'utf8');
    headers['content-type'] ??= 'application/json';
    [size, body] = [bytes.length, one(bytes)];
  } else if ('text' in reply) {
    const bytes = Buffer.from(reply.text, 'utf8');
    headers['content-type'] = reply.contentType;
    [size, body] = [bytes.length, one(bytes)];
  } else if ('file' in reply) {
    headers['content-type'] = reply.contentType;
    [size, body] = [reply.end - reply.start, paced(readContent(reply.file, reply.start, reply.end), pace)];
  }
  if (reply.status !== 204) headers['content-length'] = String(size);
  response.writeHead(reply.status, headers);
  if (!body || options.head || reply.status === 204) {
    response.end();
    return 0;
  }
  return await sendBody(response, body, size, faults);
}

async function sendBody(
  response: ServerResponse,
  body: AsyncIterable<Uint8Array>,
  size: number,
  faults: readonly Fault[],
): Promise<number> {
  const cut = faultOf(faults, 'drop')?.when === 'during';
  const stall = faultOf(faults, 'stall');
  const middle = Math.floor(size / 2);
  let spoil = faultOf(faults, 'corrupt-body') !== undefined;
  let stalled = stall === undefined;
  let sent = 0;
  for await (const piece of body) {
    let chunk = piece;
    if (spoil && chunk.length > 0) {
      chunk = Buffer.from(chunk);
      chunk[chunk.length - 1] = (chunk[chunk.length - 1] ?? 0) ^ 1;
      spoil = false;
    }
    if ((cut || !stalled) && sent + chunk.length > middle) {
      const first = chunk.subarray(0, middle - sent);
      await write(response, first);
      if (cut) {
        await sleep(5);
        response.destroy();
        return sent + first.length;
      }
      stalled = true;
      await sleep(stall?.ms ?? 0);
      chunk = chunk.subarray(first.length);
      sent += first.length;
    }
    if (response.destroyed) return sent;
    await write(response, chunk);
    sent += chunk.length;
  }
  response.end();
  return sent;
}

async function write(response: ServerResponse, chunk: Uint8Array): Promise<void> {
  if (response.write(chunk)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* paced(chunks: AsyncIterable<Uint8Array>, pace: Pace): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    await pace(chunk.length);
    yield chunk;
  }
}
