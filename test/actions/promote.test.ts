import { describe, expect, test } from 'vitest';
import type { RunCommand } from '../../src/actions/contract/context.ts';
import { promote } from '../../src/actions/promote.ts';
import type { ProcessEnding } from '../../src/domain/process-ending.ts';
import { outputsOf } from './expectations.ts';
import { world } from './harness.ts';
import { GOOD_FILES, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';

const PROMOTE = { source: `models:/${STAGING}/1`, destination: PROD };

/** A validate-command that ends so, most often with an exit code, and what it was given. */
function command(ended: number | ProcessEnding, more: { timedOut?: boolean; during?: () => void } = {}) {
  const ending = typeof ended === 'number' ? { exitCode: ended } : ended;
  const calls: { command: string; environment: Readonly<Record<string, string>>; timeoutMs: number }[] = [];
  const runCommand: RunCommand = async (text, { environment, timeoutMs }) => {
    calls.push({ command: text, environment, timeoutMs });
    more.during?.();
    return { ...ending, timedOut: more.timedOut ?? false, durationMs: 1_234 };
  };
  return { calls, runCommand };
}

test('the whole flow: checked, copied, tagged, and the alias moved; one summary with undo', async () => {
  const { run } = await world();
  const seen = await run(promote, { ...PROMOTE, 'require-status': 'approved', 'set-status': 'promoted' });
  const {
    digest,
    bytes,
    'listing-digest': listing,
    'predicate-path': predicate,
    ...outputs
  } = outputsOf(seen);
  expect(outputs).toEqual({
    version: '2',
    uri: `models:/${PROD}/2`,
    'source-version': '1',
    verified: 'full',
    'subject-digest': digest,
    'predicate-type': 'https://model_signing/signature/v1.0',
    'previous-version': '1',
    files: String(Object.keys(GOOD_FILES).length),
    status: 'promoted',
    compatible: 'true',
    changes: '[]',
    allowed: 'true',
    outcome: 'ok',
    changed: 'true',
    'would-change': 'true',
  });
  expect([digest, Number(bytes) > 1000]).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/u), true]);
  expect(listing).toMatch(/^sha256:[0-9a-f]{64}$/u);
  expect(predicate).toMatch(/\.json$/u);
  expect(seen.verdict).toBe(`✅ OK: ${PROD}@Champion 1 → 2`);
  const model = seen.after.models[PROD];
  expect(model?.aliases).toEqual({ Champion: 2 });
  expect(model?.versions['2']).toMatchObject({
    status: 'READY',
    files: seen.after.models[STAGING]?.versions['1']?.files,
    tags: {
      validation_status: 'promoted',
      dataset: 'transactions_q3',
      uc_promote_origin: `models:/${STAGING}/1`,
    },
  });
  expect(seen.after.models[STAGING]).toEqual(seen.before.models[STAGING]);
  expect(JSON.stringify(seen.report.undo)).toContain(
    `databricks registered-models set-alias ${PROD} Champion 1`,
  );
  const writes = seen.records
    .filter((record) => record.write)
    .map(({ template }) => template.split('/').at(-1));
  expect(writes.indexOf('finalize')).toBeLessThan(writes.indexOf('{alias}'));
  expect(seen.annotations).toHaveLength(1);
});

test('again: noop, nothing written', async () => {
  const { run } = await world();
  await run(promote, PROMOTE);
  const again = await run(promote, PROMOTE);
  expect(again.outputs, again.report.verdict).toMatchObject({
    outcome: 'noop',
    changed: 'false',
    version: '2',
  });
  expect([again.after, again.records.filter((record) => record.write)]).toEqual([again.before, []]);
});

test('after the alias was moved back, promoting again moves only the alias', async () => {
  const { run, emulator } = await world();
  await run(promote, PROMOTE);
  emulator.metastore.setAlias(PROD, 'Champion', 1);
  const again = await run(promote, PROMOTE);
  expect(again.outputs).toMatchObject({ outcome: 'ok', version: '2', 'previous-version': '1' });
  expect(Object.keys(again.after.models[PROD]?.versions ?? {})).toEqual(['1', '2']);
});

