import { describe, expect, test } from 'vitest';
import type { Fault, FaultRule } from '../../../emulator/index.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { world, type ActionRun } from '../harness.ts';
import { bigFile } from './large-models.ts';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
const ALWAYS = Number.POSITIVE_INFINITY;
const CREATE = '/api/2.0/mlflow/unity-catalog/model-versions/create';
const FINALIZE = '/api/2.0/mlflow/unity-catalog/model-versions/finalize';
const FILE = '/api/2.0/fs/files/{path*}';

const versionsOf = (seen: ActionRun) =>
  Object.values(seen.after.models[PROD]?.versions ?? {}).map(({ version, status }) => `${version} ${status}`);
const isWhole = (seen: ActionRun, version: string) =>
  JSON.stringify(seen.after.models[PROD]?.versions[version]?.files) ===
  JSON.stringify(seen.after.models[STAGING]?.versions['1']?.files);

async function copyUnder(...rules: FaultRule[]) {
  const started = await world();
  for (const rule of rules) started.emulator.faults.add(rule);
  return { ...started, seen: await started.run(copyVersion, COPY) };
}

describe('a creation whose answer is lost', () => {
  for (const [title, kind] of [
    ['dropped', { kind: 'drop', when: 'after' }],
    ['cut in the middle', { kind: 'drop', when: 'during' }],
    ['500 after processing', { kind: 'status', status: 500, when: 'after' }],
    ['a login page', { kind: 'html-login' }],
  ] as const) {
    test(`${title}: it is found again, never created twice`, async () => {
      const { seen } = await copyUnder({ template: CREATE, kind });
      const creations = seen.records.filter(({ template }) => template === CREATE);
      if (title === 'a login page') expect(['ok', 'unavailable']).toContain(seen.outputs['outcome']);
      else expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
      // A login page was no answer of the registry: where nothing was made, it may be asked for once more.
      expect(creations.length).toBeLessThanOrEqual(title === 'a login page' ? 2 : 1);
      if (seen.outputs['outcome'] === 'ok') expect(isWhole(seen, '2')).toBe(true);
      expect(versionsOf(seen).length).toBeLessThanOrEqual(2);
    });
  }

  test('is found even where lists lag behind', async () => {
    const { run, emulator } = await world({ switches: { listingLags: 2 } });
    emulator.faults.add({ template: CREATE, kind: { kind: 'drop', when: 'after' } });
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(versionsOf(seen)).toEqual(['1 READY', '2 READY']);
  });

  test('refused before processing: nothing is left, and it says unavailable', async () => {
    const { seen } = await copyUnder({ template: CREATE, kind: { kind: 'drop', when: 'before' } });
    expect(['unavailable', 'ok']).toContain(seen.outputs['outcome']);
    if (seen.outputs['outcome'] === 'unavailable') expect(seen.after).toEqual(seen.before);
  });
});

