import { describe, expect, test } from 'vitest';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { world } from '../harness.ts';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { addLargeVersion, bigFile } from './large-models.ts';

const COPY = { registry: 'databricks', source: `models:/${STAGING}/1`, destination: PROD };
const LIST = '/api/2.0/fs/directories/{path*}';
const ROOT = '/Models/staging/ml_team/fraud_detection/1';

const file = (path: string, size: unknown = 1) => ({ path, name: 'x', is_directory: false, file_size: size });
const directory = (path: string) => ({ path, name: 'x', is_directory: true });
const many = (count: number) => Array.from({ length: count }, (_, index) => file(`${ROOT}/f${index}`));

async function copyFrom(contents: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) {
  const { emulator, run } = await world();
  emulator.faults.add({
    template: LIST,
    times: Number.POSITIVE_INFINITY,
    kind: { kind: 'status', status: 200, body: JSON.stringify({ contents, ...more }) },
  });
  return run(copyVersion, COPY);
}

describe('a listing that is hostile or broken ends the copy before anything is written', () => {
  const cases: Readonly<Record<string, [readonly unknown[], RegExp, Record<string, unknown>?]>> = {
    'a way out': [[file(`${ROOT}/../2/MLmodel`)], /not a safe file name/u],
    'an absolute path': [[file('/etc/passwd')], /outside of the version/u],
    'another version': [
      [file('/Models/staging/ml_team/fraud_detection/11/MLmodel')],
      /outside of the version/u,
    ],
    'a name that only begins alike': [[file(`${ROOT}x/MLmodel`)], /outside of the version/u],
    'the end of a name': [[file(`${ROOT}/MLmodel\u0000`)], /not a safe file name/u],
    'half a character': [[file(`${ROOT}/ML\ud800model`)], /not a safe file name/u],
    'a way out by a backslash': [[file(`${ROOT}/..\\MLmodel`)], /not a safe file name/u],
    'a way out further down': [[file(`${ROOT}/data/a\\..\\..\\MLmodel`)], /not a safe file name/u],
    'an empty segment': [[file(`${ROOT}//MLmodel`)], /not a safe file name|outside/u],
    'a name twice': [[file(`${ROOT}/MLmodel`), file(`${ROOT}/MLmodel`)], /twice/u],
    'a directory within itself': [[directory(`${ROOT}/a`)], /twice|outside|levels deep/u],
    'a size below nothing': [[file(`${ROOT}/MLmodel`, -1)], /the invalid size -1|lacks a required field/u],
    'too many entries': [many(100_001), /more than 100000 entries/u],
    'a page that comes back': [[], /returns the same page repeatedly/u, { next_page_token: 'same' }],
  };
  for (const [title, [contents, said, more]] of Object.entries(cases)) {
    test(title, async () => {
      const seen = await copyFrom(contents, more);
      expect(seen.outputs).toMatchObject({ outcome: 'unavailable', changed: 'false' });
      expect(seen.report.verdict).toMatch(said);
      expect(seen.after).toEqual(seen.before);
    });
  }
});

test.each([
  ['as large as a number can be', Number.MAX_SAFE_INTEGER],
  ['one byte over what passes in parts within the window', 9_500 * 48 * 1024 * 1024 + 1],
])('a size %s: refused by name before anything is written', async (_, size) => {
  const seen = await copyFrom([file(`${ROOT}/MLmodel`, 20), file(`${ROOT}/weights.bin`, size)]);
  expect(seen.outputs).toMatchObject({ outcome: 'blocked', changed: 'false' });
  expect(seen.report.verdict).toContain(
    `weights.bin of models:/${STAGING}/1 has ${size} bytes; the workspace accepts at most 5368709120 per file, and in parts at most 478150656000`,
  );
  expect(seen.after).toEqual(seen.before);
});

test('a listing of ever new pages without an entry: given up after 100 of them', async () => {
  const { emulator, run } = await world();
  for (let page = 1; page <= 200; page += 1) {
    const body = JSON.stringify({ next_page_token: `t${page}` });
    emulator.faults.add({ template: LIST, skip: page - 1, kind: { kind: 'status', status: 200, body } });
  }
  const seen = await run(copyVersion, COPY);
  expect(seen.outputs).toMatchObject({ outcome: 'unavailable', changed: 'false' });
  expect(seen.report.verdict).toMatch(/has 100 pages in a row without an entry/u);
  expect(seen.records.filter(({ template }) => template === LIST)).toHaveLength(101);
  expect(seen.after).toEqual(seen.before);
});

