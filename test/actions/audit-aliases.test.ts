import { describe, expect, test } from 'vitest';
import type { Metastore } from '../../emulator/index.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { expectRefused, outputsOf, printedTodo } from './expectations.ts';
import { world, type ActionRun } from './harness.ts';
import { GOOD_FILES, moreVersions, PROD, UNSIGNED_FILES } from '../../emulator/seeds/demo-models.ts';

interface Found {
  readonly code: string;
  readonly severity: string;
  readonly model: string;
  readonly alias?: string;
  readonly version?: number;
}

const findingsOf = (seen: ActionRun) =>
  (JSON.parse(seen.outputs['findings'] ?? '') as Found[])
    .map(({ code, severity, model, alias, version }) =>
      [code, severity, model, alias ?? '', version ?? ''].join(' '),
    )
    .sort();

test('nothing wrong: ok, and how much was seen', async () => {
  const { run } = await world();
  const seen = await run(auditAliases, { models: 'prod.ml_team.*' });
  expect(outputsOf(seen)).toEqual({
    findings: '[]',
    count: '0',
    'models-seen': '1',
    allowed: 'true',
    outcome: 'ok',
    changed: 'false',
    'would-change': 'false',
  });
  expect([seen.exitCode, seen.annotations, seen.after]).toEqual([0, [], seen.before]);
  expect(seen.records.filter((record) => record.write)).toEqual([]);
});

/** One model for each thing that an audit finds. */
function everythingWrong(metastore: Metastore): void {
  moreVersions(metastore);
  for (const [alias, version] of [
    ['Unsigned', 3],
    ['Pending', 4],
    ['Failed', 5],
    ['Held', 6],
    ['Gone', 99],
  ] as const) {
    metastore.setAlias(PROD, alias, version);
  }
}

describe('what is wrong', () => {
  test('every kind of finding, each at its place', async () => {
    const { run, emulator } = await world();
    everythingWrong(emulator.metastore);
    const seen = await run(auditAliases, { models: PROD });
    expect(findingsOf(seen)).toEqual([
      `alias-dangling error ${PROD} Gone 99`,
      `signature-absent error ${PROD} Unsigned 3`,
      `version-failed warning ${PROD}  5`,
      `version-not-ready error ${PROD} Failed 5`,
      `version-not-ready error ${PROD} Pending 4`,
      `version-on-hold error ${PROD} Held 6`,
      `version-pending warning ${PROD}  4`,
    ]);
    expect(seen.outputs).toMatchObject({
      outcome: 'blocked',
      count: '7',
      allowed: 'false',
      changed: 'false',
    });
    expect(seen.exitCode).toBe(1);
    expect(seen.annotations.map(({ level }) => level)).toEqual(['error', 'warning']);
  });

  test('names that differ only by case, more than ten aliases', async () => {
    const { run, emulator } = await world();
    const model = emulator.metastore.model(PROD);
    model.aliases.set('x-champion', { id: 'x', alias: 'CHAMPION', version: 1 });
    for (let count = 0; count < 9; count += 1) emulator.metastore.setAlias(PROD, `a${count}`, 1);
    const seen = await run(auditAliases, { models: PROD });
    expect(findingsOf(seen)).toEqual([
      `alias-case error ${PROD} CHAMPION 1`,
      `alias-count warning ${PROD}  `,
    ]);
  });

  test('tags that an aliased version must carry', async () => {
    const { run, emulator } = await world();
    const inputs = { models: PROD, require: 'validation_status=approved' };
    expect(findingsOf(await run(auditAliases, inputs))).toEqual([`required-tag error ${PROD} Champion 1`]);
    emulator.metastore.setTags(PROD, { validation_status: 'approved' }, 1);
    expect((await run(auditAliases, inputs)).outputs).toMatchObject({ outcome: 'ok', count: '0' });
  });

  test('only some aliases, compared without case', async () => {
    const { run, emulator } = await world();
    everythingWrong(emulator.metastore);
    const seen = await run(auditAliases, { models: PROD, aliases: 'CHAMPION\nunsigned' });
    expect(findingsOf(seen).filter((line) => line.includes(' error '))).toEqual([
      `signature-absent error ${PROD} Unsigned 3`,
    ]);
  });

  for (const [failOn, outcome, exitCode] of [
    ['error', 'ok', 0],
    ['warning', 'blocked', 1],
    ['never', 'ok', 0],
  ] as const) {
    test(`warnings alone under fail-on: ${failOn}`, async () => {
      const { run, emulator } = await world();
      moreVersions(emulator.metastore);
      const seen = await run(auditAliases, { models: PROD, 'fail-on': failOn });
      expect([seen.outputs['count'], seen.outputs['outcome'], seen.exitCode]).toEqual([
        '2',
        outcome,
        exitCode,
      ]);
    });
  }

  test('fail-on: never tells everything, and does not fail', async () => {
    const { run, emulator } = await world();
    everythingWrong(emulator.metastore);
    const seen = await run(auditAliases, { models: PROD, 'fail-on': 'never' });
    expect([seen.outputs['count'], seen.outputs['allowed'], seen.exitCode]).toEqual(['7', 'false', 0]);
  });

  test('require-signature: warn makes a missing signature a warning; off looks at none', async () => {
    const { run, emulator } = await world();
    emulator.metastore.addVersion(PROD, { files: UNSIGNED_FILES });
    emulator.metastore.setAlias(PROD, 'Challenger', 2);
    const warned = await run(auditAliases, { models: PROD, 'require-signature': 'warn' });
    expect([findingsOf(warned), warned.outputs['outcome']]).toEqual([
      [`signature-absent warning ${PROD} Challenger 2`],
      'ok',
    ]);
    const off = await run(auditAliases, { models: PROD, 'require-signature': 'off' });
    expect([off.outputs['count'], off.requests.join().includes('fs/files')]).toEqual(['0', false]);
    expect(off.verdict).toContain('Not checked: Signature');
  });
});

