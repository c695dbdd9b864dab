import type { Stats } from 'node:fs';
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFolder } from '../transfer/disk-folder.ts';
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

/** The folder of a model at a user's path; undefined where nothing is there. A link to a folder is followed: the user named it. */
export async function openFolder(path: string): Promise<FileSource | undefined> {
  const found = await statOf(path, stat);
  if (found === undefined) return undefined;
  if (!found.isDirectory()) throw new Error(`${path} is a file, and no folder`);
  return diskFolder(path);
}

async function statOf(
  path: string,
  read: (path: string) => Promise<Stats> = lstat,
): Promise<Stats | undefined> {
  try {
    return await read(path);
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
