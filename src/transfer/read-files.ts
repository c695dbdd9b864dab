import { createHash } from 'node:crypto';
import type { FileEntry, HashedFile } from '../domain/file-entry.ts';
import { changed, ofVersion } from './changed.ts';
import { inParallel } from './in-parallel.ts';
import { explainingName } from './refused-name.ts';
import { LARGE_FILE } from './route.ts';
import { runParts, type TransferTools } from './large-file.ts';
import type { ListedFiles, RangeReader } from './port.ts';

/** Files that are read or copied at the same time: the budget of the Files API. */
export const PARALLEL_FILES = 16;

/** Large files at the same time: while one begins or ends, the window is not idle. */
export const PARALLEL_LARGE = 3;

/** Bytes of a range that is only hashed: no store sets the size, and smaller ones keep more connections busy. */
const RANGE_BYTES = 2 * 1024 * 1024;

/** Reads every file and hashes it. Throws `verification` when one is missing or of another size. */
export async function hashFiles(
  files: readonly FileEntry[],
  source: ListedFiles,
  tools: TransferTools,
): Promise<HashedFile[]> {
  const large = files.filter(({ size }) => size >= LARGE_FILE);
  const small = files.filter(({ size }) => size < LARGE_FILE);
  const hash = async (file: FileEntry) => ({ ...file, sha256: await hashFile(file, source, tools) });
  const hashed = await Promise.all([
    inParallel(large, PARALLEL_LARGE, hash),
    inParallel(small, PARALLEL_FILES, hash),
  ]);
  return hashed.flat();
}

/** sha256 of one file in hex. Throws `verification` when it is missing or of another size. */
export async function hashFile(file: FileEntry, source: ListedFiles, tools: TransferTools): Promise<string> {
  tools.refuseWhenCancelled();
  return ofVersion(source, () => explainingName(file, () => hashOf(file, source, tools)));
}

async function hashOf(file: FileEntry, source: ListedFiles, tools: TransferTools): Promise<string> {
  if (file.size >= LARGE_FILE && source.openRanges !== undefined) {
    const ranges = source.openRanges(file);
    const reader: RangeReader = {
      choice: ranges.choice,
      async fill(part) {
        await ranges.fill(part);
        tools.onRead?.(part.size);
      },
    };
    return runParts(file, reader, RANGE_BYTES, tools, () => Promise.resolve());
  }
  const hash = createHash('sha256');
  for await (const chunk of exactBytes(file, source)) {
    hash.update(chunk);
    tools.onRead?.(chunk.length);
  }
  return hash.digest('hex');
}

/** The bytes of a file that must be exactly as many as were listed. */
export async function* exactBytes(file: FileEntry, source: ListedFiles): AsyncGenerator<Uint8Array> {
  const bytes = await source.open(file.path);
  if (bytes === undefined) throw changed(file, 'it no longer exists');
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > file.size) throw changed(file, `it is longer than the ${file.size} bytes that were listed`);
    yield chunk;
  }
  if (size !== file.size) throw changed(file, `it has ${size} bytes, but ${file.size} were listed`);
}