describe('many models', () => {
  async function fleet(count: number) {
    const started = await world();
    const { metastore } = started.emulator;
    metastore.createSchema('prod.many');
    metastore.grant('schema', 'prod.many', 'ml-deployers', ['USE_SCHEMA', 'EXECUTE']);
    for (let index = 0; index < count; index += 1) {
      const name = `prod.many.m${String(index).padStart(3, '0')}`;
      metastore.createModel(name);
      metastore.addVersion(name, { files: GOOD_FILES });
      metastore.setAlias(name, 'Champion', 1);
    }
    return started;
  }

  test('a catalog: every page, every schema, and progress', async () => {
    const { run, emulator } = await fleet(60);
    emulator.metastore.setAlias('prod.many.m059', 'Champion', 9);
    const seen = await run(auditAliases, { models: 'prod.*', 'max-in-flight': '12', rate: '20' });
    expect(seen.outputs).toMatchObject({ 'models-seen': '61', count: '1', outcome: 'blocked' });
    expect(findingsOf(seen)).toEqual(['alias-dangling error prod.many.m059 Champion 9']);
    expect(seen.log.filter((line) => /^info: \d+ of 61 models read$/u.test(line))).toHaveLength(3);
  });

  test('overlapping patterns read each model once', async () => {
    const { run } = await fleet(3);
    const seen = await run(auditAliases, {
      models: `prod.many.*\nprod.many.m00*\nPROD.many.m001\nprod.ml_team.*`,
    });
    expect(seen.outputs).toMatchObject({ 'models-seen': '4', outcome: 'ok' });
  });

  test('never more at once than max-in-flight', async () => {
    const started = await world({ latencyMs: 10 });
    const { metastore } = started.emulator;
    for (let index = 0; index < 12; index += 1) {
      metastore.createModel(`prod.ml_team.m${index}`, { owner: 'ml-deployers' });
    }
    const seen = await started.run(auditAliases, { models: 'prod.ml_team.*', 'max-in-flight': '3' });
    const most = Math.max(
      ...seen.records.map(
        (one) =>
          seen.records.filter(
            (other) => other.startedAt <= one.startedAt && other.endedAt > one.startedAt + 3,
          ).length,
      ),
    );
    expect(seen.outputs['models-seen']).toBe('13');
    expect(most).toBeLessThanOrEqual(3);
  });

  test('the rate is kept over the whole audit', async () => {
    const { run } = await fleet(6);
    const inputs = {
      models: 'prod.many.*',
      rate: '10',
      'check-privileges': 'off',
      'require-signature': 'off',
    };
    const seen = await run(auditAliases, inputs, { clock: 'real' });
    const [first, last] = [seen.records[0], seen.records.at(-1)];
    const seconds = ((last?.startedAt ?? 0) - (first?.startedAt ?? 0)) / 1000;
    expect(seen.records.length).toBeGreaterThan(15);
    expect((seen.records.length - 1) / seconds).toBeLessThanOrEqual(10.5);
  });
});

