import { describe, expect, test } from 'vitest';
import type { Emulator, FaultRule, Switches } from '../../../emulator/index.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { world, type ActionRun } from '../harness.ts';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
import { addLargeVersion } from './large-models.ts';

const STORAGE = '/cloud-storage/{path*}';
const WEIGHTS = /weights/u;

async function copyLarge(
  options: {
    readonly switches?: Partial<Switches>;
    readonly faults?: readonly FaultRule[];
    readonly inputs?: Readonly<Record<string, string>>;
    readonly mebibytes?: readonly number[];
    readonly prepare?: (emulator: Emulator) => void;
  } = {},
) {
  const started = await world(options.switches === undefined ? {} : { switches: options.switches });
  const { emulator } = started;
  const source = addLargeVersion(emulator.metastore, ...(options.mebibytes ?? [53]));
  options.prepare?.(emulator);
  for (const fault of options.faults ?? []) emulator.faults.add(fault);
  const inputs = { registry: 'databricks', source, destination: PROD, ...options.inputs };
  const seen = await started.run(copyVersion, inputs);
  return { ...started, seen, again: () => started.run(copyVersion, inputs) };
}

const filesOf = (seen: ActionRun, model: string, version: string) =>
  JSON.stringify(seen.after.models[model]?.versions[version]?.files);
const isWhole = (seen: ActionRun, version = '2') =>
  filesOf(seen, PROD, version) === filesOf(seen, 'staging.ml_team.fraud_detection', '3');
const sentTo = (seen: ActionRun, template: string) =>
  seen.records.filter(
    (record) => record.method === 'PUT' && record.template === template && WEIGHTS.test(record.path),
  );
const bytesOf = (records: ActionRun['records']) => records.reduce((sum, { bytesIn }) => sum + bytesIn, 0);

