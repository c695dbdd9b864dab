import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { copyFiles } from '../../src/transfer/copy-files.ts';
import type { FileSink, FileSource, PartWriter } from '../../src/transfer/port.ts';
import { BufferWindow } from '../../src/transfer/window.ts';
import { refusal } from '../http/client-bench.ts';

const MIB = 1024 * 1024;

/** A file of so many bytes, in pieces of 64 KiB. */
function sourceOf(size: number): FileSource {
  return {
    label: 'the source',
    list: async () => [{ path: 'model.bin', size }],
    open: async () =>
      (async function* () {
        for (let left = size; left > 0; left -= 64 * 1024) yield Buffer.alloc(Math.min(left, 64 * 1024), 7);
      })(),
    read: async () => undefined,
  };
}

/** A destination that takes a file for written after so many bytes. */
function sinkAfter(bytes: number): FileSink {
  return {
    maxFileSize: 100 * MIB,
    maxInParts: 0,
    async write(_file, open) {
      let taken = 0;
      const body = await open();
      for await (const chunk of body instanceof Uint8Array ? [body] : body) {
        taken += chunk.length;
        if (taken >= bytes) break;
      }
      return { route: 'workspace', reason: '' };
    },
  };
}

function copy(size: number, sink: FileSink) {
  const tools = {
    window: new BufferWindow(),
    refuseWhenCancelled: () => {},
    onBytes: () => {},
    onFile: () => {},
    finish: (writer: PartWriter) => writer.finish(),
    abandon: (writer: PartWriter) => writer.abandon(),
    onRouteClosed: () => {},
  };
  return copyFiles([{ path: 'model.bin', size }], sourceOf(size), sink, tools);
}

test('a file that is taken for written before its end has no digest, and is no copy', async () => {
  for (const bytes of [1, 3 * MIB - 64 * 1024]) {
    expect(await refusal(copy(3 * MIB, sinkAfter(bytes)))).toMatchObject({
      code: 'protocol',
      outcome: 'unavailable',
      message: 'The destination reported model.bin as written before its last byte was sent.',
    });
  }
  for (const bytes of [3 * MIB, Number.POSITIVE_INFINITY]) {
    const [copied] = await copy(3 * MIB, sinkAfter(bytes));
    expect(copied?.sha256).toBe(
      createHash('sha256')
        .update(Buffer.alloc(3 * MIB, 7))
        .digest('hex'),
    );
  }
});
