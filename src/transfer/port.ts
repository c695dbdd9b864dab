import type { FileEntry } from '../domain/file-entry.ts';
import type { RouteChoice } from './route.ts';
import type { Part } from './part.ts';

/** The bytes of a file as they arrive. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** Where files are read from. Paths are relative with `/`, and come from {@link FileSource.list}. */
export interface FileSource {
  /** The version whose files they are, `models:/…/7`: said of what goes wrong. */
  readonly label: string;
  /** The way of files that are read whole; it may change while they are read. */
  readonly choice?: RouteChoice;
  /** Every file, in no order. Unsafe paths (`..`, absolute) are an error of the listing. */
  list(): Promise<readonly FileEntry[]>;
  /** The bytes of one file; undefined when it does not exist. A broken stream is taken up again. */
  open(path: string): Promise<ByteStream | undefined>;
  /** A small file whole, at most `limit` bytes; undefined when it does not exist. */
  read(path: string, limit: number): Promise<Uint8Array | undefined>;
  /** A large file, range by range; absent where a file comes in one stream only. */
  openRanges?(file: FileEntry): RangeReader;
}

/** What of a source is needed to read files whose list is known. */
export type ListedFiles = Pick<FileSource, 'label' | 'open' | 'openRanges'>;

/** Reads a large file in parts, several at a time. */
export interface RangeReader {
  /** The way that the bytes take, and why; it may change on the way. */
  readonly choice: RouteChoice;
  /** Fills a part from its start in the file. Parts are asked for in the order of their starts. */
  fill(part: Part): Promise<void>;
  /**
   * Whether the file is still the one that was read, as its store proves; false where it proves nothing, and then only
   * reading it again shows.
   */
  isUnchanged?(): Promise<boolean>;
  /**
   * Reads one byte, and returns the way that it came; undefined where a better one failed in a way that passes. Absent where there
   * is one way only.
   */
  tryRoute?(): Promise<RouteChoice | undefined>;
}

/** The sizes of files that a store takes, in bytes. */
export interface UploadLimits {
  /** The largest file that is taken in one request. */
  readonly maxFileSize: number;
  /** The largest file that passes in parts; 0 where there is no such route. */
  readonly maxInParts: number;
}

/** Where files are written to. Writing a path again replaces it. */
export interface FileSink extends UploadLimits {
  /**
   * The file in one request, and the way it went; `open` is called again when the write has to be repeated, which it is by
   * itself: it is the same bytes in the same place each time. Throws `RouteRefused` where a large file does not pass so.
   */
  write(file: FileEntry, open: () => Promise<ByteStream | Uint8Array>): Promise<RouteChoice>;
  /** Begins to write a large file in parts; absent where there is no such route. Throws `RouteRefused` where it is closed. */
  openParts?(file: FileEntry): Promise<PartWriter>;
  /**
   * Begins to write a large file in parts straight into its storage, by temporary credentials: the last route. Takes up
   * what an earlier run sent, where the storage shows it. Throws `RouteRefused` where it is closed.
   */
  openStorage?(file: FileEntry): Promise<PartWriter>;
}

/** Writes one large file in parts; it is there only when it was finished. */
export interface PartWriter {
  readonly choice: RouteChoice;
  /** Bytes of every part but the last. */
  readonly partSize: number;
  /**
   * Sends one part, while it fills; sends it again, and only it, when that fails: it is the same bytes in the same place
   * each time, and no state of anybody else's is compared or lost. Throws `RouteRefused`.
   */
  write(part: Part): Promise<void>;
  /** Puts the parts together by one request, which is not sent again here: whoever calls this looks before another. */
  finish(): Promise<void>;
  /** Has the store discard what was sent, once; never throws. */
  abandon(): Promise<void>;
}
