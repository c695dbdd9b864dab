import { PromoteError } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import type { ByteStream } from '../transfer/port.ts';

/** A stream whole; `rejected` when it has more than `limit` bytes. */
export async function readWhole(stream: ByteStream, path: string, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) {
      throw new PromoteError(`The file ${show(path)} is larger than ${limit} bytes.`, {
        code: 'rejected',
        outcome: 'blocked',
        largerThan: limit,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
