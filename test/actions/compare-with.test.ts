import { expect, test } from 'vitest';
import { promote } from '../../src/actions/promote.ts';
import { validateSignature } from '../../src/actions/validate-signature.ts';
import { expectRefused } from './expectations.ts';
import { world } from './harness.ts';
import { applyPrinted, printedStatements } from './remedies.ts';
import { filesWith, GOOD_FILES, PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';
import { mlmodel, NAMES, OUTPUTS } from './signed-model.ts';

/** A model that the promoter has no right on. */
const OTHER = 'prod.ml_team.other';
const CHAMPION = `models:/${PROD}@Champion`;

test('an optional column more: compatible, and the verdict says what it means for callers', async () => {
  const { run, emulator } = await world();
  emulator.metastore.addVersion(STAGING, { files: mlmodel(...NAMES, 'channel:string?') });
  const seen = await run(validateSignature, { model: STAGING, version: '3', 'compare-with': CHAMPION });
  expect(seen.outputs).toMatchObject({ outcome: 'ok', compatible: 'true', allowed: 'true' });
  expect(seen.verdict).toBe(
    `✅ OK: models:/${STAGING}/3 declares inputs and outputs. Callers of models:/${PROD}/1 can call this version: one optional column added`,
  );
  expect(JSON.parse(seen.outputs['changes'] ?? '')).toEqual([
    {
      path: 'inputs.channel',
      kind: 'column-added-optional',
      before: null,
      after: 'string, optional',
      class: 'compatible',
      reason: 'Callers need not send it.',
    },
  ]);
  expect(
    seen.records.filter(({ template }) => template.includes('/fs/')).map(({ path }) => path),
  ).toHaveLength(2);
});

test('another type and a new required column: blocked under callers and exact, told under none', async () => {
  const { run, emulator } = await world();
  emulator.metastore.addVersion(STAGING, {
    files: mlmodel('amount:string', ...NAMES.slice(1), 'channel:string'),
  });
  const inputs = { model: STAGING, version: '3', 'compare-with': CHAMPION };
  for (const compatibility of ['callers', 'exact']) {
    const seen = await run(validateSignature, { ...inputs, compatibility });
    expectRefused(seen, 'blocked');
    expect(seen.outputs).toMatchObject({ valid: 'true', compatible: 'false', allowed: 'false' });
    expect(seen.report.error?.message).toContain('inputs.amount: double → string.');
  }
  const seen = await run(validateSignature, { ...inputs, compatibility: 'none' });
  expect(seen.outputs).toMatchObject({ outcome: 'ok', compatible: 'false', allowed: 'true' });
  expect(seen.annotations.map(({ level }) => level)).toEqual(['warning']);
  expect(seen.blocks).toContainEqual({
    kind: 'code',
    language: 'diff',
    text: expect.stringMatching(/^\+ inputs\.channel +string\n +breaks: /mu) as string,
  });
});

test('nothing there yet is no error; a model that does not exist is a warning; a version that is not there is invalid', async () => {
  const { run, emulator } = await world();
  emulator.metastore.grant('schema', 'prod.ml_team', 'ml-deployers', ['EXECUTE']);
  const inputs = { model: STAGING, version: '1' };
  const fresh = await run(validateSignature, { ...inputs, 'compare-with': `models:/${PROD}@Challenger` });
  expect([fresh.outputs['outcome'], fresh.outputs['compatible'], fresh.annotations]).toEqual(['ok', '', []]);
  expect(fresh.verdict).toContain('has no alias Challenger yet');
  const unseen = await run(validateSignature, {
    ...inputs,
    'compare-with': 'models:/prod.ml_team.nothing@Champion',
  });
  expect(unseen.outputs['outcome']).toBe('ok');
  expect(unseen.annotations.map(({ level }) => level)).toEqual(['warning']);
  const wrong = await run(validateSignature, { ...inputs, 'compare-with': `models:/${PROD}/77` });
  expectRefused(wrong, 'invalid');
  expect(wrong.report.error?.message).toContain('Input `compare-with`: version 77');
});

test('a compared version without a readable signature: unknown, and refused', async () => {
  const { run, emulator } = await world();
  const version = emulator.metastore.addVersion(PROD, { files: filesWith('{{{') });
  expect(version).toBeDefined();
  const seen = await run(validateSignature, {
    model: STAGING,
    version: '1',
    'compare-with': `models:/${PROD}/2`,
  });
  expectRefused(seen, 'blocked');
  expect(seen.outputs['compatible']).toBe('unknown');
});

test('promote moves no alias to a version that breaks the callers of the Champion, and copies nothing', async () => {
  const { run, emulator } = await world();
  emulator.metastore.addVersion(STAGING, { files: mlmodel('amount:string', ...NAMES.slice(1)) });
  const inputs = { source: `models:/${STAGING}/3`, destination: PROD, 'compare-with': CHAMPION };
  const seen = await run(promote, inputs);
  expectRefused(seen, 'blocked');
  expect(seen.outputs).toMatchObject({ compatible: 'false', changed: 'false' });
  expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
  const reported = await run(promote, { ...inputs, compatibility: 'none' });
  expect(reported.outputs).toMatchObject({ outcome: 'ok', compatible: 'false' });
  expect(reported.after.models[PROD]?.aliases).toEqual({ Champion: 2 });
});

test.each([
  ['validate-signature', validateSignature, { model: STAGING, version: '1' }],
  ['promote', promote, { source: `models:/${STAGING}/1`, destination: PROD, 'dry-run': 'true' }],
] as const)(
  '%s: a compared model that may not be read is denied with the missing right, and with what is printed it succeeds',
  async (_title, action, inputs) => {
    const { run, emulator } = await world();
    emulator.metastore.createModel(OTHER, { owner: 'admin@example.com' });
    emulator.metastore.addVersion(OTHER, { files: GOOD_FILES });
    const attempt = () => run(action, { ...inputs, 'compare-with': `models:/${OTHER}/1` });
    const seen = await attempt();
    expectRefused(seen, 'denied');
    expect(seen.report.error?.message).toContain(`EXECUTE on model ${OTHER}`);
    expect(printedStatements(seen.report)).toEqual([
      `GRANT EXECUTE ON FUNCTION \`prod\`.\`ml_team\`.\`other\` TO \`${PROMOTER}\`;`,
    ]);
    await applyPrinted(emulator, seen);
    expect((await attempt()).outputs).toMatchObject({ outcome: 'ok', compatible: 'true' });
  },
);

test('with the check of privileges off, the refusal of the compared model is still denied', async () => {
  const { run, emulator } = await world();
  emulator.metastore.createModel(OTHER, { owner: 'admin@example.com' });
  emulator.metastore.addVersion(OTHER, { files: GOOD_FILES });
  const inputs = { model: STAGING, version: '1', 'compare-with': `models:/${OTHER}/1` };
  const seen = await run(validateSignature, { ...inputs, 'check-privileges': 'off' });
  expectRefused(seen, 'denied');
  expect(seen.records.filter(({ template }) => template.includes('permissions'))).toEqual([]);
});

test('a first declaration is not refused with the advice to declare nothing', async () => {
  const { run, emulator } = await world();
  emulator.metastore.addVersion(PROD, { files: filesWith('flavors:\n  sklearn: {}\n') });
  const seen = await run(validateSignature, {
    model: STAGING,
    version: '1',
    'compare-with': `models:/${PROD}/2`,
  });
  expectRefused(seen, 'blocked');
  expect(seen.report.error?.fix).toContain('Test the calls of its callers on this version');
  expect(seen.report.error?.fix).not.toContain('Log the model again');
});

test('1,000 changes with names of 4,000 characters stay within what GitHub takes, and it is said', async () => {
  const { run, emulator } = await world();
  const names = Array.from({ length: 1_000 }, (_, index) => `${'é'.repeat(4_000)}${index}:double`);
  emulator.metastore.addVersion(STAGING, { files: mlmodel(...names) });
  const inputs = { model: STAGING, version: '3', 'compare-with': CHAMPION, compatibility: 'none' };
  const seen = await run(validateSignature, inputs);
  const bytes = Object.values(seen.outputs).map((value) => Buffer.byteLength(value, 'utf8'));
  expect(Math.max(...bytes)).toBeLessThanOrEqual(30_000);
  expect(seen.outputs['cut']).toBe('signature,changes');
  const changes = JSON.parse(seen.outputs['changes'] ?? '') as { kind: string; count?: number }[];
  expect(changes.length).toBeGreaterThan(20);
  expect((JSON.parse(seen.report.outputs['changes'] ?? '') as object[]).length).toBeGreaterThan(100);
  const last = changes.at(-1);
  expect(last?.kind).toBe('left-out');
  expect(changes.length - 1 + (last?.count ?? 0)).toBe(1_005);
  const signature = JSON.parse(seen.outputs['signature'] ?? '') as {
    inputs: object[];
    cut: { inputs: number };
  };
  expect(signature.inputs.length + signature.cut.inputs).toBe(1_000);
  expect(seen.summary).toContain('Shortened outputs');
});

test.each([
  ['inputs', '[{"type": "double", "name": "x"}, {"type": "double", "name": "y", "optional": true}]', OUTPUTS],
  [
    'outputs',
    '[{"type": "double", "name": "x"}, {"type": "double", "name": "y", "required": false}]',
    '[{"type": "long", "name": "is_fraud", "optional": true}]',
  ],
])(
  'a Champion of MLflow 2.9 that says optional in its %s can be followed',
  async (_part, inputs, outputs) => {
    const { run, emulator } = await world();
    const old = filesWith(
      `flavors:\n  sklearn: {}\nmlflow_version: 2.9.2\nsignature:\n  inputs: '${inputs}'\n  outputs: '${outputs}'\n`,
    );
    emulator.metastore.setAlias(PROD, 'Champion', emulator.metastore.addVersion(PROD, { files: old }));
    const promoteThe = (files: Record<string, string | Uint8Array>) =>
      run(promote, {
        source: `models:/${STAGING}/${emulator.metastore.addVersion(STAGING, { files })}`,
        destination: PROD,
        'compare-with': CHAMPION,
      });
    const strict = await promoteThe(mlmodel('x:double', 'y:double'));
    expectRefused(strict, 'blocked');
    expect(strict.report.error?.message).toContain('inputs.y: optional → required.');
    const seen = await promoteThe(mlmodel('x:double', 'y:double?'));
    expect(seen.outputs).toMatchObject({ outcome: 'ok', compatible: 'true' });
  },
);
