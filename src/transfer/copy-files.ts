import { createHash } from 'node:crypto';
import type { FileEntry, HashedFile } from '../domain/file-entry.ts';
import { messageOf, PromoteError } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import { ofVersion } from './changed.ts';
import { sha256Of } from './digest.ts';
import { explainingName } from './refused-name.ts';
import { allEnded, inParallel } from './in-parallel.ts';
import {
  ClosedRoutes,
  choiceAfter,
  LARGE_FILE,
  RouteRefused,
  ONLY_CHOICE,
  type RouteChoice,
  type Route,
} from './route.ts';
import { runParts, streamParts, type TransferTools } from './large-file.ts';
import type { FileSink, FileSource, PartWriter, RangeReader } from './port.ts';
import { exactBytes, PARALLEL_FILES, PARALLEL_LARGE } from './read-files.ts';
import { sharingFailure } from './shared-failure.ts';

/** The file that says what a model is; written last, so that a version without it is visibly unfinished. */
export const LAST_FILE = 'MLmodel';

/** Files up to this size are held whole, so that a repeated write need not read again. Bytes. */
const WHOLE_BYTES = 1024 * 1024;

/** A file as it was copied: what was read, and which ways it went. */
export interface CopiedFile extends HashedFile {
  readonly read: RouteChoice;
  readonly write: RouteChoice;
}

/** What a copy works with, and to whom it reports. */
export interface CopyTools extends TransferTools {
  /** Bytes on their way to the destination; less than nothing when some have to be sent again. */
  readonly onBytes: (bytes: number) => void;
  /** Called for each file when it is written whole. */
  readonly onFile: (file: CopiedFile) => void;
  /** Has a large file put together; whoever does it decides when it is asked for again. */
  readonly finish: (writer: PartWriter) => Promise<void>;
  /** Gives up what was sent of a large file. */
  readonly abandon: (writer: PartWriter) => Promise<void>;
  /** Said once when a route is closed and another is looked for. */
  readonly onRouteClosed: (route: Route, reason: string) => void;
}

/**
 * Copies every file from a source into a sink, hashed on the way; nothing goes through the disk, and of large files
 * at most the window is in memory. Files that only the parts' route can take go first, `MLmodel` goes last. After the
 * first failure, which is thrown, no file and no part begins.
 */
export async function copyFiles(
  files: readonly FileEntry[],
  source: FileSource,
  sink: FileSink,
  tools: CopyTools,
): Promise<CopiedFile[]> {
  const shared = sharingFailure(tools);
  const copier = new Copier(source, sink, shared.tools);
  const body = files.filter(({ path }) => path !== LAST_FILE);
  const oneWay = body.filter(({ size }) => size > sink.maxFileSize);
  const large = body.filter(({ size }) => size >= LARGE_FILE && size <= sink.maxFileSize);
  const small = body.filter(({ size }) => size < LARGE_FILE);
  const copy = (file: FileEntry) =>
    shared.guard(() => ofVersion(source, () => explainingName(file, () => copier.copy(file))));
  const first = await inParallel(oneWay, PARALLEL_LARGE, copy);
  const [largeOnes, smallOnes] = await allEnded([
    inParallel(large, PARALLEL_LARGE, copy),
    inParallel(small, PARALLEL_FILES, copy),
  ]);
  const last = await inParallel(
    files.filter(({ path }) => path === LAST_FILE),
    1,
    copy,
  );
  return [...first, ...largeOnes, ...smallOnes, ...last];
}

class Copier {
  readonly #source: FileSource;
  readonly #sink: FileSink;
  readonly #tools: CopyTools;
  readonly #closed = new ClosedRoutes();

  constructor(source: FileSource, sink: FileSink, tools: CopyTools) {
    this.#source = source;
    this.#sink = sink;
    this.#tools = tools;
    if (sink.openParts === undefined)
      this.#closed.close('signed parts', new RouteRefused('the destination does not accept parts'));
  }

  async copy(file: FileEntry): Promise<CopiedFile> {
    this.#tools.refuseWhenCancelled();
    const openRanges = this.#source.openRanges?.bind(this.#source);
    const isLarge = file.size >= LARGE_FILE && openRanges !== undefined;
    const copied = isLarge
      ? await this.#copyLarge(file, () => openRanges(file))
      : await this.#copySmall(file);
    this.#tools.onFile(copied);
    return copied;
  }

