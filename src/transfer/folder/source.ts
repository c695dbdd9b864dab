import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEntry } from '../../domain/file-entry.ts';
import type { ByteStream, FileSource } from '../port.ts';
import { onDisk, type FolderPlace } from './fault.ts';
import { walk } from './walk.ts';

/** Reads a file, and never what a link in its place leads to; Windows has no such flag. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);

/** Bytes read at a time. */
const PIECE = 1024 * 1024;

/** Files of a folder of this machine, for reading. */
export class FolderSource implements FileSource {
  readonly label: string;
  readonly #place: FolderPlace;

  constructor(place: FolderPlace) {
    this.label = place.path;
    this.#place = place;
  }

  async list(): Promise<readonly FileEntry[]> {
    const { path: root } = this.#place;
    return onDisk(this.#place, root, async () => {
      const files: FileEntry[] = [];
      for await (const { path, kind } of walk(root)) {
        if (kind === 'file') files.push({ path, size: (await lstat(pathIn(root, path))).size });
      }
      return files;
    });
  }

  async open(path: string): Promise<ByteStream> {
    return piecesOf(this.#place, pathIn(this.#place.path, path));
  }

  async read(path: string): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for await (const piece of await this.open(path)) pieces.push(piece);
    return Buffer.concat(pieces);
  }
}

/** The path on this machine of a file that a listing names below a folder. */
export function pathIn(folder: string, path: string): string {
  return join(folder, ...path.split('/'));
}

async function* piecesOf(place: FolderPlace, path: string): AsyncGenerator<Uint8Array> {
  const file = await onDisk(place, path, () => open(path, READ));
  try {
    const buffer = new Uint8Array(PIECE);
    for (;;) {
      const { bytesRead } = await onDisk(place, path, () => file.read(buffer, 0, PIECE, null));
      if (bytesRead === 0) return;
      yield buffer.slice(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
