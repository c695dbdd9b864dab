import { createHash, type Hash } from 'node:crypto';
import { mkdtempSync, openSync, writeSync, closeSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatedSlice, headerSize, isGeneratedSlice, recognise } from './generator.ts';
import type { Content } from './content.ts';

/** What a finished upload left behind: content and, unless it was recognised as generated, its sha256 (hex). */
export interface Received {
  content: Content;
  sha256?: string;
}

/** Where uploaded bytes go: memory up to 8 MiB a body, a file beyond that. */
export class Blobs {
  private directory: string | undefined;
  private readonly temporary: boolean;
  private count = 0;

  constructor(directory?: string) {
    this.directory = directory;
    this.temporary = directory === undefined;
  }

  /** Takes bytes that arrive over time. Call `write` for each chunk and `finish` once. */
  receive(): Receiver {
    return new Receiver(() => this.nextFile());
  }

  /** Removes the spill files, unless they belong to a data directory. */
  close(): void {
    if (this.temporary && this.directory !== undefined)
      rmSync(this.directory, { recursive: true, force: true });
  }

  private nextFile(): string {
    this.directory ??= mkdtempSync(join(tmpdir(), 'uc-emulator-'));
    mkdirSync(this.directory, { recursive: true });
    this.count += 1;
    return join(this.directory, `${process.pid}-${Date.now().toString(36)}-${this.count}`);
  }
}

const memoryLimit = 8 * 1024 * 1024;

/** One body on its way in. Content of the generator is compared instead of stored. */
export class Receiver {
  private readonly nextFile: () => string;
  private readonly hash: Hash = createHash('sha256');
  private chunks: Uint8Array[] = [];
  private held = 0;
  private size = 0;
  private file: { path: string; handle: number } | undefined;
  private generated: { seed: number; offset: number } | undefined;
  private decided = false;

  constructor(nextFile: () => string) {
    this.nextFile = nextFile;
  }

  write(chunk: Uint8Array): void {
    if (!this.decided) {
      this.chunks.push(chunk);
      this.held += chunk.length;
      if (this.held < headerSize) return;
      this.decide();
      return;
    }
    this.take(chunk);
  }

  finish(): Received {
    if (!this.decided) this.decide();
    if (this.file) closeSync(this.file.handle);
    if (this.generated) return { content: { kind: 'generated', size: this.size, ...this.generated } };
    const sha256 = this.hash.digest('hex');
    if (this.file) return { content: { kind: 'disk', size: this.size, file: this.file.path }, sha256 };
    return { content: { kind: 'memory', size: this.size, bytes: Buffer.concat(this.chunks) }, sha256 };
  }

  private decide(): void {
    const first = Buffer.concat(this.chunks);
    this.chunks = [];
    this.held = 0;
    this.decided = true;
    this.generated = recognise(first);
    if (first.length > 0) this.take(first);
  }

  private take(chunk: Uint8Array): void {
    if (this.generated) {
      if (isGeneratedSlice(this.generated.seed, this.generated.offset + this.size, chunk)) {
        this.size += chunk.length;
        return;
      }
      this.restore(this.generated);
    }
    this.size += chunk.length;
    this.store(chunk);
  }

  /** The content stopped being generated: what was only compared so far is written out after all. */
  private restore(source: { seed: number; offset: number }): void {
    this.generated = undefined;
    const step = 1024 * 1024;
    for (let at = 0; at < this.size; at += step) {
      this.store(generatedSlice(source.seed, source.offset + at, Math.min(step, this.size - at)));
    }
  }

  private store(chunk: Uint8Array): void {
    this.hash.update(chunk);
    if (!this.file && this.held + chunk.length <= memoryLimit) {
      this.chunks.push(chunk);
      this.held += chunk.length;
      return;
    }
    if (!this.file) {
      const path = this.nextFile();
      this.file = { path, handle: openSync(path, 'w') };
      for (const held of this.chunks) writeSync(this.file.handle, held);
      this.chunks = [];
    }
    writeSync(this.file.handle, chunk);
  }
}