describe('what could not be read is never a clean bill', () => {
  test('a model that is named and does not exist: partial', async () => {
    const { run } = await world();
    const seen = await run(auditAliases, { models: `${PROD}\nprod.ml_team.nothing` });
    expect(seen.outputs).toMatchObject({ outcome: 'partial', allowed: 'false', 'models-seen': '1' });
    expect([seen.exitCode, seen.verdict]).toEqual([
      1,
      '⚠️ Partial: no findings in 1 model, 1 could not be read',
    ]);
    expect(seen.summary).toContain('Not read');
  });

  test('a pattern that matches nothing: partial', async () => {
    const { run } = await world();
    const seen = await run(auditAliases, { models: 'prod.nowhere.*' });
    expect(seen.outputs).toMatchObject({ outcome: 'partial', allowed: 'false', 'models-seen': '0' });
  });

  test('a model that the caller may not read: partial, and fail-on: never does not hide it', async () => {
    const { run, emulator } = await world();
    emulator.metastore.createModel('prod.ml_team.secret', { owner: 'admin@example.com' });
    for (const failOn of ['error', 'never']) {
      const seen = await run(auditAliases, { models: `${PROD}\nprod.ml_team.secret`, 'fail-on': failOn });
      expect([seen.outputs['allowed'], seen.exitCode]).toEqual(['false', 1]);
      expect(['partial', 'denied']).toContain(seen.outputs['outcome']);
    }
  });

  test('an outage in the middle: unavailable, and what was found is told', async () => {
    const { run, emulator } = await world();
    emulator.metastore.createModel('prod.ml_team.zeta', { owner: 'ml-deployers' });
    emulator.faults.add({
      path: /models\/prod\.ml_team\.zeta/u,
      times: 99,
      kind: { kind: 'status', status: 503 },
    });
    const seen = await run(auditAliases, { models: 'prod.ml_team.*', 'check-privileges': 'off' });
    expect(seen.outputs).toMatchObject({ outcome: 'unavailable', allowed: 'false', 'models-seen': '1' });
    expect(seen.exitCode).toBe(1);
  });

  test('a broken MLmodel file of an alias is a finding and not an error of the audit', async () => {
    const { run, emulator } = await world();
    emulator.metastore.addVersion(PROD, { files: { MLmodel: '{{{' } });
    emulator.metastore.addVersion(PROD, { files: {} });
    emulator.metastore.setAlias(PROD, 'Broken', 2);
    emulator.metastore.setAlias(PROD, 'Empty', 3);
    const seen = await run(auditAliases, { models: PROD });
    expect([seen.outputs['outcome'], seen.outputs['count']]).toEqual(['blocked', '2']);
  });
});

describe('inputs', () => {
  for (const [title, inputs, message] of [
    ['no models', {}, /Input `models` is missing/u],
    ['two levels', { models: 'prod.ml_team' }, /Input `models`: line 1.*has 2 levels, not three/u],
    ['a star in the catalog', { models: '*.ml_team.x' }, /Input `models`: line 1.*is not a model pattern/u],
    ['a reserved alias', { models: PROD, aliases: 'Champion\nlatest' }, /Input `aliases`: line 2.*reserved/u],
    [
      'an unknown fail-on',
      { models: PROD, 'fail-on': 'sometimes' },
      /Input `fail-on`: "sometimes" is not one of the allowed values/u,
    ],
    [
      'too many at once',
      { models: PROD, 'max-in-flight': '99' },
      /Input `max-in-flight`: "99" is not a whole number from 1 to 16/u,
    ],
    ['a rate of 0', { models: PROD, rate: '0' }, /Input `rate`: "0" is not a whole number from 1 to 200/u],
  ] as const) {
    test(`${title}: invalid`, async () => {
      const { run } = await world();
      const seen = await run(auditAliases, inputs);
      expectRefused(seen, 'invalid');
      expect(`${seen.report.error?.message ?? ''} ${printedTodo(seen)}`).toMatch(message);
    });
  }

  test('every wrong line at once', async () => {
    const { run } = await world();
    const seen = await run(auditAliases, { models: 'prod/x\n# fine\nprod.ml_team.*\nmodels:/a.b.c/1' });
    expectRefused(seen, 'invalid');
    const reported = printedTodo(seen);
    expect([reported.includes('line 1'), reported.includes('line 4'), reported.includes('line 3')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
