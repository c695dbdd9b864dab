import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileEntry } from '../../domain/file-entry.ts';
import { partSizeFor } from '../large-file.ts';
import type { Part } from '../part.ts';
import type { ByteStream, FileSink, PartWriter } from '../port.ts';
import type { RouteChoice } from '../route.ts';
import { onDisk, type FolderPlace } from './fault.ts';
import { pathIn } from './source.ts';

const CHOICE: RouteChoice = { route: 'folder', reason: 'a folder of the runner' };

/** Where files are while they are written, and where each is put once it is whole. */
export interface SinkFolders {
  readonly parts: string;
  readonly whole: string;
}

/** Writes files into a folder of this machine: a file has its name there only once its last byte is written. */
export class FolderSink implements FileSink {
  readonly maxFileSize = Number.MAX_SAFE_INTEGER;
  readonly maxInParts = Number.MAX_SAFE_INTEGER;
  readonly #place: FolderPlace;
  readonly #folders: SinkFolders;
  #begun = 0;

  constructor(place: FolderPlace, folders: SinkFolders) {
    this.#place = place;
    this.#folders = folders;
  }

  async write(file: FileEntry, read: () => Promise<ByteStream | Uint8Array>): Promise<RouteChoice> {
    const part = await this.#begin(file);
    try {
      const content = await read();
      let at = 0;
      for await (const piece of content instanceof Uint8Array ? [content] : content) {
        await part.write(piece, at);
        at += piece.length;
      }
      await part.finish();
    } catch (error) {
      await part.abandon();
      throw error;
    }
    return CHOICE;
  }

  async openParts(file: FileEntry): Promise<PartWriter> {
    const begun = await this.#begin(file);
    return {
      choice: CHOICE,
      partSize: partSizeFor(file.size),
      async write(part: Part) {
        let at = part.start;
        for await (const piece of part.stream()) {
          await begun.write(piece, at);
          at += piece.length;
        }
      },
      finish: () => begun.finish(),
      abandon: () => begun.abandon(),
    };
  }

  async #begin({ path }: FileEntry): Promise<BegunFile> {
    const whole = pathIn(this.#folders.whole, path);
    this.#begun += 1;
    const part = join(this.#folders.parts, String(this.#begun));
    const handle = await onDisk(this.#place, whole, () => open(part, 'wx'));
    return new BegunFile(this.#place, { part, whole, handle });
  }
}

/** A file that is being written, under a name of its own. */
class BegunFile {
  readonly #place: FolderPlace;
  readonly #part: string;
  readonly #whole: string;
  readonly #handle: FileHandle;

  constructor(
    place: FolderPlace,
    file: { readonly part: string; readonly whole: string; readonly handle: FileHandle },
  ) {
    this.#place = place;
    this.#part = file.part;
    this.#whole = file.whole;
    this.#handle = file.handle;
  }

  /** Writes all of the bytes: of a disk that is nearly full the system takes fewer at first. */
  async write(bytes: Uint8Array, at: number): Promise<void> {
    await onDisk(this.#place, this.#whole, async () => {
      for (let written = 0; written < bytes.length;) {
        const { bytesWritten } = await this.#handle.write(
          bytes,
          written,
          bytes.length - written,
          at + written,
        );
        written += bytesWritten;
      }
    });
  }

  async finish(): Promise<void> {
    await onDisk(this.#place, this.#whole, async () => {
      await this.#handle.close();
      await mkdir(dirname(this.#whole), { recursive: true });
      await rename(this.#part, this.#whole);
    });
  }

  /** Removes what was written; what cannot be removed the next run removes. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#part, { force: true }).catch(() => undefined);
  }
}
