import { expect, test } from 'vitest';
import { setAlias } from '../../src/actions/set-alias.ts';
import { outputsOf } from './expectations.ts';
import { world } from './harness.ts';
import { recordOf } from './move-record.ts';
import { moreVersions, PROD } from '../../emulator/seeds/demo-models.ts';

/** What goes on around a move: endpoints that serve the model, jobs that watch it. */
const AROUND = ['GET /api/2.0/serving-endpoints', 'GET /api/2.2/jobs/list'];
/** Of each version the metrics, and the version that the alias names. */
const METRICS = [
  'GET /api/2.0/mlflow/logged-models/{model_id}',
  'GET /api/2.0/mlflow/logged-models/{model_id}',
  'GET mlflow/model-versions/get',
];
const CHECKS = [
  ...AROUND,
  ...METRICS,
  'GET fs/files/{path*}',
  'GET mlflow/model-versions/get',
  'GET mlflow/registered-models/get',
  'GET scim/Me',
  'GET uc/catalogs/{name}',
  'GET uc/effective-permissions/{securable_type}/{full_name}',
  'GET uc/effective-permissions/{securable_type}/{full_name}',
  'GET uc/effective-permissions/{securable_type}/{full_name}',
  'GET uc/models/{full_name}',
  'GET uc/models/{full_name}/aliases/{alias}',
  'GET uc/schemas/{full_name}',
];
const MOVE = 'PUT uc/models/{full_name}/aliases/{alias} !';
const RECORD = 'POST mlflow/registered-models/set-tag !';
const ALIAS_READ = 'GET uc/models/{full_name}/aliases/{alias}';
/** Beside the record: the alias and what its move rests on, compared once more; the holds are among the model's tags. */
const LOOK = ['GET mlflow/model-versions/get', 'GET mlflow/registered-models/get', ALIAS_READ];
const READ_BACK = ['GET mlflow/registered-models/get', ALIAS_READ];

async function ready() {
  const started = await world();
  moreVersions(started.emulator.metastore);
  return started;
}

test('moves an alias, records the move on the model, and says how to undo it', async () => {
  const { run } = await ready();
  const seen = await run(setAlias, { model: PROD, alias: 'Champion', version: '2' });
  expect(outputsOf(seen)).toEqual({
    version: '2',
    'previous-version': '1',
    uri: `models:/${PROD}/2`,
    outcome: 'ok',
    changed: 'true',
    'would-change': 'true',
  });
  expect([seen.exitCode, seen.verdict]).toEqual([0, `✅ OK: ${PROD}@Champion 1 → 2`]);
  expect(seen.requests).toEqual([...[...CHECKS, ...LOOK].sort(), RECORD, MOVE, ...READ_BACK]);
  expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 2 });
  expect(recordOf(seen.after.models[PROD])).toEqual([
    {
      alias: 'Champion',
      from: 1,
      to: 2,
      run: 'acme/models/4242',
      attempt: '1',
      who: 'ada',
      at: expect.stringMatching(/^20.*Z$/u) as string,
    },
  ]);
  expect(seen.blocks).toContainEqual({
    kind: 'code',
    language: 'shell',
    text: `databricks registered-models set-alias ${PROD} Champion 1`,
  });
  expect(seen.blocks).toContainEqual({
    kind: 'paragraph',
    text: 'Undo: Run set-alias with version: 1 and expected-version: 2, or:',
  });
  expect(seen.annotations).toEqual([
    { level: 'notice', title: 'set-alias', message: `OK: ${PROD}@Champion 1 → 2.` },
  ]);
  expect(seen.masked).toEqual(['emulator-promoter']);
});