  async #copySmall(file: FileEntry): Promise<CopiedFile> {
    if (file.size <= WHOLE_BYTES) {
      const bytes = Buffer.concat(await collect(exactBytes(file, this.#source)));
      const write = await this.#sink.write(file, async () => bytes);
      this.#tools.onBytes(file.size);
      const sha256 = sha256Of(bytes);
      return { ...file, sha256, read: this.#source.choice ?? ONLY_CHOICE, write };
    }
    let sha256: string | undefined;
    const write = await this.#sink.write(file, async () =>
      hashing(exactBytes(file, this.#source), (hash) => (sha256 = hash)),
    );
    this.#tools.onBytes(file.size);
    return { ...file, sha256: ofWhole(file, sha256), read: this.#source.choice ?? ONLY_CHOICE, write };
  }

  /** By the first route that is open. */
  async #copyLarge(file: FileEntry, openReader: () => RangeReader): Promise<CopiedFile> {
    for (const { route, send } of this.#routesFor(file, openReader)) {
      if (this.#closed.has(route)) continue;
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof RouteRefused)) throw error;
        if (this.#closed.close(route, error)) this.#tools.onRouteClosed(route, messageOf(error));
      }
    }
    throw noRoute(file, this.#sink.maxFileSize, this.#closed);
  }

  #routesFor(
    file: FileEntry,
    openReader: () => RangeReader,
  ): { readonly route: Route; readonly send: () => Promise<CopiedFile> }[] {
    const sink = this.#sink;
    const openParts = sink.openParts?.bind(sink);
    const openStorage = sink.openStorage?.bind(sink);
    const inParts = (open: typeof openParts) => async () => {
      if (open === undefined) throw new RouteRefused('there is no such route');
      return this.#sendParts(file, openReader(), await open(file));
    };
    return [
      { route: 'signed parts', send: inParts(openParts) },
      ...(file.size <= sink.maxFileSize
        ? [{ route: 'workspace', send: () => this.#sendWhole(file, openReader) } as const]
        : []),
      ...(openStorage === undefined
        ? []
        : [{ route: 'temporary credentials', send: inParts(openStorage) } as const]),
    ];
  }

  async #sendParts(file: FileEntry, reader: RangeReader, writer: PartWriter): Promise<CopiedFile> {
    let sent = 0;
    try {
      const sha256 = await runParts(file, reader, writer.partSize, this.#tools, async (part) => {
        await writer.write(part);
        sent += part.size;
        this.#tools.onBytes(part.size);
      });
      await this.#tools.finish(writer);
      const write = writer.choice;
      const isFirst = write.route !== 'temporary credentials';
      return {
        ...file,
        sha256,
        read: reader.choice,
        write: isFirst ? write : choiceAfter(this.#closed, write),
      };
    } catch (error) {
      this.#tools.onBytes(-sent);
      await this.#tools.abandon(writer);
      throw error;
    }
  }

  async #sendWhole(file: FileEntry, openReader: () => RangeReader): Promise<CopiedFile> {
    let reader = openReader();
    let sha256: string | undefined;
    let sent = 0;
    const count = (bytes: number) => {
      sent += bytes;
      this.#tools.onBytes(bytes);
    };
    const open = async () => {
      count(-sent);
      reader = openReader();
      return counting(
        streamParts(file, reader, this.#tools, (hash) => (sha256 = hash)),
        count,
      );
    };
    try {
      await this.#sink.write(file, open);
    } catch (error) {
      count(-sent);
      throw error;
    }
    const write = choiceAfter(this.#closed, { route: 'workspace', reason: '' });
    return { ...file, sha256: ofWhole(file, sha256), read: reader.choice, write };
  }
}

/** The hash of a file that was sent to its end: a destination that takes it for written before has not all of it. */
function ofWhole({ path }: FileEntry, sha256: string | undefined): string {
  if (sha256 !== undefined) return sha256;
  throw new PromoteError(`The destination reported ${show(path)} as written before its last byte was sent.`, {
    code: 'protocol',
    outcome: 'unavailable',
    fix: 'Run the step again. If the error persists, check that no proxy or gateway responds instead of the workspace.',
  });
}

/** The error of a file that is left without a route: every one that was tried is named. */
function noRoute(file: FileEntry, limit: number, closed: ClosedRoutes): PromoteError {
  const cause = closed.get('workspace')?.cause;
  const tried = closed.reasons ?? 'none was tried';
  if (file.size <= limit && cause instanceof PromoteError) {
    return new PromoteError(`No route works for the file ${show(file.path)}: ${tried}.`, {
      ...cause.details,
      cause,
    });
  }
  return new PromoteError(
    `The file ${show(file.path)} has ${file.size} bytes. Its storage does not accept it from here (${tried}), and the workspace accepts at most ${limit} bytes per file. No part of it was kept.`,
    {
      code: 'unsupported',
      outcome: 'unsupported',
      fix: 'Save the model in smaller files (shards), or copy it from where the storage allows it: a runner in its network, or a run in the workspace (engine: workspace).',
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

async function* counting(
  bytes: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    yield chunk;
    onBytes(chunk.length);
  }
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return chunks;
}

/**
 * Hashes bytes on their way. The last of them go only once the source has ended and the hash is known: a destination may respond as
 * soon as it has them.
 */
async function* hashing(
  bytes: AsyncIterable<Uint8Array>,
  onHash: (sha256: string) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let last: Uint8Array | undefined;
  for await (const chunk of bytes) {
    hash.update(chunk);
    if (last !== undefined) yield last;
    last = chunk;
  }
  onHash(hash.digest('hex'));
  if (last !== undefined) yield last;
}
