import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PromoteError } from '../../domain/errors.ts';
import type { FileEntry } from '../../domain/file-entry.ts';
import { show } from '../../domain/printable.ts';
import { changed } from '../changed.ts';
import { FileList, foldersOf } from '../file-list.ts';
import type { Part } from '../part.ts';
import type { ByteStream, FileSource, RangeReader } from '../port.ts';
import type { RouteChoice } from '../route.ts';
import { diskFix, folderFault, onDisk, systemCode, type FolderPlace } from './fault.ts';
import { kindAt } from './own-path.ts';
import { walk } from './walk.ts';

const DISK: RouteChoice = { route: 'disk', reason: 'the folder is on the runner' };

/**
 * Reads a file, never what a link in its place leads to, and without waiting for somebody to write where it is a pipe by now; Windows
 * has no such flags.
 */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Bytes read at a time. */
const PIECE = 1024 * 1024;

/** Files of a folder of this machine, for reading. A link in it is refused: what it leads to may be no part of the model. */
export class FolderSource implements FileSource {
  readonly label: string;
  readonly choice = DISK;
  readonly #place: FolderPlace;

  constructor(place: FolderPlace) {
    this.label = place.path;
    this.#place = place;
  }

  async list(): Promise<FileEntry[]> {
    const root = this.#place.path;
    const list = new FileList((problem) => unfit(root, problem));
    try {
      for await (const { path, kind } of walk(root)) {
        if (kind === 'folder') list.addDirectory(path);
        else if (kind === 'file') list.addFile(path, (await lstat(pathIn(root, path))).size);
        else throw unfit(root, `has "${show(path)}", which is ${kind === 'link' ? 'a link' : 'no file'}`);
      }
    } catch (error) {
      throw systemCode(error) === undefined ? error : unlisted(root, error);
    }
    return list.files();
  }

  async open(path: string): Promise<ByteStream | undefined> {
    return (await this.#isGone(path)) ? undefined : piecesOf(this.#place, path);
  }

  async read(path: string, limit: number): Promise<Uint8Array | undefined> {
    if (await this.#isGone(path)) return undefined;
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of piecesOf(this.#place, path)) {
      size += piece.length;
      if (size > limit) throw tooLarge(path, limit);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  openRanges(file: FileEntry): RangeReader {
    return { choice: DISK, fill: (part) => this.#fill(file, part) };
  }

  async #fill(file: FileEntry, part: Part): Promise<void> {
    if (await this.#isGone(file.path)) throw changed(file, 'it no longer exists');
    const bytes = new Uint8Array(Math.min(part.size, PIECE));
    const read = reader(this.#place, file.path);
    const handle = await openOwn(this.#place, file.path);
    try {
      while (!part.isFull) {
        const at = part.start + part.filled;
        const wanted = Math.min(bytes.length, part.size - part.filled);
        const count = await read(() => handle.read(bytes, 0, wanted, at));
        if (count === 0) throw changed(file, `it ends at byte ${at}`);
        part.append(bytes.subarray(0, count));
      }
    } finally {
      await handle.close();
    }
  }

  async #isGone(path: string): Promise<boolean> {
    const whole = pathIn(this.#place.path, path);
    return (await onDisk(this.#place, whole, () => kindAt(whole))) === undefined;
  }
}

/** The path on this machine of a file that a listing names below a folder. */
export function pathIn(folder: string, path: string): string {
  return join(folder, ...path.split('/'));
}

async function* piecesOf(place: FolderPlace, path: string): AsyncGenerator<Uint8Array> {
  const read = reader(place, path);
  const file = await openOwn(place, path);
  try {
    const buffer = new Uint8Array(PIECE);
    for (;;) {
      const count = await read(() => file.read(buffer, 0, PIECE, null));
      if (count === 0) return;
      yield buffer.slice(0, count);
    }
  } finally {
    await file.close();
  }
}

/** Reads once of an open file, and says how many bytes came. */
function reader(place: FolderPlace, path: string) {
  const whole = pathIn(place.path, path);
  return async (read: () => Promise<{ readonly bytesRead: number }>): Promise<number> =>
    (await onDisk(place, whole, read)).bytesRead;
}

/** Opens a file of a folder itself: where it, or a folder that it lies in, is a link by now, that is an error. */
async function openOwn(place: FolderPlace, path: string): Promise<FileHandle> {
  const whole = pathIn(place.path, path);
  return onDisk(place, whole, async () => {
    for (const folder of foldersOf(path)) await requireKind(place, folder, 'folder');
    await requireKind(place, path, 'file');
    const file = await open(whole, READ);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw exchanged(place, path);
  });
}

/** What is not there at all is the system's to say, when it is opened. */
async function requireKind(place: FolderPlace, path: string, wanted: 'file' | 'folder'): Promise<void> {
  const kind = await kindAt(pathIn(place.path, path));
  if (kind !== wanted && kind !== undefined) throw exchanged(place, path);
}

function exchanged(place: FolderPlace, path: string): PromoteError {
  return folderFault(
    place,
    `${show(pathIn(place.path, path), 300)} was changed by someone else while this run used it: it is a link now, or something else than it was.`,
    'Let no other step write to the folder, then run the step again.',
  );
}

function unfit(root: string, problem: string): PromoteError {
  return new PromoteError(`The folder ${show(root, 300)} ${problem}.`, {
    code: 'rejected',
    outcome: 'blocked',
    fix: 'Give a folder of plain files, as mlflow.pyfunc.save_model or mlflow.artifacts.download_artifacts writes it. To follow links, copy it with cp -RL first.',
  });
}

function unlisted(root: string, error: unknown): PromoteError {
  return new PromoteError(`The folder ${show(root, 300)} cannot be read (${show(messageOf(error), 300)}).`, {
    code: 'invalid-input',
    outcome: 'invalid',
    fix: diskFix(error),
    cause: error,
  });
}

function tooLarge(path: string, limit: number): PromoteError {
  return new PromoteError(`The file ${show(path)} is larger than ${limit} bytes.`, {
    code: 'rejected',
    outcome: 'blocked',
    largerThan: limit,
  });
}
