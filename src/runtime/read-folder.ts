import type { Stats } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderPlace, onDisk } from '../transfer/folder/fault.ts';
import { kindAt, requireOwnPath } from '../transfer/folder/own-path.ts';
import { FolderSource } from '../transfer/folder/source.ts';
import type { FileSource } from '../transfer/port.ts';

/** A file below a path, with slashes between its folders on every system. */
export interface ReadFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Bytes of one file at most; the reader of its text refuses a shorter one with its place. */
const LONGEST = 16 * 1024 * 1024;

/**
 * The files that a user's path means: itself, or those below it whose names `wanted` takes, sorted. Undefined where nothing is
 * there. A link is refused: it leads to another file than its name says.
 */
export async function readFolder(
  path: string,
  wanted: (name: string) => boolean,
): Promise<readonly ReadFile[] | undefined> {
  const found = await statOf(path);
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return [await readRegular(path, path)];
  const names = (await readdir(path, { recursive: true })).sort();
  const files: ReadFile[] = [];
  for (const name of names) {
    const place = join(path, name);
    const kind = await lstat(place);
    if (kind.isDirectory() || !wanted(name)) continue;
    files.push(await readRegular(place, place.replaceAll('\\', '/')));
  }
  return files;
}

/**
 * The folder of a model at a user's path; undefined where nothing is there. A link in its place, or in its path below the folder of the
 * job, is refused: what is checked out may hold links that lead anywhere.
 */
export async function openFolder(path: string): Promise<FileSource | undefined> {
  const place = folderPlace(path, 'source');
  const kind = await kindAt(place.path);
  if (kind === undefined) return undefined;
  if (kind === 'file') throw new Error(`${path} is a file, and no folder`);
  await onDisk(place, place.path, () =>
    requireOwnPath(place, 'Name the folder that the link leads to, or copy it with cp -RL first.'),
  );
  return new FolderSource(place);
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function readRegular(place: string, path: string): Promise<ReadFile> {
  const found = await lstat(place);
  if (!found.isFile()) throw new Error(`${path} is not a regular file`);
  if (found.size > LONGEST) throw new Error(`${path} is larger than ${LONGEST} bytes`);
  return { path, bytes: await readFile(place) };
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
