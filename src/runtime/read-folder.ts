import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

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
  const found = await lstat(path).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
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

async function readRegular(place: string, path: string): Promise<ReadFile> {
  const found = await lstat(place);
  if (!found.isFile()) throw new Error(`${path} is not a regular file`);
  if (found.size > LONGEST) throw new Error(`${path} is larger than ${LONGEST} bytes`);
  return { path, bytes: await readFile(place) };
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
