import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { downloadVersion } from '../../../src/actions/download-version.ts';
import { printedTodo } from '../expectations.ts';
import { TOKENS, world } from '../harness.ts';
import { addLargeVersion } from '../copy/large-models.ts';
import { contentOf, freshFolder, hashesIn, hashesOf, recordOf } from './folder.ts';

const RECORD = recordOf(GOOD_FILES);
const COUNT = String(Object.keys(GOOD_FILES).length);

test('the folder has exactly the files of the version, and the outputs say what they are', async () => {
  const { run, emulator } = await world();
  emulator.metastore.setTags(STAGING, RECORD, 1);
  const folder = await freshFolder();
  const seen = await run(downloadVersion, { model: STAGING, version: '1', folder });
  expect(seen.outputs, seen.verdict).toMatchObject({
    outcome: 'ok',
    changed: 'false',
    path: folder,
    files: COUNT,
    digest: RECORD['uc_promote_digest'],
    verified: 'digest',
    uri: `models:/${STAGING}/1`,
  });
  expect(await hashesIn(folder)).toEqual(hashesOf(GOOD_FILES));
  expect(seen.after).toEqual(seen.before);
});

test('without a recorded digest the sizes are what is verified, and the page says so', async () => {
  const { run } = await world();
  const folder = await freshFolder();
  const seen = await run(downloadVersion, { model: PROD, alias: 'Champion', folder });
  expect(seen.outputs).toMatchObject({ outcome: 'ok', verified: 'sizes', version: '1' });
  expect(seen.summary).toContain('verified by their sizes alone, because no digest was recorded');
});

test('a relative path begins at the folder of the job', async () => {
  const { run } = await world();
  const folder = await freshFolder();
  const seen = await run(downloadVersion, {
    model: STAGING,
    version: '1',
    folder: join(folder, '..', 'other', '.', 'model'),
  });
  expect(seen.outputs['path']).toBe(join(folder, '../other/model'));
});

describe('a second run', () => {
  test.each([
    ['with a recorded digest', RECORD, 'digest'],
    ['without one', {}, 'sizes'],
  ] as const)('%s keeps what is whole, and fetches the rest', async (_what, record, verified) => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(STAGING, record, 1);
    const folder = await freshFolder();
    const inputs = { model: STAGING, version: '1', folder };
    const [first, ...others] = Object.entries(GOOD_FILES).filter(([path]) => path !== 'MLmodel');
    await mkdir(folder);
    await writeFile(join(folder, 'MLmodel'), GOOD_FILES['MLmodel'] ?? '');
    await mkdir(join(folder, first?.[0] ?? '', '..'), { recursive: true });
    await writeFile(join(folder, first?.[0] ?? ''), first?.[1] ?? '');
    const seen = await run(downloadVersion, inputs);
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', verified });
    expect(await hashesIn(folder)).toEqual(hashesOf(GOOD_FILES));
    const fetched = seen.log.find((line) => line.includes('Downloading'));
    expect(fetched).toContain(`Downloading ${others.length} file`);

    const again = await run(downloadVersion, inputs);
    expect(again.outputs, again.verdict).toMatchObject({ outcome: 'noop', verified, files: COUNT });
    expect(again.log.some((line) => line.includes('Downloading'))).toBe(false);
  });

  test('reads no file of the registry but MLmodel where the digest says that all are whole', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(STAGING, RECORD, 1);
    const inputs = { model: STAGING, version: '1', folder: await freshFolder() };
    await run(downloadVersion, inputs);
    const again = await run(downloadVersion, inputs);
    const read = again.records.filter(({ path }) => path.includes('/fs/files/'));
    expect(read.map(({ path }) => path.split('/').at(-1))).toEqual(['MLmodel']);
  });
});