test('the undo that is printed undoes it', async () => {
  const { run } = await ready();
  await run(setAlias, { model: PROD, alias: 'Champion', version: '2' });
  const undone = await run(setAlias, {
    model: PROD,
    alias: 'Champion',
    version: '1',
    'expected-version': '2',
  });
  expect(undone.verdict).toBe(`✅ OK: ${PROD}@Champion 2 → 1`);
  expect(undone.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
});

test('the record of a move is written before the alias moves', async () => {
  const { run } = await ready();
  const seen = await run(setAlias, { model: PROD, alias: 'Champion', version: '2' });
  expect(seen.records.filter((record) => record.write).map((record) => record.method)).toEqual([
    'POST',
    'PUT',
  ]);
});

test('an alias that does not exist is set; its undo is to delete it', async () => {
  const { run } = await ready();
  const seen = await run(setAlias, { model: PROD, alias: 'Challenger', version: '2' });
  expect(seen.outputs).toMatchObject({
    version: '2',
    'previous-version': '',
    outcome: 'ok',
    changed: 'true',
  });
  expect(seen.verdict).toBe(`✅ OK: ${PROD}@Challenger (none) → 2`);
  expect(seen.after.models[PROD]?.aliases).toEqual({ Challenger: 2, Champion: 1 });
  expect(seen.blocks).toContainEqual({
    kind: 'code',
    language: 'shell',
    text: `databricks registered-models delete-alias ${PROD} Challenger`,
  });
});

test('deletes an alias, and records that; nothing is read of a version', async () => {
  const { run } = await ready();
  const seen = await run(setAlias, { model: PROD, alias: 'Champion', delete: 'true' });
  expect(seen.outputs).toMatchObject({
    version: '',
    'previous-version': '1',
    uri: '',
    outcome: 'ok',
    changed: 'true',
  });
  expect(seen.verdict).toBe(`✅ OK: ${PROD}@Champion 1 → (deleted)`);
  expect(seen.after.models[PROD]?.aliases).toEqual({});
  expect(seen.requests).toEqual([
    ...[...CHECKS.filter((line) => !/fs\/files|model-versions|logged-models/u.test(line)), ALIAS_READ].sort(),
    'DELETE uc/models/{full_name}/aliases/{alias} !',
    RECORD,
    ...READ_BACK,
  ]);
  expect(recordOf(seen.after.models[PROD])).toMatchObject([
    { alias: 'Champion', from: 1, to: null, who: 'ada' },
  ]);
  expect(seen.blocks).toContainEqual({
    kind: 'code',
    language: 'shell',
    text: `databricks registered-models set-alias ${PROD} Champion 1`,
  });
});

test('from-alias gives this alias to the version that another one names', async () => {
  const { run, emulator } = await ready();
  emulator.metastore.setAlias(PROD, 'Challenger', 2);
  const seen = await run(setAlias, { model: PROD, alias: 'Champion', 'from-alias': 'challenger' });
  expect(seen.outputs).toMatchObject({
    version: '2',
    uri: `models:/${PROD}/2`,
    'previous-version': '1',
    outcome: 'ok',
  });
  expect(seen.after.models[PROD]?.aliases).toEqual({ Challenger: 2, Champion: 2 });
});

for (const [title, inputs] of [
  ['the alias already names the version', { version: '1' }],
  ['even when another one was expected', { version: '1', 'expected-version': '2' }],
] as const) {
  test(`noop: ${title}`, async () => {
    const { run } = await ready();
    const seen = await run(setAlias, { model: PROD, alias: 'Champion', ...inputs });
    expect(seen.outputs).toMatchObject({
      version: '1',
      'previous-version': '1',
      outcome: 'noop',
      changed: 'false',
      'would-change': 'false',
    });
    expect(seen.verdict).toBe(
      '✅ Nothing to do: The alias already names version 1 (no record of who moved it there); nothing was written',
    );
    expect([seen.exitCode, seen.annotations, seen.after]).toEqual([0, [], seen.before]);
    expect(seen.records.filter((record) => record.write)).toEqual([]);
  });
}

test('noop: an alias to delete that does not exist', async () => {
  const { run } = await ready();
  const seen = await run(setAlias, { model: PROD, alias: 'Challenger', delete: 'true' });
  expect(seen.outputs).toMatchObject({ outcome: 'noop', changed: 'false', version: '' });
  expect(seen.verdict).toBe('✅ Nothing to do: The alias does not exist; nothing was written');
  expect(seen.after).toEqual(seen.before);
});

for (const inputs of [
  { alias: 'Champion', version: '2' },
  { alias: 'Champion', delete: 'true' },
]) {
  test(`dry run: nothing is sent that could write (${JSON.stringify(inputs)})`, async () => {
    const { run } = await ready();
    const seen = await run(setAlias, { model: PROD, ...inputs, 'dry-run': 'true' });
    expect(seen.outputs).toMatchObject({
      outcome: 'ok',
      changed: 'false',
      'would-change': 'true',
      'previous-version': '1',
    });
    expect(seen.records.filter((record) => record.write)).toEqual([]);
    expect(seen.after).toEqual(seen.before);
    expect(seen.verdict).toMatch(
      /^📝 Planned: prod\.ml_team\.fraud_detection@Champion 1 → .*Dry run: nothing was written$/su,
    );
    expect(seen.report.changes.map(({ state }) => state)).not.toContain('done');
  });
}

test('dry run of nothing to do would change nothing', async () => {
  const { run } = await ready();
  const seen = await run(setAlias, { model: PROD, alias: 'Champion', version: '1', 'dry-run': 'true' });
  expect(seen.outputs).toMatchObject({ outcome: 'noop', changed: 'false', 'would-change': 'false' });
});

test('another spelling names the same alias, and is said to', async () => {
  const { run } = await ready();
  const seen = await run(setAlias, { model: PROD, alias: 'CHAMPION', version: '2' });
  expect(seen.outputs).toMatchObject({ outcome: 'ok', 'previous-version': '1' });
  expect(Object.values(seen.after.models[PROD]?.aliases ?? {})).toEqual([2]);
  const note = seen.report.checks.flatMap((check) => check.decision?.findings ?? []);
  expect(note).toEqual([
    {
      code: 'alias-spelling',
      severity: 'note',
      message: 'The registry spells this alias "Champion" and treats "CHAMPION" as the same alias.',
    },
  ]);
});

test("a record keeps earlier moves, newest first, within the platform's limit of a tag", async () => {
  const { run } = await ready();
  for (let turn = 0; turn < 6; turn += 1) {
    for (const version of ['2', '1']) await run(setAlias, { model: PROD, alias: 'Champion', version });
  }
  const last = await run(setAlias, { model: PROD, alias: 'Challenger', version: '2' });
  const moves = recordOf(last.after.models[PROD]);
  expect(JSON.stringify(moves).length).toBeLessThanOrEqual(1000);
  expect(moves.length).toBeGreaterThan(4);
  expect(moves.map(({ from, to }) => [from, to]).slice(0, 3)).toEqual([
    [2, 1],
    [1, 2],
    [2, 1],
  ]);
  expect(moves.length - 1 + (moves.at(-1)?.dropped ?? 0)).toBe(12);
  // Another alias has a record of its own.
  expect(recordOf(last.after.models[PROD], 'Challenger')).toMatchObject([{ from: null, to: 2 }]);
});

test('summary: false writes none, and everything else all the same', async () => {
  const { run } = await ready();
  const seen = await run(setAlias, { model: PROD, alias: 'Champion', version: '2', summary: 'false' });
  expect([seen.summary, seen.outputs['outcome'], seen.exitCode]).toEqual(['', 'ok', 0]);
});

test('the journal for the post step tells that all was done', async () => {
  const { run } = await ready();
  const seen = await run(setAlias, { model: PROD, alias: 'Champion', version: '2' });
  expect(seen.state['finished']).toBe('true');
  const journal = JSON.parse(seen.state['journal'] ?? '') as { change: string; state: string }[];
  expect(journal.map(({ state }) => state)).toEqual(['done', 'done']);
  expect(journal.map(({ change }) => change)).toEqual([
    `record of ${PROD}@Champion 1 → 2`,
    `${PROD}@Champion 1 → 2`,
  ]);
});
