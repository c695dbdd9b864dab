import { createHash } from 'node:crypto';
import type { FileEntry, HashedFile } from '../domain/digest.ts';
import { PromoteError } from '../domain/errors.ts';
import { show } from '../domain/text.ts';
import type { ByteStream, FileSink, FileSource } from './port.ts';

/** Files that are copied or read at the same time: each holds one chunk of its stream in memory. */
const PARALLEL_FILES = 8;

/** The file that tells what a model is; written last, so that a version without it is visibly unfinished. */
export const LAST_FILE = 'MLmodel';

/** Told after each file: how much is done. */
export type OnProgress = (done: { readonly files: number; readonly bytes: number }) => void;

/** Streams every file from a source into a sink, hashed on the way; nothing goes through the disk. `MLmodel` is last. */
export async function copyFiles(
  files: readonly FileEntry[],
  source: FileSource,
  sink: FileSink,
  onProgress: OnProgress,
): Promise<HashedFile[]> {
  const done = { files: 0, bytes: 0 };
  const copyOne = async (file: FileEntry): Promise<HashedFile> => {
    let sha256 = '';
    await sink.write(file, async () => hashed(file, await openFile(source, file), (hash) => (sha256 = hash)));
    done.files += 1;
    done.bytes += file.size;
    onProgress(done);
    return { ...file, sha256 };
  };
  const first = await eachInParallel(
    files.filter(({ path }) => path !== LAST_FILE),
    copyOne,
  );
  const last = await eachInParallel(
    files.filter(({ path }) => path === LAST_FILE),
    copyOne,
  );
  return [...first, ...last];
}

/** Reads every file and hashes it. Throws `verification` when one is missing or of another size. */
export async function hashFiles(files: readonly FileEntry[], source: FileSource): Promise<HashedFile[]> {
  return eachInParallel(files, async (file) => {
    let sha256 = '';
    const bytes = hashed(file, await openFile(source, file), (hash) => (sha256 = hash));
    while ((await bytes.next()).done !== true);
    return { ...file, sha256 };
  });
}

/** A source whose files are all in memory already: for models so small that reading them ahead costs nothing. */
export async function readAhead(files: readonly FileEntry[], source: FileSource): Promise<FileSource> {
  const contents = new Map<string, Uint8Array>();
  await eachInParallel(files, async (file) => {
    const bytes = await source.read(file.path, file.size);
    if (bytes !== undefined) contents.set(file.path, bytes);
  });
  return {
    list: () => source.list(),
    read: async (path) => contents.get(path),
    async open(path, range) {
      const bytes = contents.get(path);
      if (bytes === undefined) return undefined;
      return once(range === undefined ? bytes : bytes.subarray(range.start, range.start + range.length));
    },
  };
}

async function openFile(source: FileSource, file: FileEntry): Promise<ByteStream> {
  const stream = await source.open(file.path);
  if (stream !== undefined) return stream;
  throw changed(file, 'it is gone');
}

async function* hashed(
  file: FileEntry,
  bytes: ByteStream,
  onHash: (sha256: string) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > file.size) throw changed(file, `it is longer than the ${file.size} bytes that were listed`);
    hash.update(chunk);
    yield chunk;
  }
  if (size !== file.size) throw changed(file, `it has ${size} bytes, and ${file.size} were listed`);
  onHash(hash.digest('hex'));
}

function changed(file: FileEntry, problem: string): PromoteError {
  return new PromoteError(`The file ${show(file.path)} changed while it was read: ${problem}.`, {
    code: 'verification',
    outcome: 'error',
    fix: 'Run again. If it stays, somebody writes into the files of this version.',
  });
}

async function* once(bytes: Uint8Array): ByteStream {
  yield bytes;
}

/** Runs over the items, some at a time; the results are in the order of the items. After a failure none is begun, and it is thrown when the others have ended. */
async function eachInParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(
    Array.from({ length: Math.min(PARALLEL_FILES, items.length) }, worker),
  );
  for (const each of workers) {
    if (each.status === 'rejected') throw each.reason;
  }
  return results;
}