describe('a file of 53 MiB', () => {
  test('goes in parts by signed URLs, each part once, and none carries the token', async () => {
    const { seen } = await copyLarge();
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
    expect(isWhole(seen)).toBe(true);
    const parts = sentTo(seen, STORAGE);
    expect(parts).toHaveLength(11);
    expect(bytesOf(parts)).toBe(53 * 1024 * 1024);
    expect(parts.every(({ principal }) => principal === null)).toBe(true);
    expect(seen.summary).toContain('signed parts');
  });

  test('goes one part after the other on Google storage', async () => {
    const { seen } = await copyLarge({ switches: { uploadProtocol: 'resumable' } });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
    expect(isWhole(seen)).toBe(true);
    expect(bytesOf(sentTo(seen, STORAGE))).toBe(53 * 1024 * 1024);
  });

  for (const presign of ['refused', 'unknown-zone', 'storage-blocked'] as const) {
    test(`goes through the workspace where signed URLs are ${presign}, which the summary says with the reason`, async () => {
      const { seen } = await copyLarge({ switches: { presign } });
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
      expect(isWhole(seen)).toBe(true);
      expect(bytesOf(sentTo(seen, '/api/2.0/fs/files/{path*}'))).toBe(53 * 1024 * 1024);
      expect(seen.summary).toMatch(/workspace &#40;signed parts refused/u);
      expect(seen.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(10_000);
    });
  }

  test('is read in one stream where ranges are ignored', async () => {
    const { seen } = await copyLarge({ switches: { rangesHonoured: false } });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
    expect(isWhole(seen)).toBe(true);
    expect(seen.summary).toContain('ranges are ignored');
  });
});

describe('a store that is not always as it was', () => {
  const part = { method: 'PUT', template: STORAGE, path: WEIGHTS } as const;

  test('a store that gives parts no ETag, as Azure, is taken as it is', async () => {
    const kind = { kind: 'missing-header', header: 'etag' } as const;
    const { seen } = await copyLarge({ faults: [{ ...part, times: Infinity, kind }] });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
    expect(isWhole(seen)).toBe(true);
    expect(seen.summary).toContain('signed parts');
  });

  test('an outage after the first part is waited for, and closes no route', async () => {
    const kind = { kind: 'status', status: 503 } as const;
    const { seen } = await copyLarge({ faults: [{ ...part, skip: 2, times: 44, kind }] });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
    expect(isWhole(seen)).toBe(true);
    expect(sentTo(seen, '/api/2.0/fs/files/{path*}')).toHaveLength(0);
  });

  test('an outage without end is unavailable, and no refusal', async () => {
    const kind = { kind: 'status', status: 503 } as const;
    const { seen } = await copyLarge({ faults: [{ ...part, skip: 2, times: Infinity, kind }] });
    expect(seen.outputs).toMatchObject({ outcome: 'unavailable' });
    expect(seen.report.verdict).toContain('The storage worked at first but no longer responds');
  });

  test('a route that ignores ranges, taken in the middle, gives the right bytes', async () => {
    const faults: FaultRule[] = [
      {
        method: 'GET',
        template: STORAGE,
        path: WEIGHTS,
        skip: 4,
        times: Infinity,
        kind: { kind: 'status', status: 403 },
      },
    ];
    const { seen } = await copyLarge({
      faults,
      prepare: (emulator) => {
        emulator.faults.add({
          method: 'GET',
          template: STORAGE,
          skip: 3,
          kind: { kind: 'run', when: 'before', run: () => (emulator.switches.rangesHonoured = false) },
        });
      },
    });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
    expect(isWhole(seen)).toBe(true);
    expect(seen.summary).toContain('ranges are ignored');
  });

  test('after a file failed no part of another begins', async () => {
    const gone = { method: 'GET', path: /0\.bin/u, times: Infinity } as const;
    const kind = { kind: 'status', status: 404 } as const;
    const faults = [STORAGE, '/api/2.0/fs/files/{path*}'].map((template) => ({ ...gone, template, kind }));
    const { seen } = await copyLarge({ mebibytes: [53, 400], faults });
    expect(seen.outputs['outcome']).not.toBe('ok');
    expect(bytesOf(sentTo(seen, STORAGE))).toBeLessThan(150 * 1024 * 1024);
  });
});

describe('what goes wrong on the way of a large file', () => {
  const size = 53 * 1024 * 1024;
  const faults: Readonly<Record<string, FaultRule>> = {
    'a part is cut': {
      method: 'PUT',
      template: STORAGE,
      skip: 3,
      kind: { kind: 'cut-upload', afterBytes: 1_000_000 },
    },
    'the answer of a part is lost': {
      method: 'PUT',
      template: STORAGE,
      skip: 3,
      kind: { kind: 'drop', when: 'after' },
    },
    'the URL of a part has expired': {
      method: 'PUT',
      template: STORAGE,
      skip: 2,
      kind: { kind: 'expired-url' },
    },
    'the store is busy': {
      method: 'PUT',
      template: STORAGE,
      skip: 2,
      times: 3,
      kind: { kind: 'status', status: 503 },
    },
  };
  for (const [title, fault] of Object.entries(faults)) {
    test(`${title}: that part is sent again, and not the file`, async () => {
      const { seen } = await copyLarge({ faults: [fault] });
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
      expect(isWhole(seen)).toBe(true);
      expect(bytesOf(sentTo(seen, STORAGE))).toBeLessThanOrEqual(size + 3 * 6 * 1024 * 1024);
    });
  }

  test('a range is cut: it goes on where it was cut', async () => {
    const kind = { kind: 'drop', when: 'during' } as const;
    const { seen } = await copyLarge({
      faults: [{ method: 'GET', template: STORAGE, skip: 2, times: 3, kind }],
    });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
    expect(isWhole(seen)).toBe(true);
    const read = seen.records.filter(({ method, template }) => method === 'GET' && template === STORAGE);
    expect(read.reduce((sum, { bytesOut }) => sum + bytesOut, 0)).toBeLessThan(2 * size + 1_000_000);
  });

  test('the whole upload through the workspace is cut once: it is sent again from its start', async () => {
    const kind = { kind: 'cut-upload', afterBytes: 20_000_000 } as const;
    const { seen } = await copyLarge({
      switches: { presign: 'refused' },
      faults: [{ method: 'PUT', path: WEIGHTS, kind }],
    });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
    expect(isWhole(seen)).toBe(true);
  });
});

describe('a file over 5 GiB', () => {
  test('where the store refuses signed URLs: said before another file is sent, with the name and the way out', async () => {
    const { seen } = await copyLarge({ switches: { presign: 'storage-blocked' }, mebibytes: [5 * 1024 + 1] });
    expect(seen.outputs).toMatchObject({ outcome: 'unsupported', changed: 'false' });
    expect(seen.report.verdict).toMatch(/weights\/0\.bin has 5369757696 bytes.*at most 5368709120 bytes/u);
    expect(seen.summary).toContain('shards');
    expect(seen.records.filter(({ method, template }) => method === 'PUT' && template !== STORAGE)).toEqual(
      [],
    );
    expect(seen.after).toEqual(seen.before);
  });

  test('a dry run names it', async () => {
    const { seen } = await copyLarge({ mebibytes: [5 * 1024 + 1], inputs: { 'dry-run': 'true' } });
    expect(seen.outputs).toMatchObject({ outcome: 'ok' });
    expect(JSON.stringify(seen.report)).toMatch(/weights\/0\.bin.*can only be sent in parts/u);
  });
});
