import { describe, expect, test } from 'vitest';
import type { Fault } from '../../emulator/index.ts';
import { GOOD_FILES, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { promote } from '../../src/actions/promote.ts';
import { rollback } from '../../src/actions/rollback.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { validateVersion } from '../../src/actions/validate-version.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import type { RunCommand } from '../../src/actions/contract/context.ts';
import { world, type ActionBench, type ActionRun } from './harness.ts';

const DATASET = { name: 'holdout', digest: 'f3a9c1d2' };
const MODEL = `m-${'1'.repeat(32)}`;
const RUNS = '/api/2.0/mlflow/runs/get';
const MODELS = '/api/2.0/mlflow/logged-models/{model_id}';

/** Version 2 of prod with metrics of a logged model, beside version 1, which is live, with those of a run; a source in staging too. */
async function measuredWorld(): Promise<ActionBench & { readonly source: string }> {
  const bench = await world();
  const { metastore } = bench.emulator;
  const approved = { tags: { validation_status: 'approved' } };
  const [ours, theirs] = ['a'.repeat(32), 'b'.repeat(32)];
  metastore.addRun({ runId: ours });
  metastore.addLoggedModel({
    modelId: MODEL,
    sourceRunId: ours,
    metrics: [{ key: 'auc', value: 0.912345678, dataset: DATASET }],
  });
  metastore.addRun({
    runId: theirs,
    metrics: [
      { key: 'auc', value: 0.95, dataset: DATASET },
      { key: 'loss', value: 'NaN' },
    ],
  });
  const version = metastore.model(PROD).versions.get(1);
  if (version !== undefined) version.runId = theirs;
  const logged = { runId: ours, modelId: MODEL, ...approved };
  const files = { ...GOOD_FILES, 'model.pkl': 'another one' };
  const source = metastore.addVersion(STAGING, { files, ...logged });
  metastore.addVersion(PROD, { files, ...logged });
  return { ...bench, source: `models:/${STAGING}/${source}` };
}

const passes: RunCommand = async () => ({ exitCode: 0, timedOut: false, durationMs: 1 });

const metricsIn = ({ report }: ActionRun) => report.evidence?.filter(({ kind }) => kind === 'metrics') ?? [];

const auc = {
  metric: 'auc',
  value: 0.912345678,
  dataset: DATASET.digest,
  current: 0.95,
  currentDataset: DATASET.digest,
};
const loss = { metric: 'loss', value: null, dataset: null, current: 'NaN', currentDataset: null };

const CASES: readonly (readonly [string, Action, Readonly<Record<string, string>>])[] = [
  ['set-alias', setAlias, { model: PROD, alias: 'champion', version: '2' }],
  ['promote', promote, { destination: PROD }],
  ['validate-version', validateVersion, { model: PROD, version: '2', 'validate-command': 'true' }],
];

describe.each(CASES)('%s', (_name, action, inputs) => {
  const given = (bench: { readonly source: string }) =>
    action === promote ? { ...inputs, source: bench.source } : inputs;

  test.each(['true', 'false'])('dry-run: %s shows the metrics of both, and requires none', async (dryRun) => {
    const bench = await measuredWorld();
    const seen = await bench.run(action, { ...given(bench), 'dry-run': dryRun }, { runCommand: passes });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    const of = action === promote ? bench.source : `models:/${PROD}/2`;
    expect(metricsIn(seen)).toEqual([
      {
        kind: 'metrics',
        of,
        with: `models:/${PROD}/1`,
        metrics: [auc, loss],
        more: 0,
        unread: null,
        currentUnread: null,
      },
    ]);
    expect(seen.summary).toMatch(
      /➖&nbsp;auc<\/td><td>0\.95 on <code>f3a9c1d2<\/code><\/td><td>0\.912346 on/u,
    );
    const asked = seen.records.filter(({ path }) => path.includes('/mlflow/logged-models/'));
    // Of each version one, and one for what a copy carries.
    expect(asked.length).toBeLessThanOrEqual(3);
  });

  test.each([
    [
      'a refusal',
      { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED', message: 'no' },
      'the caller may not read its experiment',
    ],
    ['an outage', { kind: 'status', status: 503 }, 'not read:'],
    ['a lost response', { kind: 'drop', when: 'after' }, 'not read:'],
  ] as const)('%s stops nothing, is not asked for again, and is said', async (_what, kind: Fault, why) => {
    const bench = await measuredWorld();
    bench.emulator.faults.add({ template: MODELS, times: Infinity, kind });
    const seen = await bench.run(action, { ...given(bench), 'dry-run': 'true' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(metricsIn(seen)).toMatchObject([{ unread: expect.stringContaining(why) as string, metrics: [] }]);
    expect(seen.records.filter(({ path }) => path.endsWith(`/logged-models/${MODEL}`))).toHaveLength(
      action === promote ? 2 : 1,
    );
  });
});

test('a run that is refused shows them too', async () => {
  const bench = await measuredWorld();
  const inputs = { model: PROD, alias: 'champion', version: '2', 'expected-version': '7' };
  const seen = await bench.run(setAlias, inputs);
  expect(seen.outputs['outcome']).toBe('conflict');
  expect(metricsIn(seen)).toHaveLength(1);
});

test('a version without a run, and the version that the alias names already, add nothing', async () => {
  const bench = await measuredWorld();
  const noIds = { runId: undefined, modelId: undefined };
  for (const { versions } of bench.emulator.metastore.state.models.values())
    for (const version of versions.values()) Object.assign(version, noIds);
  const moved = await bench.run(setAlias, {
    model: PROD,
    alias: 'champion',
    version: '2',
    'dry-run': 'true',
  });
  expect([moved.outputs['outcome'], metricsIn(moved)]).toEqual(['ok', []]);
  const same = await measuredWorld();
  const named = await same.run(setAlias, { model: PROD, alias: 'champion', version: '1' });
  expect(metricsIn(named)).toMatchObject([{ of: `models:/${PROD}/1`, with: null }]);
});

test('rollback shows the version to go back to beside the bad one', async () => {
  const bench = await measuredWorld();
  await bench.run(setAlias, { model: PROD, alias: 'champion', version: '2' });
  const seen = await bench.run(rollback, {
    model: PROD,
    alias: 'champion',
    'from-version': '2',
    reason: 'incident 7',
  });
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  expect(metricsIn(seen)).toMatchObject([{ of: `models:/${PROD}/1`, with: `models:/${PROD}/2` }]);
});

test('what require-metrics judges has its own row, and the others stand beside it', async () => {
  const bench = await measuredWorld();
  const inputs = {
    source: bench.source,
    destination: PROD,
    'require-metrics': 'auc >= 0.9',
    'dry-run': 'true',
  };
  const seen = await bench.run(promote, inputs);
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  expect(metricsIn(seen)).toMatchObject([{ metrics: [loss] }]);
  expect(seen.records.filter(({ path }) => path === RUNS).length).toBeLessThanOrEqual(3);
});
