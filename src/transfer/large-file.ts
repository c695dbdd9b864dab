import { createHash, type Hash } from 'node:crypto';
import type { FileEntry } from '../domain/file-entry.ts';
import { changed } from './changed.ts';
import { Part, partsOf } from './part.ts';
import type { ByteStream, RangeReader } from './port.ts';
import { WINDOW_BYTES, type BufferWindow } from './window.ts';

/** Bytes of a part: the 5 MiB that S3 asks of all but the last, and a multiple of the 256 KiB that Google asks. */
export const PART_BYTES = 5 * 1024 * 1024;

/** S3 takes at most 10,000 parts a file; some room is left. */
const MAX_PARTS = 9_500;

/** The largest file that passes in parts: of a larger one a single part would not fit into the window. Bytes. */
export const MAX_IN_PARTS = MAX_PARTS * WINDOW_BYTES;

/** Google takes parts in multiples of this. Bytes. */
const PART_STEP = 256 * 1024;

/** Bytes of a part: {@link PART_BYTES}, or as few more as let the store's number of parts be enough. */
export function partSizeFor(size: number): number {
  return Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS / PART_STEP) * PART_STEP);
}

/** Parts read ahead for a route that takes the file in one stream. */
const AHEAD = 6;

/** What a transfer works with. */
export interface TransferTools {
  readonly window: BufferWindow;
  /** Throws when the run was cancelled. */
  readonly refuseWhenCancelled: () => void;
  /** Called for bytes that were read only to be hashed. */
  readonly onRead?: (bytes: number) => void;
}

/**
 * Reads a file part by part, as many at once as the window holds, hashes it in order, and hands each part on while it
 * fills. Returns the sha256 in hex. After a failure no part is begun, and it is thrown when the others have ended.
 */
export async function runParts(
  file: FileEntry,
  reader: RangeReader,
  partSize: number,
  tools: TransferTools,
  use: (part: Part) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256');
  const failures: unknown[] = [];
  const running = new Set<Promise<void>>();
  let hashed: Promise<void> = Promise.resolve();
  for (const { length, ...place } of partsOf(file.size, partSize)) {
    const buffer = await tools.window.take(length);
    try {
      tools.refuseWhenCancelled();
    } catch (error) {
      failures.push(error);
    }
    if (failures.length > 0) {
      tools.window.give(buffer);
      break;
    }
    const part = new Part(place, buffer);
    hashed = hashAfter(hashed, part, hash);
    const task = Promise.allSettled([use(part), fill(file, reader, part), hashed]).then((results) => {
      tools.window.give(buffer);
      for (const result of results) if (result.status === 'rejected') failures.push(result.reason);
      running.delete(task);
    });
    running.add(task);
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
  return hash.digest('hex');
}

/** A file as one stream, read ahead in ranges, for a route that takes it in one request; its sha256 goes to `onHash`. */
export async function* streamParts(
  file: FileEntry,
  reader: RangeReader,
  { window }: TransferTools,
  onHash: (sha256: string) => void,
): ByteStream & AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  const places = partsOf(file.size, PART_BYTES).values();
  const begun: Promise<Begun>[] = [];
  const beginNext = () => {
    const { value } = places.next();
    if (value === undefined) return;
    const { length, ...place } = value;
    const begin = async (): Promise<Begun> => {
      const buffer = await window.take(length);
      const part = new Part(place, buffer);
      return { part, buffer, filled: Promise.allSettled([fill(file, reader, part)]) };
    };
    begun.push(begin());
  };
  for (let count = 0; count < AHEAD; count += 1) beginNext();
  try {
    for (let next = begun.shift(); next !== undefined; next = begun.shift()) {
      const { part, buffer, filled } = await next;
      try {
        for await (const piece of part.stream()) {
          hash.update(piece);
          // The consumer may still hold what it was given when the buffer is used again.
          yield Uint8Array.from(piece);
        }
      } finally {
        await filled;
        window.give(buffer);
      }
      beginNext();
    }
  } finally {
    for (const left of begun) {
      const { buffer, filled } = await left;
      await filled;
      window.give(buffer);
    }
  }
  onHash(hash.digest('hex'));
}

interface Begun {
  readonly part: Part;
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly filled: Promise<unknown>;
}

async function fill(file: FileEntry, reader: RangeReader, part: Part): Promise<void> {
  try {
    await reader.fill(part);
    if (!part.isFull)
      throw changed(file, `it ends at byte ${part.start + part.filled}, but ${file.size} bytes were listed`);
  } catch (error) {
    part.fail(error);
    throw error;
  }
}

async function hashAfter(before: Promise<void>, part: Part, hash: Hash): Promise<void> {
  await before;
  for await (const piece of part.stream()) hash.update(piece);
}
