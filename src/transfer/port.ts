import type { FileEntry } from '../domain/digest.ts';

/** The bytes of a file as they arrive. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** Part of a file: from `start`, `length` bytes. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/** Where files are read from. Paths are relative with `/`, and come from {@link FileSource.list}. */
export interface FileSource {
  /** Every file, in no order. Unsafe paths (`..`, absolute, control characters) are an error of the listing. */
  list(): Promise<readonly FileEntry[]>;
  /** The bytes of one file or a range of it; undefined when it does not exist. */
  open(path: string, range?: ByteRange): Promise<ByteStream | undefined>;
  /** A small file whole, at most `limit` bytes; undefined when it does not exist. */
  read(path: string, limit: number): Promise<Uint8Array | undefined>;
}

/** Where files are written to. Writing a path again replaces it. */
export interface FileSink {
  /** `open` is called again when the write has to be repeated. */
  write(file: FileEntry, open: () => Promise<ByteStream>): Promise<void>;
  /** The largest file that this sink takes, in bytes. */
  readonly maxFileSize: number;
}
