import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { folderPlace, onDisk } from '../../src/transfer/folder/fault.ts';
import { STAGING, TargetFolder } from '../../src/transfer/folder/target.ts';
import { refusal } from '../http/client-bench.ts';

const FILES = [
  { path: 'MLmodel', size: 3 },
  { path: 'data/weights.bin', size: 5 },
];

async function outside(): Promise<string> {
  const own = await mkdtemp(join(tmpdir(), 'uc-promote-folder-'));
  onTestFinished(() => rm(own, { recursive: true, force: true }));
  return own;
}

const open = (path: string, files = FILES) => TargetFolder.open(folderPlace(path, 'folder'), files);

async function fill(target: TargetFolder, files = FILES): Promise<void> {
  for (const file of files) await target.sink.write(file, async () => Buffer.alloc(file.size, 'x'));
}

test('a file has its name in the folder only when all are finished, and then nothing else is there', async () => {
  const folder = join(await outside(), 'new', 'model');
  const target = await open(folder);
  await fill(target);
  expect(await readdir(folder)).toEqual([STAGING]);
  await target.finish(FILES);
  expect((await readdir(folder, { recursive: true })).sort()).toEqual([
    'MLmodel',
    'data',
    join('data', 'weights.bin'),
  ]);
});

test('a write that breaks off leaves no file, whole or half', async () => {
  const folder = join(await outside(), 'model');
  const target = await open(folder);
  const broken = target.sink.write({ path: 'MLmodel', size: 3 }, async () =>
    (async function* () {
      yield Buffer.from('ab');
      throw new Error('the stream broke');
    })(),
  );
  await expect(broken).rejects.toThrow('the stream broke');
  expect(await readdir(join(folder, STAGING, 'parts'))).toEqual([]);
  expect(await readdir(join(folder, STAGING, 'whole'))).toEqual([]);
  expect(await target.leave()).toBe(0);
  expect(await readdir(join(folder, '..'))).toEqual([]);
});

test('a folder that was there and empty stays when nothing came of the run', async () => {
  const folder = await outside();
  const target = await open(folder);
  expect(await target.leave()).toBe(0);
  expect(await readdir(folder)).toEqual([]);
});

describe('links are never followed', () => {
  test.each([
    [
      'in place of a file',
      async (folder: string, away: string) => symlink(join(away, 'secret'), join(folder, 'MLmodel')),
    ],
    ['in place of a folder', async (folder: string, away: string) => symlink(away, join(folder, 'data'))],
    [
      'that leads nowhere',
      async (folder: string, away: string) => symlink(join(away, 'none'), join(folder, 'MLmodel')),
    ],
  ])('%s: the folder is refused, and what it leads to stays', async (_what, make) => {
    const own = await outside();
    const [folder, away] = [join(own, 'model'), join(own, 'away')];
    await mkdir(folder);
    await mkdir(away);
    await writeFile(join(away, 'secret'), 'key');
    await make(folder, away);
    expect(await refusal(open(folder))).toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('holds what is not of this version') as string,
    });
    expect([await readdir(away), await readFile(join(away, 'secret'), 'utf8')]).toEqual([['secret'], 'key']);
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('the folder itself, and one that it lies in below the folder of the job', async () => {
    const own = await outside();
    await mkdir(join(own, 'away'));
    await symlink(join(own, 'away'), join(own, 'model'));
    expect(await refusal(open(join(own, 'model')))).toMatchObject({
      message: expect.stringContaining('is a link, or no folder') as string,
    });
    const inJob = await mkdtemp(join(process.cwd(), 'node_modules', '.uc-promote-folder-'));
    onTestFinished(() => rm(inJob, { recursive: true, force: true }));
    await symlink(join(own, 'away'), join(inJob, 'linked'));
    expect(await refusal(open(join(inJob, 'linked', 'model')))).toMatchObject({
      message: expect.stringMatching(/linked is a link, or no folder/u) as string,
    });
    expect(await readdir(join(own, 'away'))).toEqual([]);
  });

  test.each(['..model', '...', '..model/deep'])(
    'below the folder of the job, by the name %s',
    async (name) => {
      const job = await outside();
      const away = await outside();
      const cwd = vi.spyOn(process, 'cwd').mockReturnValue(job);
      onTestFinished(() => cwd.mockRestore());
      await mkdir(join(job, name, '..'), { recursive: true });
      await symlink(away, join(job, name));
      expect(await refusal(open(join(name, 'x')))).toMatchObject({
        message: expect.stringContaining('is a link, or no folder') as string,
      });
      expect(await readdir(away)).toEqual([]);
    },
  );

  test('what a repository planted where we keep unfinished files is discarded, and never written through', async () => {
    const own = await outside();
    const [folder, away] = [join(own, 'model'), join(own, 'away')];
    await mkdir(join(folder, STAGING), { recursive: true });
    await mkdir(away);
    await writeFile(join(away, '1'), 'mine');
    await symlink(away, join(folder, STAGING, 'parts'));
    await symlink(away, join(folder, STAGING, 'whole'));
    const target = await open(folder);
    await fill(target);
    await target.finish(FILES);
    expect([await readdir(away), await readFile(join(away, '1'), 'utf8')]).toEqual([['1'], 'mine']);

    const second = join(own, 'second');
    await mkdir(second);
    await symlink(away, join(second, STAGING));
    await fill(await open(second));
    expect(await readdir(away)).toEqual(['1']);
  });

  test('a second name of a file elsewhere is replaced, and the file elsewhere stays', async () => {
    const own = await outside();
    const folder = join(own, 'model');
    await mkdir(join(folder, STAGING, 'whole'), { recursive: true });
    await writeFile(join(own, 'elsewhere'), 'abc');
    await link(join(own, 'elsewhere'), join(folder, STAGING, 'whole', 'MLmodel'));
    const target = await open(folder);
    expect(target.present).toEqual([{ path: 'MLmodel', size: 3, where: 'staging' }]);
    await fill(target);
    expect(await readFile(join(own, 'elsewhere'), 'utf8')).toBe('abc');
  });
});

