import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { generatedSlice } from './generator.ts';

/** Bytes of a stored file (or of one uploaded part), wherever they live. Sizes and offsets are bytes. */
export type Content =
  | { kind: 'memory'; size: number; bytes: Uint8Array }
  | { kind: 'disk'; size: number; file: string }
  | { kind: 'generated'; size: number; seed: number; offset: number }
  | { kind: 'joined'; size: number; parts: Content[] };

/** One file of a model version. `sha256` is lower-case hex, computed when first asked for if absent. */
export interface StoredFile {
  content: Content;
  modified: number;
  contentType: string;
  sha256?: string;
}

const chunkSize = 256 * 1024;

/** Reads `content` from byte `start` up to, not including, byte `end`, in chunks of at most 256 KiB. */
export async function* readContent(content: Content, start: number, end: number): AsyncGenerator<Uint8Array> {
  if (end <= start) return;
  switch (content.kind) {
    case 'memory':
      for (let at = start; at < end; at += chunkSize) {
        yield content.bytes.subarray(at, Math.min(end, at + chunkSize));
      }
      return;
    case 'disk':
      for await (const chunk of createReadStream(content.file, { start, end: end - 1 }))
        yield chunk as Uint8Array;
      return;
    case 'generated':
      for (let at = start; at < end; at += chunkSize) {
        yield generatedSlice(content.seed, content.offset + at, Math.min(end, at + chunkSize) - at);
      }
      return;
    case 'joined': {
      let base = 0;
      for (const part of content.parts) {
        const from = Math.max(start - base, 0);
        const to = Math.min(end - base, part.size);
        if (from < to) yield* readContent(part, from, to);
        base += part.size;
      }
      return;
    }
  }
}

/** Largest generated file whose digest is really computed; beyond it a name stands for the content. */
const digestLimit = 64 * 1024 * 1024;

/**
 * Digest of a whole content: lower-case hex sha256, or `generated:<seed>:<offset>:<size>` for generated
 * content above 64 MiB, which is as good an identity and costs nothing.
 */
export async function digestOf(content: Content): Promise<string> {
  if (content.kind === 'generated') return generatedDigest(content);
  const hash = createHash('sha256');
  for await (const chunk of readContent(content, 0, content.size)) hash.update(chunk);
  return hash.digest('hex');
}

/** {@link digestOf} without waiting, for content that is in memory or generated; `undefined` for content on disk. */
export function digestNow(content: Content): string | undefined {
  if (content.kind === 'generated') return generatedDigest(content);
  const hash = createHash('sha256');
  return addNow(content, hash) ? hash.digest('hex') : undefined;
}

function addNow(content: Content, hash: ReturnType<typeof createHash>): boolean {
  switch (content.kind) {
    case 'memory':
      hash.update(content.bytes);
      return true;
    case 'generated':
      if (content.size > digestLimit) return false;
      addGenerated(content, hash);
      return true;
    case 'joined':
      return content.parts.every((part) => addNow(part, hash));
    case 'disk':
      return false;
  }
}

type Generated = Content & { kind: 'generated' };

/** Digests of generated contents by their names, which say all of them. */
const generatedDigests = new Map<string, string>();

function generatedDigest(content: Generated): string {
  const name = `generated:${content.seed}:${content.offset}:${content.size}`;
  if (content.size > digestLimit) return name;
  const known = generatedDigests.get(name);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  addGenerated(content, hash);
  const digest = hash.digest('hex');
  generatedDigests.set(name, digest);
  return digest;
}

function addGenerated({ seed, offset, size }: Generated, hash: ReturnType<typeof createHash>): void {
  for (let at = 0; at < size; at += chunkSize)
    hash.update(generatedSlice(seed, offset + at, Math.min(chunkSize, size - at)));
}

/** Joins parts in order; neighbouring slices of one generator become one slice again. */
export function joinContent(parts: readonly Content[]): Content {
  const joined: Content[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (
      last?.kind === 'generated' &&
      part.kind === 'generated' &&
      last.seed === part.seed &&
      last.offset + last.size === part.offset
    ) {
      joined[joined.length - 1] = { ...last, size: last.size + part.size };
    } else if (part.size > 0) {
      joined.push(part);
    }
  }
  const [only] = joined;
  if (only === undefined) return { kind: 'memory', size: 0, bytes: new Uint8Array() };
  if (joined.length === 1) return only;
  return { kind: 'joined', size: joined.reduce((sum, part) => sum + part.size, 0), parts: joined };
}