test('to a new model and a new alias', async () => {
  const { run } = await world();
  const inputs = {
    ...PROMOTE,
    destination: 'prod.ml_team.new_model',
    alias: 'Blue',
    'create-destination': 'true',
    'destination-owner': 'ml-deployers',
  };
  const seen = await run(promote, inputs);
  expect(seen.outputs, seen.report.verdict).toMatchObject({
    outcome: 'ok',
    version: '1',
    'previous-version': '',
  });
  expect(seen.after.models['prod.ml_team.new_model']).toMatchObject({
    owner: 'ml-deployers',
    aliases: { Blue: 1 },
  });
});

describe('dry run', () => {
  for (const inputs of [
    PROMOTE,
    { ...PROMOTE, 'set-status': 'x', 'validate-command': 'python check.py' },
    { ...PROMOTE, destination: 'prod.ml_team.new_model', 'create-destination': 'true' },
  ]) {
    test(`${inputs.destination}, ${Object.keys(inputs).length} inputs: nothing is written, no command runs`, async () => {
      const { run } = await world();
      const seen = await run(promote, { ...inputs, 'dry-run': 'true' });
      expect(seen.outputs, seen.report.verdict).toMatchObject({
        outcome: 'ok',
        changed: 'false',
        'would-change': 'true',
      });
      expect([seen.after, seen.records.filter((record) => record.write)]).toEqual([seen.before, []]);
      expect(seen.verdict).toContain('Dry run: nothing was written');
      expect(seen.outputs['version'] ?? '').toBe('');
    });
  }
});

describe('until', () => {
  test('an input of a step that it leaves out is refused', async () => {
    const { run } = await world();
    const inputs = {
      ...PROMOTE,
      until: 'copy',
      'validate-command': 'check',
      'set-status': 'approved',
      'require-destination-status': 'approved',
    };
    const seen = await run(promote, inputs);
    expect(seen.outputs).toMatchObject({ outcome: 'invalid', changed: 'false' });
    for (const input of ['validate-command', 'set-status', 'require-destination-status']) {
      expect(seen.summary).toContain(input);
    }
  });

  for (const [until, ran] of [
    ['copy', 0],
    ['validate', 1],
    ['alias', 1],
  ] as const) {
    test(`${until}: what comes after it does not happen`, async () => {
      const { run } = await world();
      const { calls, runCommand } = command(0);
      const validation = until === 'copy' ? {} : { 'validate-command': 'check' };
      const seen = await run(promote, { ...PROMOTE, until, ...validation }, { runCommand });
      expect(seen.outputs, seen.report.verdict).toMatchObject({
        outcome: 'ok',
        version: '2',
        changed: 'true',
      });
      expect([calls.length, seen.after.models[PROD]?.aliases]).toEqual([
        ran,
        { Champion: until === 'alias' ? 2 : 1 },
      ]);
    });
  }
});