describe('what an interrupted run left', () => {
  const staged = (folder: string, ...path: string[]) => join(folder, '.uc-promote-download', ...path);

  test('is used where it is whole, and discarded where it is not', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(STAGING, RECORD, 1);
    const folder = await freshFolder();
    const [path = '', content = ''] = Object.entries(GOOD_FILES).find(([each]) => each !== 'MLmodel') ?? [];
    await mkdir(join(staged(folder, 'whole', path), '..'), { recursive: true });
    await mkdir(staged(folder, 'parts'), { recursive: true });
    await writeFile(staged(folder, 'whole', path), content);
    await writeFile(staged(folder, 'whole', 'MLmodel'), 'half');
    await writeFile(staged(folder, 'whole', 'of-another-version.bin'), 'x');
    await writeFile(staged(folder, 'parts', '1'), 'half of a file');
    const seen = await run(downloadVersion, { model: STAGING, version: '1', folder });
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', verified: 'digest' });
    expect(seen.summary).toContain('1 file had been there already');
    expect(await hashesIn(folder)).toEqual(hashesOf(GOOD_FILES));
  });

  test('while the files got their names is finished, and nothing is downloaded again', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(STAGING, RECORD, 1);
    const folder = await freshFolder();
    for (const [index, [path, content]] of Object.entries(GOOD_FILES).entries()) {
      const place =
        index % 2 === 0 && path !== 'MLmodel' ? join(folder, path) : staged(folder, 'whole', path);
      await mkdir(join(place, '..'), { recursive: true });
      await writeFile(place, content);
    }
    const seen = await run(downloadVersion, { model: STAGING, version: '1', folder });
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'noop', verified: 'digest' });
    expect(seen.log.join('\n')).not.toContain('Downloading');
    expect(await hashesIn(folder)).toEqual(hashesOf(GOOD_FILES));
  });

  test.each([
    ['by the digest', RECORD],
    ['by the bytes of the registry', {}],
  ] as const)('is replaced where its size alone is right: %s', async (_how, record) => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(STAGING, record, 1);
    const folder = await freshFolder();
    const wrong = Buffer.from(GOOD_FILES['MLmodel'] ?? '').fill('x');
    await mkdir(staged(folder, 'whole'), { recursive: true });
    await writeFile(staged(folder, 'whole', 'MLmodel'), wrong);
    const seen = await run(downloadVersion, { model: STAGING, version: '1', folder });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(await hashesIn(folder)).toEqual(hashesOf(GOOD_FILES));
  });

  test('stays for the next run where this one fails too, under no name of the version', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(STAGING, RECORD, 1);
    const folder = await freshFolder();
    const inputs = { model: STAGING, version: '1', folder };
    const last =
      Object.keys(GOOD_FILES)
        .filter((path) => path !== 'MLmodel')
        .at(-1) ?? '';
    emulator.faults.add({
      path: new RegExp(`${last}$`, 'u'),
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'status', status: 503 },
    });
    const failed = await run(downloadVersion, inputs);
    expect(failed.outputs['outcome'], failed.verdict).toBe('unavailable');
    expect(failed.outputs['path']).toBeUndefined();
    expect(await readdir(folder)).toEqual(['.uc-promote-download']);
    expect(failed.log.join('\n')).toContain('run the step again to download the rest');
    emulator.faults.clear();
    const seen = await run(downloadVersion, inputs);
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(seen.summary).toContain('had been there already');
    expect(await hashesIn(folder)).toEqual(hashesOf(GOOD_FILES));
  });
});

describe('files that the digest leaves out', () => {
  const files = { ...GOOD_FILES, '.gitattributes': 'text', '.github/a.yml': 'on: push' };

  test.each([
    ['.gitattributes', 'in the folder'],
    ['.github/a.yml', 'in the folder'],
    ['.gitattributes', 'as an earlier run left it'],
    ['.github/a.yml', 'as an earlier run left it'],
  ])('%s with other bytes of the same size, %s, counts for nothing', async (path, where) => {
    const { run, emulator } = await world();
    const version = emulator.metastore.addVersion(STAGING, { files, tags: recordOf(files) });
    const folder = await freshFolder();
    const inputs = { model: STAGING, version: String(version), folder };
    const below = where === 'in the folder' ? folder : join(folder, '.uc-promote-download', 'whole');
    await mkdir(join(below, path, '..'), { recursive: true });
    await writeFile(join(below, path), 'y'.repeat(files[path as keyof typeof files].length));
    const seen = await run(downloadVersion, inputs);
    if (where === 'in the folder') {
      expect(seen.outputs['outcome'], seen.verdict).toBe('invalid');
      expect(seen.report.error?.message).toContain(`holds what is not of this version: ${path}`);
      return;
    }
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', verified: 'digest' });
    expect(await hashesIn(folder)).toEqual(hashesOf(files));
    expect((await run(downloadVersion, inputs)).outputs['outcome']).toBe('noop');
  });
});

test('a version with the folder of Git is refused, and nothing is written', async () => {
  const { run, emulator } = await world();
  const files = { ...GOOD_FILES, '.git/config': '[core]' };
  const version = emulator.metastore.addVersion(STAGING, { files, tags: recordOf(files) });
  const folder = await freshFolder();
  const seen = await run(downloadVersion, { model: STAGING, version: String(version), folder });
  expect(seen.outputs['outcome'], seen.verdict).toBe('blocked');
  expect(seen.report.error?.message).toContain('.git/config would be the folder of Git');
  expect(await readdir(join(folder, '..'))).toEqual([]);
});

