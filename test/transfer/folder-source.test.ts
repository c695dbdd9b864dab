import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { folderPlace } from '../../src/transfer/folder/fault.ts';
import { FolderSource } from '../../src/transfer/folder/source.ts';
import { Part } from '../../src/transfer/part.ts';
import { refusal } from '../http/client-bench.ts';

const sourceOf = (path: string) => new FolderSource(folderPlace(path, 'source'));

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
  const source = sourceOf(folder);
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
  const source = sourceOf(folder);
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
  const reader = sourceOf(folder).openRanges({ path: 'weights.bin', size });
  const part = new Part({ index: 0, start: 51 * 1024 * 1024, isLast: false }, new Uint8Array(13));
  await reader.fill(part);
  expect(Buffer.from(part.bytes).toString()).toBe('in the middle');
  const behind = new Part({ index: 1, start: size - 4, isLast: true }, new Uint8Array(8));
  await expect(reader.fill(behind)).rejects.toThrow(/weights\.bin changed while it was being read/u);
});

test.each(['file', 'folder', 'nowhere'])('a link to a %s is refused', async (to) => {
  const [folder, other] = [await emptyFolder(), await emptyFolder()];
  await writeFile(join(other, 'file'), 'secret');
  await mkdir(join(other, 'folder'));
  await symlink(join(other, to), join(folder, 'link'));
  await expect(sourceOf(folder).list()).rejects.toThrow(/has "link", which is a link\./u);
});

test('a folder that cannot be listed says why', async () => {
  await expect(sourceOf('/no/such/folder').list()).rejects.toThrow(
    /The folder \/no\/such\/folder cannot be read \(ENOENT/u,
  );
});

describe('what was listed and is no file of its own any more is never read', () => {
  type Exchange = (folder: string, other: string) => Promise<void>;
  const exchanges: [string, Exchange][] = [
    [
      'a link in its place',
      async (folder, other) => {
        await rm(join(folder, 'data', 'weights.bin'));
        await symlink(join(other, 'weights.bin'), join(folder, 'data', 'weights.bin'));
      },
    ],
    [
      'a link in place of its folder',
      async (folder, other) => {
        await rename(join(folder, 'data'), join(other, 'aside'));
        await symlink(other, join(folder, 'data'));
      },
    ],
    [
      'a folder in its place',
      async (folder) => {
        await rm(join(folder, 'data', 'weights.bin'));
        await mkdir(join(folder, 'data', 'weights.bin'));
      },
    ],
    [
      'a pipe in its place, to which nobody writes',
      async (folder) => {
        await rm(join(folder, 'data', 'weights.bin'));
        execFileSync('mkfifo', [join(folder, 'data', 'weights.bin')]);
      },
    ],
  ];

  test.skipIf(process.platform === 'win32').each(exchanges)('%s', async (_what, exchange) => {
    const [folder, other] = [await emptyFolder(), await emptyFolder()];
    await mkdir(join(folder, 'data'));
    await writeFile(join(folder, 'data', 'weights.bin'), 'abc');
    await writeFile(join(other, 'weights.bin'), 'key');
    const source = sourceOf(folder);
    const [file = { path: '', size: 0 }] = await source.list();
    await exchange(folder, other);
    const part = new Part({ index: 0, start: 0, isLast: true }, new Uint8Array(3));
    for (const read of [
      async () => textOf(await source.open(file.path)),
      () => source.read(file.path, 100),
      () => source.openRanges(file).fill(part),
    ])
      expect(await refusal(read())).toMatchObject({
        code: 'invalid-input',
        outcome: 'invalid',
        message: expect.stringMatching(
          /^Input `source`: .*(?:weights\.bin|data) was changed by someone else/u,
        ) as string,
      });
    expect(part.filled).toBe(0);
  });
});

test('a file that is gone by the time of a range is said to have changed', async () => {
  const folder = await emptyFolder();
  const read = sourceOf(folder)
    .openRanges({ path: 'gone', size: 3 })
    .fill(new Part({ index: 0, start: 0, isLast: true }, new Uint8Array(3)));
  await expect(read).rejects.toThrow(/gone changed while it was being read: it no longer exists/u);
});

test('what the system says of a file and of a folder is one error with what to do', async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, 'file'), 'abc');
  expect(await refusal(sourceOf(folder).read('x'.repeat(300), 100))).toMatchObject({
    outcome: 'invalid',
    message: expect.stringMatching(/has a longer name than this file system allows/u) as string,
    fix: 'Name a folder whose path is shorter.',
  });
  expect(await refusal(sourceOf(join(folder, 'file')).list())).toMatchObject({
    outcome: 'invalid',
    message: expect.stringMatching(/^The folder .* cannot be read \(ENOTDIR/u) as string,
  });
});

// Root may read everything.
test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  'a file and a folder that this user may not read are named, with what to do',
  async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, 'MLmodel'), 'abc');
    await mkdir(join(folder, 'data'));
    const source = sourceOf(folder);
    await chmod(join(folder, 'MLmodel'), 0);
    expect(await refusal(source.read('MLmodel', 100))).toMatchObject({
      outcome: 'invalid',
      message: `Input \`source\`: ${join(folder, 'MLmodel')} may not be read or written by this user (EACCES).`,
      fix: 'Give the user of the runner access to the folder, or name another one.',
    });
    await chmod(join(folder, 'data'), 0);
    expect(await refusal(source.list())).toMatchObject({
      outcome: 'invalid',
      message: expect.stringMatching(/^The folder .* cannot be read \(EACCES/u) as string,
      fix: 'Give the user of the runner access to the folder, or name another one.',
    });
  },
);