test('100,000 entries are listed in 100 pages, and told within the bounds of a summary', async () => {
  const { emulator, run } = await world();
  const shards = Array.from({ length: 99_992 }, (_, index) => [`shard-${index}`, 'x'] as const);
  const files = { ...GOOD_FILES, ...Object.fromEntries(shards), 'weights.bin': bigFile(20) };
  emulator.metastore.addVersion(STAGING, { files });
  const seen = await run(copyVersion, { ...COPY, source: `models:/${STAGING}/3`, 'dry-run': 'true' });
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', files: '100000' });
  expect(seen.records.filter(({ template }) => template === LIST)).toHaveLength(100);
  expect(seen.records.length).toBeLessThan(125);
  expect(Buffer.byteLength(seen.summary)).toBeLessThan(1024 * 1024);
}, 90_000);

describe('a source that changes', () => {
  for (const [title, size] of [
    ['a size that is too small', 1],
    ['a size that is too large', 9_999],
  ] as const) {
    test(`${title}: nothing is left behind`, async () => {
      const { emulator, run } = await world();
      const { version } = { version: emulator.metastore.state.models.get(STAGING)?.versions.get(1) };
      const contents = [...(version?.files.entries() ?? [])].map(([path, { content }]) =>
        file(`${ROOT}/${path}`, path === 'model.pkl' ? size : content.size),
      );
      emulator.faults.add({
        path: new RegExp(`/directories${ROOT}$`, 'u'),
        kind: { kind: 'status', status: 200, body: JSON.stringify({ contents }) },
      });
      const seen = await run(copyVersion, COPY);
      expect(seen.outputs).toMatchObject({ outcome: 'error', changed: 'false' });
      expect(seen.report.verdict).toMatch(/model\.pkl/u);
      expect(seen.after).toEqual(seen.before);
    });
  }

  for (const [title, mebibytes, listed] of [
    ['a streamed file that is listed shorter', 20, -1],
    ['a streamed file that is listed longer', 20, 1],
    ['a file read in ranges that is listed shorter', 53, -1],
    ['a file read in ranges that is listed longer', 53, 1],
  ] as const) {
    test(`${title} than it is`, async () => {
      const { emulator, run } = await world();
      const source = addLargeVersion(emulator.metastore, mebibytes);
      emulator.faults.add({
        path: /\/directories\/.*\/weights$/u,
        kind: { kind: 'set-field', field: 'file_size', value: mebibytes * 1024 * 1024 + listed },
      });
      const seen = await run(copyVersion, { ...COPY, source });
      expect(seen.outputs).toMatchObject({ outcome: 'error', changed: 'false' });
      expect(seen.report.verdict).toMatch(/weights\/0\.bin changed while it was being read/u);
      expect(seen.after).toEqual(seen.before);
    });
  }

  test('a large file that is replaced by one of the same size and second while it is read', async () => {
    const { emulator, run } = await world();
    const source = addLargeVersion(emulator.metastore, 53);
    emulator.faults.add({
      method: 'GET',
      template: '/cloud-storage/{path*}',
      skip: 3,
      kind: {
        kind: 'run',
        when: 'before',
        run: (metastore) => {
          const files = metastore.model(STAGING).versions.get(3)?.files;
          const old = files?.get('weights/0.bin');
          if (files === undefined || old?.content.kind !== 'generated') throw new Error('No such file.');
          files.set('weights/0.bin', { ...old, content: { ...old.content, seed: 99 } });
        },
      },
    });
    const seen = await run(copyVersion, { ...COPY, source });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'error', changed: 'false' });
    expect(seen.report.verdict).toMatch(/weights\/0\.bin.*it was written while it was read/u);
    expect(Object.keys(seen.after.models[PROD]?.versions ?? {})).toEqual(['1']);
  });

  test('a file that is gone between listing and reading', async () => {
    const { emulator, run } = await world();
    emulator.faults.add({
      path: /staging.*1\/model\.pkl$/u,
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'status', status: 404, errorCode: 'NOT_FOUND' },
    });
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs).toMatchObject({ outcome: 'error', changed: 'false' });
    expect(seen.report.verdict).toMatch(/model\.pkl.*changed while it was being read: it no longer exists/u);
    expect(seen.after).toEqual(seen.before);
  });
});