describe('bytes that are not those that were recorded', () => {
  test('leave nothing behind, whatever is wrong: a file, the digest, the list', async () => {
    const { emulator, run } = await world();
    const version = emulator.metastore.addVersion(STAGING, {
      files: { ...GOOD_FILES, 'model.pkl': 'tampered' },
      tags: recordOf({ ...GOOD_FILES, 'model.pkl': 'original' }),
    });
    const other = emulator.metastore.addVersion(STAGING, {
      files: GOOD_FILES,
      tags: { uc_promote_digest: 'unreadable' },
    });
    const listed = emulator.metastore.addVersion(STAGING, {
      files: { ...GOOD_FILES, 'added.py': 'import os' },
      tags: RECORD,
    });
    for (const [number, tag] of [
      [version, 'uc_promote_digest'],
      [other, 'uc_promote_digest'],
      [listed, 'uc_promote_listing'],
    ] as const) {
      const folder = await freshFolder();
      const seen = await run(downloadVersion, { model: STAGING, version: String(number), folder });
      expect(seen.outputs['outcome']).toBe('error');
      expect(seen.report.error).toMatchObject({ code: 'verification' });
      expect(seen.report.error?.message).toContain(`its tag ${tag} says`);
      expect(await readdir(join(folder, '..'))).toEqual([]);
    }
  });
});

describe('a folder that holds something else', () => {
  test.each([
    ['a file of another name', { 'notes.txt': 'mine' }, 'notes.txt'],
    ['a file of the same name and another size', { 'requirements.txt': 'flask' }, 'requirements.txt'],
    ['a hidden file', { '.git/config': '[core]' }, '.git'],
  ])('%s: is refused, and stays as it is', async (_what, files, named) => {
    const { run } = await world();
    const folder = await freshFolder();
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    const seen = await run(downloadVersion, { model: STAGING, version: '1', folder });
    expect(seen.outputs['outcome']).toBe('invalid');
    expect(seen.report.error?.message).toMatch(/^Input `folder`: .* holds what is not of this version: /u);
    expect(seen.report.error?.message).toContain(named);
    expect(printedTodo(seen)).toContain('Name a folder that does not exist or is empty');
    expect(await hashesIn(folder)).toEqual(hashesOf(files));
  });

  test.each([
    ['with a recorded digest', RECORD],
    ['without one', {}],
  ])('of the same sizes, as another version of the model has: is refused %s', async (_what, record) => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(STAGING, record, 1);
    const folder = await freshFolder();
    const inputs = { model: STAGING, version: '1', folder };
    await run(downloadVersion, inputs);
    const changed = Buffer.from(GOOD_FILES['MLmodel'] ?? '').fill('y');
    await writeFile(join(folder, 'MLmodel'), changed);
    const seen = await run(downloadVersion, inputs);
    expect(seen.outputs['outcome'], seen.verdict).toBe('invalid');
    expect(seen.report.error?.message).toContain('holds what is not of this version: MLmodel');
    expect((await contentOf(folder))['MLmodel']).toEqual(changed);
  });
});

test('a caller without rights, a version on hold and one that is gone get what every reading action says', async () => {
  const { run, emulator } = await world();
  const folder = await freshFolder();
  const inputs = { model: PROD, version: '1', folder };
  const denied = await run(downloadVersion, inputs, { token: TOKENS.reader });
  expect([denied.outputs['outcome'], printedTodo(denied)]).toEqual([
    'denied',
    expect.stringContaining('GRANT'),
  ]);
  emulator.metastore.setTags(PROD, { uc_promote_hold: 'incident 7' }, 1);
  const held = await run(downloadVersion, inputs);
  expect([held.outputs['outcome'], held.verdict]).toEqual(['blocked', expect.stringContaining('incident 7')]);
  const absent = await run(downloadVersion, { ...inputs, version: '9' });
  expect(absent.outputs['outcome']).toBe('invalid');
  expect(await readdir(join(folder, '..'))).toEqual([]);
});

test('a version that is deleted meanwhile is a conflict, which leaves no file under its name', async () => {
  const { run, emulator } = await world();
  emulator.faults.add({
    path: /requirements\.txt$/u,
    times: 1,
    kind: {
      kind: 'run',
      when: 'before',
      run: () => void emulator.metastore.model(STAGING).versions.delete(1),
    },
  });
  const folder = await freshFolder();
  const seen = await run(downloadVersion, { model: STAGING, version: '1', folder });
  expect([seen.outputs['outcome'], seen.verdict]).toEqual([
    'conflict',
    expect.stringContaining('was deleted while this run used it'),
  ]);
});

test.each([
  ['by signed URLs', {}],
  ['by temporary credentials', { filesApi: 'denied', vendedCredentials: 'azure' }],
] as const)('a large file comes as that of a copy does: %s', async (_how, switches) => {
  const { run, emulator } = await world({ switches });
  addLargeVersion(emulator.metastore, 53);
  const folder = await freshFolder();
  const seen = await run(downloadVersion, { model: STAGING, version: '3', folder });
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  const files = await contentOf(folder);
  expect(Object.keys(files).sort()).toEqual([...Object.keys(GOOD_FILES), 'weights/0.bin'].sort());
  expect(recordOf(files)['uc_promote_digest']).toBe(seen.outputs['digest']);
  expect(files['weights/0.bin']?.length).toBe(53 * 1024 * 1024);
});
