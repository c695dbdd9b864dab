import { describe, expect, test } from 'vitest';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { auditAliases } from '../../../src/actions/audit-aliases.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { expectRefused, printedTodo } from '../expectations.ts';
import { world, type ActionRun } from '../harness.ts';

interface Found {
  readonly code: string;
  readonly message: string;
}

function findingsOf(seen: ActionRun): Found[] {
  return JSON.parse(seen.outputs['findings'] ?? '') as Found[];
}

const codesOf = (seen: ActionRun) => findingsOf(seen).map(({ code }) => code);

describe('an alias that is moved past us', () => {
  async function moved() {
    const started = await world();
    const { metastore } = started.emulator;
    for (let count = 0; count < 3; count += 1) metastore.addVersion(PROD, { files: GOOD_FILES });
    const inputs = { model: PROD, alias: 'Champion', version: '3' };
    expect((await started.run(setAlias, inputs)).outputs['changed']).toBe('true');
    return started;
  }

  test('nothing is found as long as it is where the record says', async () => {
    const { run } = await moved();
    expect(codesOf(await run(auditAliases, { models: PROD }))).toEqual([]);
  });

  test('onto another version: a warning, with the move that was the last, and mover unknown', async () => {
    const { run, emulator } = await moved();
    emulator.metastore.setAlias(PROD, 'champion', 2);
    const seen = await run(auditAliases, { models: PROD });
    expect([codesOf(seen), seen.outputs['outcome'], seen.exitCode]).toEqual([['moved-outside'], 'ok', 0]);
    const [finding] = findingsOf(seen);
    expect(finding?.message).toMatch(
      /Champion names version 2, but its last recorded move led to version 3 \(by ada in run acme\/models\/4242 at .*\): .* mover unknown/iu,
    );
    expect((await run(auditAliases, { models: PROD, 'fail-on': 'warning' })).exitCode).toBe(1);
  });

  test('deleted: the same, without a version', async () => {
    const { run, emulator } = await moved();
    emulator.metastore.deleteAlias(PROD, 'Champion');
    const seen = await run(auditAliases, { models: PROD });
    expect(codesOf(seen)).toEqual(['moved-outside']);
    expect(findingsOf(seen)[0]?.message).toContain('does not exist');
  });

  test('an alias that is not audited is not spoken of, deleted or not', async () => {
    const { run, emulator } = await moved();
    emulator.metastore.setAlias(PROD, 'Challenger', 1);
    emulator.metastore.deleteAlias(PROD, 'Champion');
    expect(codesOf(await run(auditAliases, { models: PROD, aliases: 'Challenger' }))).toEqual([]);
  });
});

describe('rules of aliases', () => {
  test.each([
    ['Champion=required', []],
    ['Challenger=required', ['alias-missing', 'alias-unknown']],
    ['champion=forbidden', ['alias-forbidden']],
    ['Other=forbidden', []],
    ['Other=allowed', ['alias-unknown']],
  ])('%s', async (rules, codes) => {
    const { run } = await world();
    expect(codesOf(await run(auditAliases, { models: PROD, 'alias-rules': rules })).sort()).toEqual(codes);
  });

  test.each([
    ['Champion', /line 1.*is no rule of an alias/u],
    ['Champion=allowed\nChallenger=maybe', /line 2.*is no rule of an alias/u],
    ['v7=required', /line 1.*is reserved/u],
    ['a=b=allowed', /line 1.*is no rule of an alias/u],
  ])('%s: invalid', async (rules, message) => {
    const { run } = await world();
    const seen = await run(auditAliases, { models: PROD, 'alias-rules': rules });
    expectRefused(seen, 'invalid');
    expect(`${seen.report.error?.message ?? ''} ${printedTodo(seen)}`).toMatch(message);
  });
});

describe('files that cannot be compared are no pass', () => {
  async function copied() {
    const started = await world();
    const { metastore } = started.emulator;
    metastore.addVersion(PROD, {
      files: GOOD_FILES,
      tags: { uc_promote_origin: `models:/${STAGING}/1` },
    });
    metastore.setAlias(PROD, 'Champion', 2);
    return started;
  }

  test('a source that the caller may not read', async () => {
    const { run, emulator } = await copied();
    emulator.metastore.revoke('schema', 'staging.ml_team', 'ml-deployers', ['EXECUTE']);
    const seen = await run(auditAliases, { models: PROD, verify: 'listing' });
    expect(codesOf(seen)).toEqual(['digest-unrecorded', 'source-unknown']);
  });

  test('a source that is another version of the model itself, and is gone', async () => {
    const { run, emulator } = await world();
    emulator.metastore.addVersion(PROD, { files: GOOD_FILES, source: `models:/${PROD}/7` });
    emulator.metastore.setAlias(PROD, 'Champion', 2);
    const seen = await run(auditAliases, { models: PROD, verify: 'full' });
    expect(codesOf(seen)).toEqual(['digest-unrecorded', 'source-unknown']);
  });

  test.each([
    ['the files of the version', /Models\/prod/iu, 'unavailable'],
    ['the files of the source', /Models\/staging/iu, 'unavailable'],
  ])('an outage of %s', async (_what, path, outcome) => {
    const { run, emulator } = await copied();
    emulator.faults.add({ path, times: Infinity, kind: { kind: 'status', status: 503 } });
    const seen = await run(auditAliases, {
      models: PROD,
      verify: 'listing',
      'require-signature': 'off',
    });
    expect(seen.outputs).toMatchObject({ outcome, allowed: 'false', 'models-seen': '0' });
  });

  test('files of the version that are refused: the model was not seen', async () => {
    const { run, emulator } = await copied();
    const kind = { kind: 'status', status: 400, errorCode: 'INVALID_PARAMETER_VALUE' } as const;
    emulator.faults.add({ path: /Models\/prod/iu, times: Infinity, kind });
    const inputs = { models: PROD, verify: 'listing', 'require-signature': 'off' };
    const seen = await run(auditAliases, inputs);
    expect(seen.outputs).toMatchObject({ outcome: 'partial', allowed: 'false', 'models-seen': '0' });
  });
});

test('notes do not fail the step, and are counted as what they are', async () => {
  const { run, emulator } = await world();
  emulator.metastore.addVersion(PROD, { files: GOOD_FILES });
  const seen = await run(auditAliases, {
    models: PROD,
    'report-unused': 'true',
    'fail-on': 'warning',
  });
  expect(seen.outputs).toMatchObject({ outcome: 'ok', allowed: 'true', count: '1' });
  expect(findingsOf(seen)[0]?.message).toMatch(
    /has 1 version that no alias and no rollback needs, .* KiB: 2/u,
  );
  expect(seen.annotations).toEqual([]);
});
