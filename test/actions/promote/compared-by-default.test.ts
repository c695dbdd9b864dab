import { describe, expect, test } from 'vitest';
import { filesWith, GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import type { RunCommand } from '../../../src/actions/contract/context.ts';
import { promote } from '../../../src/actions/promote.ts';
import { expectRefused } from '../expectations.ts';
import { world, type ActionBench } from '../harness.ts';
import { mlmodel, NAMES } from '../signed-model.ts';

const UNTIL = ['copy', 'validate', 'alias'] as const;
const TO_PROD = { source: `models:/${STAGING}/3`, destination: PROD };

/** The demo's world with a third version in staging. */
async function withCandidate(files: Record<string, string | Uint8Array>): Promise<ActionBench> {
  const bench = await world();
  bench.emulator.metastore.addVersion(STAGING, { files });
  return bench;
}

const BREAKING = mlmodel('amount:string', ...NAMES.slice(1));
const WIDER = mlmodel(...NAMES, 'channel:string?');

describe.each(UNTIL)('until: %s', (until) => {
  test('what breaks the callers of what the alias names is refused without an input for it, in a dry run too', async () => {
    const { run } = await withCandidate(BREAKING);
    for (const dryRun of ['true', 'false']) {
      const seen = await run(promote, { ...TO_PROD, until, 'dry-run': dryRun });
      expectRefused(seen, 'blocked');
      expect(seen.outputs).toMatchObject({ compatible: 'false', 'would-change': 'false' });
      expect(seen.report.error?.message).toContain('inputs.amount: double → string.');
      expect(seen.after).toEqual(seen.before);
    }
  });

  test('none reports the changes and refuses nothing', async () => {
    const { run } = await withCandidate(BREAKING);
    const seen = await run(promote, { ...TO_PROD, until, compatibility: 'none' });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', compatible: 'false', changed: 'true' });
    expect(seen.summary).toContain('inputs.amount');
  });
});

test('exact refuses what callers lets pass', async () => {
  const { run } = await withCandidate(WIDER);
  expectRefused(await run(promote, { ...TO_PROD, compatibility: 'exact' }), 'blocked');
  const seen = await run(promote, TO_PROD);
  expect(seen.outputs).toMatchObject({ outcome: 'ok', compatible: 'true', version: '2' });
  expect(seen.report.facts).toContainEqual(
    expect.objectContaining({ label: 'Compared with', value: `models:/${PROD}/1` }),
  );
});

test('compare-with names another version in place of it', async () => {
  const { run, emulator } = await withCandidate(BREAKING);
  emulator.metastore.addVersion(PROD, { files: BREAKING });
  const seen = await run(promote, { ...TO_PROD, 'compare-with': `models:/${PROD}/2` });
  expect(seen.outputs).toMatchObject({ outcome: 'ok', compatible: 'true' });
});

test.each([
  ['an alias that names nothing yet', { alias: 'Challenger' }],
  ['a model that is made', { destination: 'prod.ml_team.new_model', 'create-destination': 'true' }],
])('%s: nobody breaks, and nothing is said against it', async (_title, more) => {
  const { run } = await withCandidate(BREAKING);
  const seen = await run(promote, { ...TO_PROD, ...more });
  expect(seen.outputs).toMatchObject({ outcome: 'ok', compatible: '' });
  expect(seen.annotations.filter(({ level }) => level === 'warning')).toEqual([]);
});

describe('what the alias names cannot be read', () => {
  const UNREADABLE = filesWith('{{{');

  test('refused, with what to do; none goes on', async () => {
    const { run, emulator } = await world();
    emulator.metastore.addVersion(PROD, { files: UNREADABLE });
    emulator.metastore.setAlias(PROD, 'Champion', 2);
    const inputs = { source: `models:/${STAGING}/1`, destination: PROD };
    const seen = await run(promote, inputs);
    expectRefused(seen, 'blocked');
    expect(seen.outputs['compatible']).toBe('unknown');
    expect(JSON.stringify(seen.report.todo)).toContain('compatibility: none');
    const past = await run(promote, { ...inputs, compatibility: 'none' });
    expect(past.outputs).toMatchObject({ outcome: 'ok', compatible: 'unknown' });
    expect(past.after.models[PROD]?.aliases).toEqual({ Champion: 3 });
  });

  test.each(['callers', 'none'])('its store is out of service, %s', async (compatibility) => {
    const { run, emulator } = await world();
    emulator.faults.add({
      path: /\/prod\/ml_team\/fraud_detection\/1\/MLmodel$/u,
      times: Infinity,
      kind: { kind: 'status', status: 503 },
    });
    const seen = await run(promote, { source: `models:/${STAGING}/1`, destination: PROD, compatibility });
    if (compatibility === 'none') {
      expect(seen.outputs).toMatchObject({ outcome: 'ok', compatible: 'unknown' });
    } else {
      expectRefused(seen, 'unavailable');
    }
  });

  test('a copy of the same unreadable version stays where it is: again is noop', async () => {
    const { run, emulator } = await world();
    emulator.metastore.addVersion(STAGING, { files: UNREADABLE });
    const inputs = { ...TO_PROD, alias: 'Next', 'require-signature': 'off' };
    expect((await run(promote, inputs)).outputs).toMatchObject({ outcome: 'ok', version: '2' });
    const again = await run(promote, inputs);
    expect(again.outputs, again.report.verdict).toMatchObject({ outcome: 'noop', version: '2' });
  });
});

test('what the alias names was compared: when it names another before it moves, it is not moved', async () => {
  const { run, emulator } = await withCandidate(WIDER);
  emulator.metastore.addVersion(PROD, { files: GOOD_FILES });
  const runCommand: RunCommand = async () => {
    emulator.metastore.setAlias(PROD, 'Champion', 2);
    return { exitCode: 0, timedOut: false, durationMs: 1 };
  };
  const seen = await run(promote, { ...TO_PROD, 'validate-command': 'python check.py' }, { runCommand });
  expect(seen.outputs['outcome']).toBe('conflict');
  expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 2 });
});
