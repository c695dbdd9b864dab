import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

type Pipe = (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

async function* hashing(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
  hash.digest('hex');
}

/** Bytes that a worker is sent at a time, and how many such buffers are on their way to it at the most. */
const BATCH = 1024 * 1024;
const BATCHES = 8;

/** The sha256 is made by a worker: the bytes are copied once, as they go on to their destination here. */
async function* hashingInWorker(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const worker = new Worker(new URL('hash-worker.js', import.meta.url));
  const free = Array.from({ length: BATCHES }, () => new Uint8Array(BATCH));
  let wake = () => {};
  worker.on('message', (back: Uint8Array<ArrayBuffer> | string) => {
    if (typeof back !== 'string') free.push(new Uint8Array(back.buffer));
    wake();
  });
  const woken = () => new Promise<void>((resolve) => (wake = resolve));
  let filled = 0;
  const send = () => {
    const batch = free.shift();
    if (batch !== undefined) worker.postMessage(batch.subarray(0, filled), [batch.buffer]);
    filled = 0;
  };
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length;) {
      while (free.length === 0) await woken();
      const piece = chunk.subarray(at, at + BATCH - filled);
      free[0]?.set(piece, filled);
      filled += piece.length;
      at += piece.length;
      if (filled === BATCH) send();
    }
    yield chunk;
  }
  send();
  const digest = once(worker, 'exit');
  worker.postMessage(undefined);
  await digest;
}

/** What bytes go through between GET and PUT, by the name of the pipe. */
export const PIPES: Readonly<Record<string, Pipe>> = {
  raw: (bytes) => bytes,
  hashing,
  'hashing in a worker': hashingInWorker,
};
