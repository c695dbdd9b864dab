import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { onTestFinished } from 'vitest';
import { digestsOf } from '../../../src/transfer/digest.ts';

/** A folder that does not exist yet, in one that is removed when the test has ended. */
export async function freshFolder(): Promise<string> {
  const own = await mkdtemp(join(tmpdir(), 'uc-promote-download-test-'));
  onTestFinished(() => rm(own, { recursive: true, force: true }));
  return join(own, 'model');
}

/** Every file below a folder, hidden ones included, with its bytes. */
export async function contentOf(folder: string): Promise<Record<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: Record<string, Buffer> = {};
  for (const entry of entries.filter((each) => !each.isDirectory())) {
    const path = join(entry.parentPath, entry.name);
    files[relative(folder, path).split(sep).join('/')] = await readFile(path);
  }
  return files;
}

/** Files, those of the emulator too, by the sha256 of each. */
export function hashesOf(files: Readonly<Record<string, string | Uint8Array>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [
      path,
      createHash('sha256').update(content).digest('hex'),
    ]),
  );
}

/** The files of a folder by the sha256 of each. */
export async function hashesIn(folder: string): Promise<Record<string, string>> {
  return hashesOf(await contentOf(folder));
}

/** What is recorded of files that were verified. */
export function recordOf(files: Readonly<Record<string, string | Uint8Array>>): Record<string, string> {
  const hashed = Object.entries(hashesOf(files)).map(([path, sha256]) => ({
    path,
    size: Buffer.from(files[path] ?? '').length,
    sha256,
  }));
  const { content, listing } = digestsOf(hashed);
  return { uc_promote_digest: content, uc_promote_listing: listing };
}
