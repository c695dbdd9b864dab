import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

// Plain JavaScript, so that the worker needs no flag to start.
/** Hashes the buffers it is sent, in order, and hands each back; a message that is none asks for the digest. */
const hash = createHash('sha256');
parentPort?.on('message', (bytes) => {
  if (!(bytes instanceof Uint8Array)) {
    parentPort?.postMessage(hash.digest('hex'));
    parentPort?.close();
    return;
  }
  hash.update(bytes);
  parentPort?.postMessage(bytes, [bytes.buffer]);
});
