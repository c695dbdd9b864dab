import { describe, expect, test } from 'vitest';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import type { RunCommand } from '../../src/actions/contract/context.ts';
import { validateVersion } from '../../src/actions/validate-version.ts';
import { jobWorld, PASSES, type JobWorld } from './validating-jobs.ts';

const URI = `models:/${PROD}/1`;
const OF_JOB = { 'validate-job': 'Validate', 'validate-timeout': '120h' };
const STATUSES = { 'set-status': 'approved', 'reject-status': 'rejected' };
const REFUSES = 'console.log(`{"passed": false, "message": "auc fell"}`);';

const ends =
  (exitCode: number): RunCommand =>
  async () => ({ exitCode, timedOut: false, durationMs: 1 });
const statusIn = ({ emulator }: JobWorld) =>
  emulator.state().models[PROD]?.versions['1']?.tags['validation_status'];

test.each([
  ['is killed', { signal: 'SIGKILL', timedOut: false }],
  ['does not end in time', { signal: 'SIGTERM', timedOut: true }],
  ['ends with an exit code after its time', { exitCode: 1, timedOut: true }],
] as const)('a command that %s is no verdict: the status stays', async (_what, ending) => {
  const bench = await jobWorld();
  bench.emulator.metastore.setTags(PROD, { validation_status: 'pending' }, 1);
  const inputs = { model: PROD, version: '1', 'validate-command': 'check', ...STATUSES };
  const runCommand: RunCommand = async () => ({ ...ending, durationMs: 1 });
  const seen = await bench.run(validateVersion, inputs, { runCommand });
  expect([seen.outputs['outcome'], statusIn(bench)], seen.verdict).toEqual(['blocked', 'pending']);
  expect(seen.summary).toContain('not validated');
  expect(seen.summary).not.toContain('validation failed');
  expect(seen.report.evidence).toContainEqual(
    expect.objectContaining({ kind: 'validation', result: 'not-run' }),
  );
});

describe.each([
  ['a job', OF_JOB],
  ['a command', { 'validate-command': 'check' }],
] as const)('%s judges a version', (by, validator) => {
  test.each([
    ['passes', 0, 'ok', 'approved'],
    ['refuses', 1, 'blocked', 'rejected'],
  ] as const)('it %s, and its status says so', async (_what, exitCode, outcome, status) => {
    const bench = await jobWorld();
    bench.addJob(exitCode === 0 ? PASSES : REFUSES);
    const inputs = { model: PROD, alias: 'champion', ...validator, ...STATUSES };
    const seen = await bench.run(validateVersion, inputs, { runCommand: ends(exitCode) });
    expect([seen.outputs['outcome'], statusIn(bench)], seen.verdict).toEqual([outcome, status]);
    expect(seen.outputs).toMatchObject({ version: '1', uri: URI, allowed: String(exitCode === 0), status });
    if (exitCode !== 0) expect(seen.summary).toContain('validation failed, status set to rejected');
    expect(seen.report.evidence).toContainEqual(
      expect.objectContaining({ kind: 'validation', result: exitCode === 0 ? 'passed' : 'refused' }),
    );
    expect(bench.runs()).toHaveLength(by === 'a job' ? 1 : 0);
    if (by === 'a job') {
      const [run] = [...bench.emulator.metastore.state.workspace.runs.keys()];
      expect(seen.outputs['run']).toBe(run);
      expect(JSON.parse(seen.outputs['results'] ?? '')).toEqual([
        { task: 'main', said: expect.stringContaining(`"passed":${exitCode === 0}`) as string },
      ]);
    }
  });

  test('without a status, nothing is written', async () => {
    for (const exitCode of [0, 1]) {
      const bench = await jobWorld();
      bench.addJob(exitCode === 0 ? PASSES : REFUSES);
      const inputs = { model: PROD, version: '1', ...validator };
      const seen = await bench.run(validateVersion, inputs, { runCommand: ends(exitCode) });
      expect(seen.outputs['outcome'], seen.verdict).toBe(exitCode === 0 ? 'ok' : 'blocked');
      expect([seen.outputs['changed'], seen.after]).toEqual(['false', seen.before]);
    }
  });

  test('in a dry run nothing is executed, and nothing is allowed', async () => {
    const bench = await jobWorld();
    bench.addJob(PASSES);
    const inputs = { model: PROD, version: '1', ...validator, ...STATUSES, 'dry-run': 'true' };
    const seen = await bench.run(validateVersion, inputs);
    expect([seen.outputs['outcome'], seen.outputs['allowed'], bench.runs()]).toEqual(['ok', 'false', []]);
    expect(seen.summary).toContain('not validated yet');
    expect(seen.after).toEqual(seen.before);
  });
});

test('a job without a verdict writes no status, though both are given', async () => {
  const bench = await jobWorld();
  bench.addJob(PASSES);
  bench.emulator.runFaults.add({ fault: { kind: 'end', code: 'CLOUD_FAILURE' } });
  const seen = await bench.run(validateVersion, { model: PROD, version: '1', ...OF_JOB, ...STATUSES });
  expect([seen.outputs['outcome'], statusIn(bench), seen.outputs['allowed']]).toEqual([
    'unavailable',
    undefined,
    'false',
  ]);
});

test.each([
  [
    'without a signature',
    (bench: JobWorld) =>
      [STAGING, bench.emulator.metastore.addVersion(STAGING, { files: { 'model.pkl': 'x' } })] as const,
  ],
  [
    'on hold',
    (bench: JobWorld) =>
      [PROD, bench.emulator.metastore.addVersion(PROD, { tags: { uc_promote_hold: 'incident 7' } })] as const,
  ],
])('a version %s is refused before anything is executed', async (_what, add) => {
  const bench = await jobWorld();
  bench.addJob(PASSES);
  const [model, version] = add(bench);
  const seen = await bench.run(validateVersion, { model, version: String(version), ...OF_JOB });
  expect([seen.outputs['outcome'], bench.runs()], seen.verdict).toEqual(['blocked', []]);
});

test('a hold that is set while the job runs keeps the status away', async () => {
  const bench = await jobWorld();
  bench.addJob(PASSES);
  bench.emulator.faults.add({
    template: '/api/2.2/jobs/runs/get-output',
    kind: {
      kind: 'run',
      when: 'after',
      run: (metastore) => metastore.setTags(PROD, { uc_promote_hold: 'incident 7' }, 1),
    },
  });
  const seen = await bench.run(validateVersion, { model: PROD, version: '1', ...OF_JOB, ...STATUSES });
  expect(seen.outputs['outcome'], seen.verdict).not.toBe('ok');
  expect(statusIn(bench)).toBeUndefined();
});

test('one of command and job is needed, and one of version and alias', async () => {
  const { run } = await jobWorld();
  const none = await run(validateVersion, { model: PROD, version: '1' });
  expect(none.verdict).toMatch(/validate-command.*validate-job/u);
  const both = await run(validateVersion, { model: PROD, ...OF_JOB });
  expect([none.outputs['outcome'], both.outputs['outcome']]).toEqual(['invalid', 'invalid']);
});