test('a file, and what lies in one, is no folder', async () => {
  const own = await outside();
  await writeFile(join(own, 'file'), '');
  for (const path of [join(own, 'file'), join(own, 'file', 'model')])
    expect(await refusal(open(path))).toMatchObject({
      message: expect.stringContaining('is a file, or lies in one') as string,
    });
});

describe('a disk that is full', () => {
  test('is known before the first byte is fetched', async () => {
    const target = await open(join(await outside(), 'model'));
    await target.requireSpace(1);
    expect(await refusal(target.requireSpace(2 ** 62))).toMatchObject({
      code: 'invalid-input',
      outcome: 'invalid',
      message: expect.stringMatching(
        /^Input `folder`: the disk of .* has .* free, and 4194304\.0 TiB are to be downloaded\.$/u,
      ) as string,
    });
  });

  // Linux answers each write to this file as a full disk does (full(4)).
  test.runIf(process.platform === 'linux')('is one error that names the file and what to do', async () => {
    const place = folderPlace('/dev', 'RUNNER_TEMP');
    expect(await refusal(onDisk(place, '/dev/full', () => writeFile('/dev/full', 'x')))).toMatchObject({
      outcome: 'invalid',
      message: 'Variable `RUNNER_TEMP`: /dev/full does not fit: the disk is full (ENOSPC).',
    });
  });
});

test('somebody else who writes to the folder meanwhile is said, not overlooked', async () => {
  for (const meddle of [
    async (folder: string) => writeFile(join(folder, 'added.py'), 'x'),
    async (folder: string) => mkdir(join(folder, 'MLmodel')),
    async (folder: string) => rm(join(folder, STAGING), { recursive: true }),
    async (folder: string) => truncate(join(folder, STAGING, 'whole', 'data', 'weights.bin'), 1),
  ]) {
    const folder = join(await outside(), 'model');
    const target = await open(folder);
    await fill(target);
    await meddle(folder);
    expect(await refusal(target.finish(FILES))).toMatchObject({ code: 'invalid-input' });
  }
});

test('names that differ in case are kept apart where the disk does so, which is known before', async () => {
  const folder = join(await outside(), 'model');
  const files = [
    { path: 'MLmodel', size: 1 },
    { path: 'mlmodel', size: 2 },
  ];
  const target = await open(folder, files);
  if (target.ignoresCase) return;
  await fill(target, files);
  await target.finish(files);
  expect((await readdir(folder)).sort()).toEqual(['MLmodel', 'mlmodel']);
});
