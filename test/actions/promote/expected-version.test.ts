import { describe, expect, test } from 'vitest';
import type { Action } from '../../../src/actions/contract/action.ts';
import type { RunCommand } from '../../../src/actions/contract/context.ts';
import { fieldsOf } from '../../../src/actions/contract/read-inputs.ts';
import { promote } from '../../../src/actions/promote.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { world } from '../harness.ts';

const PROMOTE = { source: `models:/${STAGING}/1`, destination: PROD };

describe.each(['false', 'true'])('dry-run: %s', (dryRun) => {
  const asked = { ...PROMOTE, 'dry-run': dryRun };

  test.each([
    [
      '3',
      'Champion',
      `${PROD}@Champion names version 1 (no record of who moved it there); version 3 was expected.`,
    ],
    [
      'none',
      'Champion',
      `${PROD}@Champion names version 1 (no record of who moved it there); no version was expected.`,
    ],
    ['1', 'Blue', `${PROD}@Blue names no version; version 1 was expected.`],
  ])('%s of %s is a conflict before anything is copied', async (expected, alias, said) => {
    const { run } = await world();
    const seen = await run(promote, { ...asked, alias, 'expected-version': expected });
    expect(seen.outputs, seen.report.verdict).toMatchObject({
      outcome: 'conflict',
      changed: 'false',
      allowed: 'false',
    });
    expect(seen.report.error?.message).toContain(said);
    expect([seen.exitCode, seen.after]).toEqual([1, seen.before]);
    expect(seen.records.filter(({ write }) => write)).toEqual([]);
  });

  test.each([
    ['1', 'Champion', {}],
    ['None', 'Blue', {}],
    ['none', 'Champion', { destination: 'prod.ml_team.new_model', 'create-destination': 'true' }],
  ])('%s of %s is as expected', async (expected, alias, more) => {
    const { run } = await world();
    const seen = await run(promote, { ...asked, ...more, alias, 'expected-version': expected });
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
    expect(seen.report.checks.find(({ name }) => name === 'Alias')?.passed).toBe(
      'It names the expected version.',
    );
  });
});

test('a run that is repeated after it succeeded is noop, though the alias names no longer what was expected', async () => {
  const { run } = await world();
  const asked = { ...PROMOTE, 'expected-version': '1' };
  await run(promote, asked);
  expect((await run(promote, asked)).outputs['outcome']).toBe('noop');
});

test('with the copy there already, another expectation is a conflict too', async () => {
  const { run } = await world();
  await run(promote, { ...PROMOTE, until: 'copy' });
  const seen = await run(promote, { ...PROMOTE, 'expected-version': '2' });
  expect([seen.outputs['outcome'], seen.after]).toEqual(['conflict', seen.before]);
});

test('a move by somebody else while the copy is validated is a conflict, and stays', async () => {
  const { run, emulator } = await world();
  await run(promote, { ...PROMOTE, until: 'copy' });
  const runCommand: RunCommand = async () => {
    emulator.metastore.deleteAlias(PROD, 'Champion');
    return { exitCode: 0, timedOut: false, durationMs: 1 };
  };
  const asked = { ...PROMOTE, 'expected-version': '1', 'validate-command': 'check' };
  const seen = await run(promote, asked, { runCommand });
  expect(seen.outputs['outcome'], seen.report.verdict).toBe('conflict');
  expect(seen.after.models[PROD]?.aliases).toEqual({});
});

test('until: copy plans no move, so that it is refused', async () => {
  const { run } = await world();
  const seen = await run(promote, { ...PROMOTE, until: 'copy', 'expected-version': '1' });
  expect([seen.outputs['outcome'], seen.records]).toEqual(['invalid', []]);
  expect(seen.report.error?.message).toContain('Input `expected-version` has no effect with until');
});

test('until: validate plans the move, and copies nothing where the alias names another version', async () => {
  const { run } = await world();
  const seen = await run(promote, { ...PROMOTE, until: 'validate', 'expected-version': '7' });
  expect([seen.outputs['outcome'], seen.outputs['plan-digest']]).toEqual(['conflict', undefined]);
  expect(seen.after).toEqual(seen.before);
});

test('promote and set-alias declare it as one and the same', () => {
  const declared = (action: Action) => fieldsOf(action).get('expected-version');
  expect(declared(promote)).toBeDefined();
  expect(declared(promote)).toEqual(declared(setAlias));
  expect(promote.inputs.shape['expected-version']).toBe(setAlias.inputs.shape['expected-version']);
});
