/**
 * File content as a function of the offset: pages of 4 KiB, each a block of noise of the seed that begins
 * with a header naming seed and page. A large file so needs no room, and ranges put in the wrong place can
 * not pass for the right content.
 */
export interface GeneratedFile {
  generated: true;
  size: number;
  seed?: number;
}

/** Bytes of one page. */
export const pageSize = 4096;
/** Bytes at the start of a page from which seed and position can be read. */
export const headerSize = 16;
const magic = 0x55434731;
const noise = new Map<number, Buffer>();

function noiseOf(seed: number): Buffer {
  const known = noise.get(seed);
  if (known) return known;
  const block = Buffer.alloc(pageSize);
  let state = (seed ^ 0x9e3779b9) >>> 0;
  for (let at = 0; at < pageSize; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    block.writeUInt32LE((state ^ (state >>> 15)) >>> 0, at);
  }
  noise.set(seed, block);
  return block;
}

/** Bytes `offset` to `offset + length` of the endless content of `seed` (an integer from 0 to 2³²−1). */
export function generatedSlice(seed: number, offset: number, length: number): Uint8Array {
  const block = noiseOf(seed);
  const firstPage = Math.floor(offset / pageSize);
  const lead = offset - firstPage * pageSize;
  const pages = Math.ceil((lead + length) / pageSize);
  const out = Buffer.allocUnsafe(pages * pageSize);
  for (let index = 0; index < pages; index += 1) {
    const at = index * pageSize;
    block.copy(out, at);
    writeHeader(out, at, seed, firstPage + index);
  }
  return out.subarray(lead, lead + length);
}

/** Whether `bytes` are those of `seed` from `offset` on. They are compared in place: large uploads pass through here. */
export function isGeneratedSlice(seed: number, offset: number, bytes: Uint8Array): boolean {
  const block = noiseOf(seed);
  const seen = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const header = Buffer.alloc(headerSize);
  for (let at = 0; at < seen.length;) {
    const page = Math.floor((offset + at) / pageSize);
    const from = offset + at - page * pageSize;
    const end = at + Math.min(pageSize - from, seen.length - at);
    if (from < headerSize) {
      writeHeader(header, 0, seed, page);
      const headerEnd = Math.min(end, at + headerSize - from);
      if (seen.compare(header, from, from + headerEnd - at, at, headerEnd) !== 0) return false;
    }
    const body = Math.max(from, headerSize);
    const bodyAt = at + body - from;
    if (bodyAt < end && seen.compare(block, body, body + end - bodyAt, bodyAt, end) !== 0) return false;
    at = end;
  }
  return true;
}

function writeHeader(out: Buffer, at: number, seed: number, page: number): void {
  out.writeUInt32BE(magic, at);
  out.writeUInt32BE(seed, at + 4);
  out.writeUInt32BE(Math.floor(page / 2 ** 32), at + 8);
  out.writeUInt32BE(page % 2 ** 32, at + 12);
}

/** Reads seed and offset (bytes) from the start of a page; `undefined` when `bytes` is no such start. */
export function recognise(bytes: Uint8Array): { seed: number; offset: number } | undefined {
  if (bytes.length < headerSize) return undefined;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, headerSize);
  if (view.readUInt32BE(0) !== magic) return undefined;
  return {
    seed: view.readUInt32BE(4),
    offset: (view.readUInt32BE(8) * 2 ** 32 + view.readUInt32BE(12)) * pageSize,
  };
}
