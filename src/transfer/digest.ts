import { createHash } from 'node:crypto';
import type { Digests, FileEntry, HashedFile } from '../domain/file-entry.ts';

/** sha256 over the files' paths and sizes in order: comes free with a listing. */
export function listingDigest(files: readonly FileEntry[]): string {
  const hash = createHash('sha256');
  for (const { path, size } of inOrder(files)) hash.update(`${path}\0${size}\n`);
  return `sha256:${hash.digest('hex')}`;
}

/** What `model_signing` leaves out at the root of a model (PyPI model-signing 1.1.1, `hashing.py`, `ignore_git_paths`). */
export const UNSIGNED_PATHS = ['.git', '.gitattributes', '.github', '.gitignore'] as const;

/** Files that a model signature covers, in its order: all but those of {@link UNSIGNED_PATHS}. */
export function signedFiles<F extends FileEntry>(files: readonly F[]): F[] {
  const unsigned: readonly string[] = UNSIGNED_PATHS;
  return inOrder(files).filter(({ path }) => !unsigned.includes(path.split('/')[0] ?? ''));
}

/**
 * sha256 over the raw sha256 of each signed file, in order of the paths compared by component: the digest that
 * `model_signing` 1.x signs as the subject of a model.
 */
export function contentDigest(files: readonly HashedFile[]): string {
  const hash = createHash('sha256');
  for (const { sha256 } of signedFiles(files)) hash.update(Buffer.from(sha256, 'hex'));
  return `sha256:${hash.digest('hex')}`;
}

/** sha256 of bytes in hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Both digests of a version's files. */
export function digestsOf(files: readonly HashedFile[]): Digests {
  return { listing: listingDigest(files), content: contentDigest(files) };
}

/** Files in the order of their paths, compared component by component and by code point, as Python compares paths. */
export function inOrder<F extends FileEntry>(files: readonly F[]): F[] {
  return [...files].sort((a, b) => comparePaths(a.path.split('/'), b.path.split('/')));
}

function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = Buffer.compare(Buffer.from(part), Buffer.from(other));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
