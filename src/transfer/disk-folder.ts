import { open, readdir, readFile, stat, type FileHandle } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PromoteError } from '../domain/errors.ts';
import type { FileEntry } from '../domain/file-entry.ts';
import { show } from '../domain/printable.ts';
import { changed } from './changed.ts';
import { FileList } from './file-list.ts';
import type { Part } from './part.ts';
import type { FileSource } from './port.ts';
import type { RouteChoice } from './route.ts';

const DISK: RouteChoice = { route: 'disk', reason: 'the folder is on the runner' };

/**
 * The files of a folder of this machine. A link is refused: it leads to another file than its name says, and what it leads to
 * may be no part of the model.
 */
export function diskFolder(path: string): FileSource {
  const at = (file: string) => join(path, ...file.split('/'));
  return {
    label: path,
    choice: DISK,
    list: () => listFolder(path),
    async open(file) {
      const isThere = await stat(at(file)).then(
        (found) => found.isFile(),
        () => false,
      );
      return isThere ? createReadStream(at(file)) : undefined;
    },
    async read(file, limit) {
      const { size } = await stat(at(file));
      if (size <= limit) return readFile(at(file));
      throw new PromoteError(`The file ${show(file)} is larger than ${limit} bytes.`, {
        code: 'rejected',
        outcome: 'blocked',
        largerThan: limit,
      });
    },
    openRanges: (file) => ({ choice: DISK, fill: (part) => fillPart(at(file.path), file, part) }),
  };
}

/** Every file below a folder; what cannot be read of it is an error that says which place. */
async function listFolder(path: string): Promise<FileEntry[]> {
  const list = new FileList(unreadable(path));
  let folders = [''];
  while (folders.length > 0) {
    const deeper: string[] = [];
    for (const folder of folders) {
      for (const entry of await entriesOf(path, folder)) {
        const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) {
          list.addDirectory(name);
          deeper.push(name);
        } else if (entry.isFile()) {
          const { size } = await stat(join(path, name));
          list.addFile(name, size);
        } else {
          throw unreadable(path)(
            `has "${show(name)}", which is ${entry.isSymbolicLink() ? 'a link' : 'no file'}`,
          );
        }
      }
    }
    folders = deeper;
  }
  return list.files();
}

async function entriesOf(path: string, folder: string) {
  try {
    return await readdir(join(path, folder), { withFileTypes: true });
  } catch (error) {
    throw unreadable(path)(`cannot be read (${messageOf(error)})`);
  }
}

const unreadable = (path: string) => (problem: string) =>
  new PromoteError(`The folder ${show(path)} ${problem}.`, {
    code: 'rejected',
    outcome: 'blocked',
    fix: 'Give a folder of plain files, as mlflow.pyfunc.save_model or mlflow.artifacts.download_artifacts writes it. To follow links, copy it with cp -RL first.',
  });

async function fillPart(path: string, file: FileEntry, part: Part): Promise<void> {
  const handle = await openFile(path, file);
  try {
    const bytes = Buffer.alloc(Math.min(part.size, 1024 * 1024));
    while (!part.isFull) {
      const wanted = Math.min(bytes.length, part.size - part.filled);
      const { bytesRead } = await handle.read(bytes, 0, wanted, part.start + part.filled);
      if (bytesRead === 0) throw changed(file, `it ends at byte ${part.start + part.filled}`);
      part.append(bytes.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

async function openFile(path: string, file: FileEntry): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw changed(file, `it can no longer be opened (${messageOf(error)})`);
  }
}