describe('validate-command', () => {
  test('gets what it needs to know and no secret', async () => {
    const { run } = await world();
    const { calls, runCommand } = command(0);
    const environment = { SMOKE_TEST_KEY: 'not-secret', OTHER: 'x', PATH: '/bin' };
    const inputs = {
      ...PROMOTE,
      'validate-command': 'python check.py --strict',
      'validate-env': 'SMOKE_TEST_KEY',
      'validate-timeout': '90s',
    };
    const seen = await run(promote, inputs, { runCommand, environment });
    expect(seen.outputs['outcome']).toBe('ok');
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      command: 'python check.py --strict',
      timeoutMs: 90_000,
      environment: {
        MODEL_URI: `models:/${PROD}/2`,
        MODEL_NAME: PROD,
        MODEL_VERSION: '2',
        SMOKE_TEST_KEY: 'not-secret',
        PATH: '/bin',
      },
    });
    const names = Object.keys(calls[0]?.environment ?? {});
    expect(names.filter((name) => /^(DATABRICKS|INPUT|OTHER|GITHUB_TOKEN)/u.test(name))).toEqual([]);
  });

  test('a secret that is named is given', async () => {
    const { run } = await world();
    const { calls, runCommand } = command(0);
    await run(
      promote,
      { ...PROMOTE, 'validate-command': 'x', 'validate-env': 'DATABRICKS_TOKEN' },
      { runCommand },
    );
    expect(calls[0]?.environment['DATABRICKS_TOKEN']).toBe('emulator-promoter');
  });

  for (const [title, ending, message] of [
    ['fails', command(3), 'ended with exit code 3'],
    ['does not end in time', command(124, { timedOut: true }), 'did not finish within 15 min 0 s'],
    ['ends too late with exit code 0', command(0, { timedOut: true }), 'did not finish within 15 min 0 s'],
    ['is killed in time', command({ signal: 'SIGKILL' }), 'was terminated by the signal SIGKILL'],
    [
      'is killed at its limit',
      command({ signal: 'SIGKILL' }, { timedOut: true }),
      'did not finish within 15 min',
    ],
    ['crashes', command({ signal: 'SIGSEGV' }), 'was terminated by the signal SIGSEGV without a result'],
  ] as const) {
    test(`that ${title}: blocked; the copy stays, the alias is where it was, no status is set`, async () => {
      const { run } = await world();
      const inputs = { ...PROMOTE, 'validate-command': 'check', 'set-status': 'approved' };
      const seen = await run(promote, inputs, { runCommand: ending.runCommand });
      expect(seen.outputs).toMatchObject({
        outcome: 'blocked',
        changed: 'true',
        allowed: 'false',
        version: '2',
      });
      expect(seen.exitCode).toBe(1);
      expect(seen.report.error?.message).toContain(message);
      expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
      expect(seen.after.models[PROD]?.versions['2']?.tags['validation_status']).toBeUndefined();
      expect(seen.report.error?.fix).toContain(`The copy models:/${PROD}/2 stays`);
    });
  }

  test('that cannot be started: invalid, with the reason; the alias is where it was', async () => {
    const { run } = await world();
    const { runCommand } = command({ notStarted: 'spawn E2BIG' });
    const seen = await run(promote, { ...PROMOTE, 'validate-command': 'check' }, { runCommand });
    expect([seen.outputs['outcome'], seen.report.error?.message]).toEqual([
      'invalid',
      'Input `validate-command`: "check" could not be started: spawn E2BIG',
    ]);
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
  });

  test('a retry after a failed validation copies nothing again', async () => {
    const { run } = await world();
    await run(promote, { ...PROMOTE, 'validate-command': 'check' }, { runCommand: command(1).runCommand });
    const again = await run(
      promote,
      { ...PROMOTE, 'validate-command': 'check' },
      { runCommand: command(0).runCommand },
    );
    expect(again.outputs).toMatchObject({ outcome: 'ok', version: '2' });
    expect(Object.keys(again.after.models[PROD]?.versions ?? {})).toEqual(['1', '2']);
  });
});

describe('require-destination-status', () => {
  test('opens by the status that this step sets', async () => {
    const { run } = await world();
    const seen = await run(promote, {
      ...PROMOTE,
      'set-status': 'approved',
      'require-destination-status': 'approved',
    });
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
  });

  test('is read right before the alias: who rejects the copy meanwhile stops it', async () => {
    const { run, emulator } = await world();
    const reject = () => emulator.metastore.setTags(PROD, { validation_status: 'rejected' }, 2);
    const { runCommand } = command(0, { during: reject });
    const inputs = { ...PROMOTE, 'validate-command': 'check', 'require-destination-status': 'approved' };
    const seen = await run(promote, inputs, { runCommand });
    expect(seen.outputs).toMatchObject({ outcome: 'blocked', changed: 'true' });
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
  });

  for (const until of ['validate', 'alias']) {
    test(`a copy that is put on hold while it is validated gets no status (until: ${until})`, async () => {
      const { run, emulator } = await world();
      const hold = () => emulator.metastore.setTags(PROD, { uc_promote_hold: 'stop' }, 2);
      const { runCommand } = command(0, { during: hold });
      const inputs = { ...PROMOTE, until, 'validate-command': 'check', 'set-status': 'approved' };
      const seen = await run(promote, inputs, { runCommand });
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'blocked', allowed: 'false' });
      expect(seen.after.models[PROD]?.versions['2']?.tags).not.toHaveProperty('validation_status');
      expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
    });
  }

  test('and a hold that is put on the copy meanwhile stops it too', async () => {
    const { run, emulator } = await world();
    const hold = () => emulator.metastore.setTags(PROD, { uc_promote_hold: 'stop' }, 2);
    const { runCommand } = command(0, { during: hold });
    const seen = await run(promote, { ...PROMOTE, 'validate-command': 'check' }, { runCommand });
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('blocked');
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
  });
});
