import { mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { diskFolder } from '../../src/transfer/disk-folder.ts';
import { Part } from '../../src/transfer/part.ts';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-disk-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function textOf(bytes: AsyncIterable<Uint8Array> | undefined): Promise<string | undefined> {
  if (bytes === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('every file below a folder, by its path with slashes, and its bytes', async () => {
  const folder = await emptyFolder();
  await mkdir(join(folder, 'data', 'deep'), { recursive: true });
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'MLmodel'), 'flavors: {}');
  await writeFile(join(folder, 'data', 'deep', 'a b.bin'), 'abc');
  const source = diskFolder(folder);
  const files = [...(await source.list())].sort((a, b) => (a.path < b.path ? -1 : 1));
  expect(files).toEqual([
    { path: 'MLmodel', size: 11 },
    { path: 'data/deep/a b.bin', size: 3 },
  ]);
  expect(await textOf(await source.open('data/deep/a b.bin'))).toBe('abc');
  expect(Buffer.from((await source.read('MLmodel', 100)) ?? []).toString()).toBe('flavors: {}');
  expect(source.choice?.route).toBe('disk');
});

test('what is no longer there is undefined, and what is too large is refused by name', async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, 'MLmodel'), 'x'.repeat(101));
  const source = diskFolder(folder);
  expect(await source.open('gone')).toBeUndefined();
  await expect(source.read('MLmodel', 100)).rejects.toThrow('The file MLmodel is larger than 100 bytes.');
});

test('a part of a large file, and one behind its end', async () => {
  const folder = await emptyFolder();
  const size = 53 * 1024 * 1024;
  const file = await open(join(folder, 'weights.bin'), 'w');
  await file.truncate(size);
  await file.write('in the middle', 51 * 1024 * 1024);
  await file.close();
  const reader = diskFolder(folder).openRanges?.({ path: 'weights.bin', size });
  const part = new Part({ index: 0, start: 51 * 1024 * 1024, isLast: false }, new Uint8Array(13));
  await reader?.fill(part);
  expect(Buffer.from(part.bytes).toString()).toBe('in the middle');
  const behind = new Part({ index: 1, start: size - 4, isLast: true }, new Uint8Array(8));
  await expect(reader?.fill(behind)).rejects.toThrow(/weights\.bin changed while it was being read/u);
});

test.each(['file', 'folder', 'nowhere'])('a link to a %s is refused', async (to) => {
  const [folder, other] = [await emptyFolder(), await emptyFolder()];
  await writeFile(join(other, 'file'), 'secret');
  await mkdir(join(other, 'folder'));
  await symlink(join(other, to), join(folder, 'link'));
  await expect(diskFolder(folder).list()).rejects.toThrow(/has "link", which is a link\./u);
});

test('a folder that cannot be listed says why', async () => {
  await expect(diskFolder('/no/such/folder').list()).rejects.toThrow(
    /The folder \/no\/such\/folder cannot be read \(ENOENT/u,
  );
});
