import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteStream, ListedFiles } from '../port.ts';
import { onDisk, type FolderPlace } from './fault.ts';

/** Reads a file, and never what a link in its place leads to; Windows has no such flag. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);

/** Bytes read at a time. */
const PIECE = 1024 * 1024;

/** Files of a folder of this machine, for reading. */
export class FolderSource implements ListedFiles {
  readonly label: string;
  readonly #place: FolderPlace;

  constructor(place: FolderPlace) {
    this.label = place.path;
    this.#place = place;
  }

  async open(path: string): Promise<ByteStream> {
    return piecesOf(this.#place, pathIn(this.#place.path, path));
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
