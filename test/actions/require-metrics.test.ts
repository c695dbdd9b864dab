import { describe, expect, test } from 'vitest';
import type { Metastore } from '../../emulator/index.ts';
import { PROD, STAGING, GOOD_FILES } from '../../emulator/seeds/demo-models.ts';
import { promote } from '../../src/actions/promote.ts';
import { validateVersion } from '../../src/actions/validate-version.ts';
import { world } from './harness.ts';

const DATASET = { name: 'holdout', digest: 'abc123' };
const RUN = { of: 'a'.repeat(32), current: 'b'.repeat(32) };
const MODEL = `m-${'1'.repeat(32)}`;

type Logged = NonNullable<Parameters<Metastore['addRun']>[0]['metrics']>;

/** A candidate in staging and a current version in prod, each with a run of its own. */
function measured(metastore: Metastore, ours: Logged, theirs: Logged): string {
  const approved = { tags: { validation_status: 'approved' } };
  metastore.addRun({ runId: RUN.of, metrics: ours });
  metastore.addRun({ runId: RUN.current, metrics: theirs });
  const files = { ...GOOD_FILES, 'model.pkl': 'another one' };
  const source = metastore.addVersion(STAGING, { files, runId: RUN.of, ...approved });
  metastore.setAlias(PROD, 'Champion', metastore.addVersion(PROD, { files: GOOD_FILES, runId: RUN.current }));
  return `models:/${STAGING}/${source}`;
}

const auc = (value: Logged[number]['value'], dataset = DATASET): Logged => [{ key: 'auc', value, dataset }];
const LINES = 'auc >= 0.9\nauc >= champion - 0.01';

describe('a promotion', () => {
  test.each([
    ['meets both', auc(0.92), auc(0.925), 'ok', ['passed', 'passed']],
    ['is worse than the current one', auc(0.91), auc(0.95), 'blocked', ['passed', 'refused']],
    [
      'was measured on other data',
      auc(0.92),
      auc(0.9, { ...DATASET, digest: 'other' }),
      'blocked',
      ['passed', 'incomparable'],
    ],
    ['has no such metric', [], auc(0.9), 'blocked', ['incomparable', 'incomparable']],
    ['is NaN', auc('NaN'), auc(0.9), 'blocked', ['incomparable', 'incomparable']],
  ] as const)('whose version %s', async (_what, ours, theirs, outcome, results) => {
    const { run, emulator } = await world();
    const source = measured(emulator.metastore, [...ours], [...theirs]);
    const seen = await run(promote, { source, destination: PROD, 'require-metrics': LINES });
    expect(seen.outputs['outcome'], seen.verdict).toBe(outcome);
    const evidence = seen.report.evidence?.filter((each) => each.kind === 'metric') ?? [];
    expect(evidence.map(({ result }) => result)).toEqual(results);
    if (outcome === 'ok') {
      expect(evidence[1]).toMatchObject({
        value: 0.92,
        current: 0.925,
        dataset: 'abc123',
        with: `models:/${PROD}/2`,
      });
      expect(seen.summary).toContain('0.925');
    } else {
      expect(seen.outputs['changed']).toBe('false');
      expect(seen.after).toEqual(seen.before);
    }
  });

  test('asks for the run of each version once, without the input too, where it is shown alone', async () => {
    const { run, emulator } = await world();
    const source = measured(emulator.metastore, auc(0.92), auc(0.92));
    const inputs = { source, destination: PROD, 'dry-run': 'true' };
    const without = await run(promote, inputs);
    const asked = (await run(promote, { ...inputs, 'require-metrics': LINES })).records;
    const runs = (records: typeof asked) => records.filter(({ path }) => path.endsWith('/runs/get')).length;
    // One more is for the lineage of the copy.
    expect([runs(without.records), runs(asked)]).toEqual([3, 3]);
  });

  test('an experiment that the caller may not read refuses, and says so', async () => {
    const { run, emulator } = await world();
    const source = measured(emulator.metastore, auc(0.92), auc(0.92));
    emulator.faults.add({
      template: '/api/2.0/mlflow/runs/get',
      times: Infinity,
      kind: { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED', message: 'no' },
    });
    const seen = await run(promote, { source, destination: PROD, 'require-metrics': 'auc >= 0.5' });
    expect(seen.outputs['outcome']).toBe('blocked');
    expect(seen.verdict).toContain('the caller may not read its experiment');
  });

  test('an outage is no refusal', async () => {
    const { run, emulator } = await world();
    const source = measured(emulator.metastore, auc(0.92), auc(0.92));
    emulator.faults.add({
      template: '/api/2.0/mlflow/runs/get',
      times: Infinity,
      kind: { kind: 'status', status: 503 },
    });
    const seen = await run(promote, { source, destination: PROD, 'require-metrics': 'auc >= 0.5' });
    expect(seen.outputs['outcome']).toBe('unavailable');
  });
});

describe('a logged model', () => {
  const add = (metastore: Metastore, rows: Logged, ofRun: Logged = []): string => {
    metastore.addLoggedModel({ modelId: MODEL, sourceRunId: RUN.of, metrics: rows });
    metastore.addRun({ runId: RUN.of, metrics: ofRun });
    return String(metastore.addVersion(PROD, { files: GOOD_FILES, runId: RUN.of, modelId: MODEL }));
  };
  const other = `m-${'2'.repeat(32)}`;

  test.each([
    [
      'has the value of its last step',
      [...auc(0.5), { ...auc(0.95)[0], key: 'auc', step: 9, value: 0.95 }],
      [],
      'ok',
    ],
    ['has it on two datasets', [...auc(0.95), ...auc(0.96, { ...DATASET, digest: 'other' })], [], 'blocked'],
    ['has it before its run', auc(0.95), auc(0.1), 'ok'],
    ['has none, but its run', [], auc(0.95), 'ok'],
    ['is not the one of its run', [], [{ key: 'auc', value: 0.95, modelId: other }], 'blocked'],
    [
      'is one of two of its run',
      [],
      [
        { key: 'auc', value: 0.1, modelId: other },
        { key: 'auc', value: 0.95, modelId: MODEL },
      ],
      'ok',
    ],
  ] as const)('that %s', async (_what, rows, ofRun, outcome) => {
    const { run, emulator } = await world();
    const version = add(emulator.metastore, [...rows], [...ofRun]);
    const seen = await run(validateVersion, { model: PROD, version, 'require-metrics': 'auc >= 0.9' });
    expect(seen.outputs['outcome'], seen.verdict).toBe(outcome);
  });
});

test('validate-version compares with the alias that it names, and sets the status by metrics alone', async () => {
  const { run, emulator } = await world();
  measured(emulator.metastore, [], auc(0.9));
  const again = 'c'.repeat(32);
  emulator.metastore.addRun({ runId: again, metrics: auc(0.91) });
  const version = String(emulator.metastore.addVersion(PROD, { files: GOOD_FILES, runId: again }));
  const inputs = { model: PROD, version, 'require-metrics': 'auc > champion', 'set-status': 'approved' };
  const seen = await run(validateVersion, inputs);
  expect([seen.outputs['outcome'], seen.outputs['status']], seen.verdict).toEqual(['ok', 'approved']);
  const none = await run(validateVersion, { ...inputs, 'champion-alias': 'Absent' });
  expect(none.verdict).toContain('there is no current version to compare with');
});
