import { createHash } from 'node:crypto';

/** Files of a version: path without folders → content. */
export type SeedFiles = Readonly<Record<string, string>>;

/** The listing digest of docs/copying.md, computed from files. */
export function listingOf(files: SeedFiles): string {
  const lines = inOrder(files).map(([path, text]) => `${path}\0${Buffer.byteLength(text)}\n`);
  return sha256(lines.join(''));
}

/** The content digest of docs/copying.md, computed from files. */
export function contentOf(files: SeedFiles): string {
  return sha256(Buffer.concat(inOrder(files).map(([, text]) => createHash('sha256').update(text).digest())));
}

/** The size of all files. */
export function sizeOf(files: SeedFiles): number {
  return Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function inOrder(files: SeedFiles): [string, string][] {
  return Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
}

function sha256(data: string | Buffer): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}
