/** A file of a version: path relative to its root with `/`, and its size in bytes. */
export interface FileEntry {
  readonly path: string;
  readonly size: number;
}

/** A file with the sha256 of its bytes, in hex. */
export interface HashedFile extends FileEntry {
  readonly sha256: string;
}

/** The two digests of a version's files, each `sha256:<hex>`. */
export interface Digests {
  /** Over (path, size): free with a listing. */
  readonly listing: string;
  /** Over the sha256 of the files that `model_signing` 1.x covers, in its order: needs the bytes. */
  readonly content: string;
}
