import { expect, test } from 'vitest';
import type { EmulatorOptions } from '../../../emulator/index.ts';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { promote } from '../../../src/actions/promote.ts';
import { world, type ActionBench, type ActionRun } from '../harness.ts';
import { addLargeVersion, bigFile } from './large-models.ts';

/** What a run says of the workspace as an engine. */
function recommended({ report }: ActionRun): string[] {
  const findings = report.checks.flatMap(({ decision }) => decision?.findings ?? []);
  return findings.filter(({ code }) => code === 'engine-workspace').map(({ message }) => message);
}

const signed = ({ records }: ActionRun) =>
  records.filter(({ path }) => path.includes('/create-download-url'));

async function large(mebibytes: number, options: EmulatorOptions = {}): Promise<ActionBench> {
  const bench = await world(options);
  addLargeVersion(bench.emulator.metastore, mebibytes);
  return bench;
}

const COPY = { source: `models:/${STAGING}/3`, destination: PROD };
const DRY = { ...COPY, 'dry-run': 'true' };

test.each([
  ['copy-version', copyVersion],
  ['promote', promote],
] as const)('%s: the storage refuses the runner, which the plan finds by one byte', async (_name, action) => {
  const bench = await large(53, { switches: { presign: 'refused' } });
  const seen = await bench.run(action, DRY);
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  expect(recommended(seen)).toEqual([expect.stringContaining('weights/0.bin')]);
  expect(recommended(seen)[0]).toContain('signed URL refused');
  expect(seen.summary).toContain('Consider engine&#58; workspace');
});

test('a copy that had to go through the workspace says it too', async () => {
  const bench = await large(53, { switches: { presign: 'refused' } });
  const seen = await bench.run(copyVersion, COPY);
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  expect(recommended(seen)).toEqual([expect.stringContaining('weights/0.bin')]);
}, 30_000);

test('a model of 16 GiB, of which no byte has to be read', async () => {
  const bench = await world();
  const files = { ...GOOD_FILES, 'weights.bin': bigFile(16 * 1024) };
  bench.emulator.metastore.addVersion(STAGING, { files });
  const seen = await bench.run(copyVersion, DRY);
  expect(recommended(seen)).toEqual([expect.stringContaining('16.0 GiB')]);
  expect(signed(seen)).toEqual([]);
});

test('a large file whose storage is open is no reason', async () => {
  const bench = await large(53);
  const seen = await bench.run(copyVersion, DRY);
  expect([seen.outputs['outcome'], recommended(seen), signed(seen).length]).toEqual(['ok', [], 1]);
});

test('a small model is not asked about', async () => {
  const bench = await world({ switches: { presign: 'refused' } });
  const seen = await bench.run(copyVersion, { ...DRY, source: `models:/${STAGING}/1` });
  expect([recommended(seen), signed(seen)]).toEqual([[], []]);
});

test('an outage of what is asked is neither a reason nor a failure', async () => {
  const bench = await large(53);
  const template = '/api/2.0/fs/create-download-url';
  bench.emulator.faults.add({ template, times: 50, kind: { kind: 'status', status: 503 } });
  const seen = await bench.run(copyVersion, DRY);
  expect([seen.outputs['outcome'], recommended(seen)], seen.verdict).toEqual(['ok', []]);
});

test('who has the workspace copy already gets no recommendation', async () => {
  const bench = await large(53, { switches: { presign: 'refused' } });
  const seen = await bench.run(copyVersion, { ...DRY, engine: 'workspace' });
  expect([seen.outputs['outcome'], recommended(seen), signed(seen)]).toEqual(['ok', [], []]);
});
