import { describe, expect, test } from 'vitest';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { world } from '../actions/harness.ts';
import { PROD, STAGING } from '../actions/worlds.ts';

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
    'a way out': [[file(`${ROOT}/../2/MLmodel`)], /no safe file name/u],
    'an absolute path': [[file('/etc/passwd')], /outside of the version/u],
    'another version': [
      [file('/Models/staging/ml_team/fraud_detection/11/MLmodel')],
      /outside of the version/u,
    ],
    'a name that only begins alike': [[file(`${ROOT}x/MLmodel`)], /outside of the version/u],
    'a control character': [[file(`${ROOT}/MLmodel\u0007`)], /no safe file name/u],
    'a line break': [[file(`${ROOT}/ML\nmodel`)], /no safe file name/u],
    'a backslash': [[file(`${ROOT}/..\\MLmodel`)], /no safe file name/u],
    'an empty segment': [[file(`${ROOT}//MLmodel`)], /no safe file name|outside/u],
    'a name twice': [[file(`${ROOT}/MLmodel`), file(`${ROOT}/MLmodel`)], /twice/u],
    'a directory within itself': [[directory(`${ROOT}/a`)], /twice|outside|levels deep/u],
    'a size below nothing': [[file(`${ROOT}/MLmodel`, -1)], /the size -1|lacks what it promises/u],
    'too many entries': [many(100_001), /more than 100000 entries/u],
    'a page that comes back': [[], /again and again/u, { next_page_token: 'same' }],
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

describe('a source that changes', () => {
  for (const [title, size] of [
    ['a size that is too small', 1],
    ['a size that is too large', 9_999],
  ] as const) {
    test(`${title}: nothing is left behind`, async () => {
      const { emulator, run } = await world();
      const { version } = { version: emulator.metastore.world.models.get(STAGING)?.versions.get(1) };
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

  test('a file that is gone between listing and reading', async () => {
    const { emulator, run } = await world();
    emulator.faults.add({
      path: /staging.*1\/model\.pkl$/u,
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'status', status: 404, errorCode: 'NOT_FOUND' },
    });
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs).toMatchObject({ outcome: 'error', changed: 'false' });
    expect(seen.report.verdict).toMatch(/model\.pkl.*changed while it was read: it is gone/u);
    expect(seen.after).toEqual(seen.before);
  });
});