describe('an upload', () => {
  for (const [title, kind] of [
    ['dropped before', { kind: 'drop', when: 'before' }],
    ['dropped after', { kind: 'drop', when: 'after' }],
    ['cut in the middle', { kind: 'cut-upload', afterBytes: 100 }],
    ['503', { kind: 'status', status: 503 }],
    ['429', { kind: 'retry-after-seconds', seconds: 3 }],
  ] as const) {
    test(`${title}: sent again, and the copy is whole`, async () => {
      const { seen } = await copyUnder({ method: 'PUT', template: FILE, times: 2, kind });
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
      expect([isWhole(seen, '2'), versionsOf(seen)]).toEqual([true, ['1 READY', '2 READY']]);
    });
  }

  test('that never succeeds: the unfinished version is deleted again, and said to be', async () => {
    const { seen } = await copyUnder({
      method: 'PUT',
      path: /model\.pkl$/u,
      times: ALWAYS,
      kind: { kind: 'status', status: 503 },
    });
    expect(seen.outputs['outcome']).toBe('unavailable');
    expect(versionsOf(seen)).toEqual(['1 READY']);
    expect(seen.report.error?.message).toContain('The unfinished version 2 was deleted.');
  });

  test('that is refused for good, where the version cannot be deleted: it is named, and the next run continues it', async () => {
    const { run, emulator } = await world({ switches: { deleteOfPending: 'refused' } });
    emulator.faults.add({
      method: 'PUT',
      path: /model\.pkl$/u,
      times: 8,
      kind: { kind: 'status', status: 503 },
    });
    const broken = await run(copyVersion, COPY);
    expect(broken.outputs['outcome']).toBe('unavailable');
    expect(versionsOf(broken)).toEqual(['1 READY', '2 PENDING_REGISTRATION']);
    expect(broken.report.error?.message).toContain('the next run resumes it');
    const next = await run(copyVersion, COPY);
    expect(next.outputs, next.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect([isWhole(next, '2'), versionsOf(next)]).toEqual([true, ['1 READY', '2 READY']]);
  });
});

test('a registry that asks to wait for a month before a tag is not waited for', async () => {
  const { seen } = await copyUnder({
    path: /set-tag$/u,
    times: ALWAYS,
    kind: { kind: 'retry-after-seconds', seconds: 2_592_000 },
  });
  expect(seen.outputs['outcome']).toBe('unavailable');
  expect(seen.report.error?.message).toContain('The server asked for a wait of 2592000 s.');
  expect(Math.max(0, ...seen.slept)).toBeLessThanOrEqual(300_000);
});

describe('a download', () => {
  for (const [title, kind] of [
    ['dropped before', { kind: 'drop', when: 'before' }],
    ['cut in the middle', { kind: 'drop', when: 'during' }],
    ['503', { kind: 'status', status: 503 }],
  ] as const) {
    test(`${title}: read again, and the copy is whole`, async () => {
      const { seen } = await copyUnder({ method: 'GET', path: /\/1\/model\.pkl$/u, kind });
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
      expect(isWhole(seen, '2')).toBe(true);
    });
  }

  test('of the copy with a wrong byte: an error, never a copy that is said to be equal', async () => {
    const { seen } = await copyUnder({
      method: 'GET',
      path: /prod\/ml_team\/fraud_detection\/2\/model\.pkl$/u,
      times: ALWAYS,
      kind: { kind: 'corrupt-body' },
    });
    expect(seen.outputs['outcome']).toBe('error');
    expect(seen.report.error?.code).toBe('verification');
    expect(versionsOf(seen)).not.toContain('2 READY');
  });
});

test('a copy with a wrong byte is given up when that is seen, not when everything was sent', async () => {
  const { emulator, run } = await world();
  const source = emulator.metastore.addVersion(STAGING, {
    files: { ...GOOD_FILES, 'a.bin': 'a', 'weights.bin': bigFile(200) },
  });
  emulator.faults.add({
    method: 'GET',
    path: /prod\/ml_team\/fraud_detection\/2\/a\.bin$/u,
    times: ALWAYS,
    kind: { kind: 'corrupt-body' },
  });
  const seen = await run(copyVersion, { ...COPY, source: `models:/${STAGING}/${source}` });
  expect(seen.report.error?.code).toBe('verification');
  expect(seen.report.verdict).toMatch(/the sha256 of a\.bin differs/u);
  const sent = seen.records.reduce((sum, { method, bytesIn }) => sum + (method === 'PUT' ? bytesIn : 0), 0);
  expect(sent).toBeLessThan(150 * 1024 * 1024);
  expect(versionsOf(seen)).not.toContain('2 READY');
});

describe('finalizing', () => {
  for (const [title, kind] of [
    ['dropped before', { kind: 'drop', when: 'before' }],
    ['dropped after', { kind: 'drop', when: 'after' }],
    ['503', { kind: 'status', status: 503 }],
  ] as const) {
    for (const secondFinalize of ['ok', 'error'] as const) {
      test(`${title}, where a second one is ${secondFinalize}: it ends READY`, async () => {
        const started = await world({ switches: { secondFinalize } });
        started.emulator.faults.add({ template: FINALIZE, kind });
        const seen = await started.run(copyVersion, COPY);
        expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
        expect(versionsOf(seen)).toEqual(['1 READY', '2 READY']);
      });
    }
  }

  test('a version that does not get READY in time: unavailable, told with what to do', async () => {
    const { run, emulator } = await world();
    emulator.faults.add({
      template: /model-versions\/get$/u,
      // The source and the version that is there are read at once, in any order.
      skip: 2,
      times: ALWAYS,
      kind: { kind: 'set-field', field: 'status', value: 'PENDING_REGISTRATION' },
    });
    const seen = await run(copyVersion, { ...COPY, 'wait-timeout': '20s' });
    expect(seen.outputs['outcome']).toBe('unavailable');
    expect(seen.exitCode).toBe(1);
  });

  test('a version that fails to register: blocked, with the reason of the registry', async () => {
    const failed: Fault = {
      kind: 'run',
      when: 'after',
      run: (metastore) => {
        const version = metastore.model(PROD).versions.get(2);
        if (version !== undefined) version.status = 'FAILED_REGISTRATION';
      },
    };
    const { seen } = await copyUnder({ template: FINALIZE, kind: failed });
    expect(seen.outputs['outcome']).toBe('blocked');
    expect(seen.report.error?.message).toContain('FAILED_REGISTRATION');
  });
});

describe('cancelled', () => {
  test('while files are sent: the unfinished version goes away or is named, and nothing is said to be done', async () => {
    const { run, emulator } = await world();
    emulator.faults.add({
      method: 'PUT',
      template: FILE,
      skip: 2,
      kind: { kind: 'run', when: 'before', run: () => void process.emit('SIGINT') },
    });
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs['outcome']).toBe('error');
    expect(versionsOf(seen)).not.toContain('2 READY');
    expect(seen.report.changes.map(({ state }) => state)).not.toContain('done');
  });
});
