import { describe, expect, test } from 'vitest';
import { findVersion } from '../../src/actions/find-version.ts';
import { expectRefused, outputsOf } from './expectations.ts';
import { TOKENS, world } from './harness.ts';
import { applyPrinted, grantUntilAllowed, printedStatements } from './remedies.ts';
import {
  GOOD_FILES,
  moreVersions,
  PROD,
  PROMOTER,
  STAGING,
  UNSIGNED_FILES,
} from '../../emulator/seeds/demo-models.ts';

const RIGHTS = [
  'GET scim/Me',
  'GET uc/catalogs/{name}',
  'GET uc/effective-permissions/{securable_type}/{full_name}',
  'GET uc/effective-permissions/{securable_type}/{full_name}',
  'GET uc/effective-permissions/{securable_type}/{full_name}',
  'GET uc/models/{full_name}',
  'GET uc/schemas/{full_name}',
];

/** Twelve good versions of the staging model, so that the order of texts is not the order of numbers. */
async function manyVersions() {
  const started = await world();
  const { metastore } = started.emulator;
  for (let count = 3; count <= 12; count += 1) {
    metastore.addVersion(STAGING, {
      files: GOOD_FILES,
      tags: { validation_status: 'approved', n: String(count) },
    });
  }
  return started;
}

describe('one model', () => {
  test('the newest READY version by number, never by text', async () => {
    const { run } = await manyVersions();
    const seen = await run(findVersion, { model: STAGING });
    expect(outputsOf(seen)).toEqual({
      version: '12',
      uri: `models:/${STAGING}/12`,
      found: 'true',
      matrix: JSON.stringify({ include: [{ model: STAGING, version: 12, uri: `models:/${STAGING}/12` }] }),
      outcome: 'ok',
      changed: 'false',
      'would-change': 'false',
    });
    expect([seen.verdict, seen.exitCode, seen.annotations]).toEqual([`✅ OK: models:/${STAGING}/12`, 0, []]);
    expect(seen.requests).toEqual(
      [
        ...RIGHTS,
        'GET fs/files/{path*}',
        'GET mlflow/model-versions/get',
        'GET mlflow/registered-models/get',
        'GET uc/models/{full_name}/versions',
      ].sort(),
    );
    expect(seen.after).toEqual(seen.before);
  });

  test('versions that are not READY or on hold are passed over', async () => {
    const { run, emulator } = await world();
    moreVersions(emulator.metastore);
    const seen = await run(findVersion, { model: PROD, 'require-signature': 'off' });
    expect(seen.outputs).toMatchObject({ version: '3', outcome: 'ok' });
    expect(seen.verdict).toContain('Not checked: Signature');
  });

  test('by number and by alias', async () => {
    const { run } = await manyVersions();
    expect((await run(findVersion, { model: STAGING, version: '7' })).outputs).toMatchObject({
      version: '7',
    });
    const byAlias = await run(findVersion, { model: PROD, alias: 'champion' });
    expect(byAlias.outputs).toMatchObject({ version: '1', uri: `models:/${PROD}/1` });
  });

  test('by tags: the newest that carries all of them', async () => {
    const { run } = await manyVersions();
    const where = '# comment\nvalidation_status = approved\n\nn=5';
    expect((await run(findVersion, { model: STAGING, where })).outputs).toMatchObject({ version: '5' });
  });

  test('a tag may have a value with an equals sign', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(STAGING, { query: 'a=b' }, 1);
    expect((await run(findVersion, { model: STAGING, where: 'query=a=b' })).outputs).toMatchObject({
      version: '1',
    });
  });
});

describe('many models', () => {
  async function fleet() {
    const started = await world();
    const { metastore } = started.emulator;
    for (const model of ['churn', 'fraud_old', 'zeta']) {
      metastore.createModel(`staging.ml_team.${model}`);
      metastore.addVersion(`staging.ml_team.${model}`, { files: GOOD_FILES, tags: { go: 'yes' } });
    }
    metastore.createSchema('staging.other');
    metastore.grant('schema', 'staging.other', 'ml-deployers', ['USE_SCHEMA', 'EXECUTE']);
    metastore.createModel('staging.other.far');
    metastore.addVersion('staging.other.far', { files: GOOD_FILES, tags: { go: 'yes' } });
    return started;
  }
  const namesOf = (matrix: string | undefined) =>
    (JSON.parse(matrix ?? '') as { include: { model: string }[] }).include.map(({ model }) => model);

  for (const [pattern, models] of [
    ['staging.ml_team.*', ['staging.ml_team.churn', 'staging.ml_team.fraud_old', 'staging.ml_team.zeta']],
    ['staging.ml_team.fraud_*', ['staging.ml_team.fraud_old']],
    ['STAGING.ml_team.C*', ['staging.ml_team.churn']],
    [
      'staging.*',
      ['staging.ml_team.churn', 'staging.ml_team.fraud_old', 'staging.ml_team.zeta', 'staging.other.far'],
    ],
  ] as const) {
    test(`${pattern} makes a matrix`, async () => {
      const { run } = await fleet();
      const seen = await run(findVersion, { model: pattern, where: 'go=yes' });
      expect(seen.outputs).toMatchObject({ outcome: 'ok', found: 'true', version: '', uri: '' });
      expect(namesOf(seen.outputs['matrix'])).toEqual(models);
    });
  }

  test('a pattern that matches nothing the caller may see: invalid, unless allowed', async () => {
    const { run } = await fleet();
    const seen = await run(findVersion, { model: 'prod.nothing.*' });
    expectRefused(seen, 'invalid');
    expect(seen.outputs).toMatchObject({ found: 'false', matrix: '{"include":[]}' });
    const allowed = await run(findVersion, { model: 'prod.nothing.*', 'allow-none': 'true' });
    expect(allowed.outputs).toMatchObject({ outcome: 'ok', found: 'false', matrix: '{"include":[]}' });
  });

  test('more models than a matrix has jobs: invalid', async () => {
    const { run, emulator } = await world();
    for (let count = 0; count < 257; count += 1) {
      emulator.metastore.createModel(`staging.ml_team.m${count}`);
      emulator.metastore.addVersion(`staging.ml_team.m${count}`, { files: {}, tags: { go: 'yes' } });
    }
    const off = { 'check-privileges': 'off', 'require-signature': 'off' };
    const seen = await run(findVersion, { model: 'staging.ml_team.m*', where: 'go=yes', ...off });
    expectRefused(seen, 'invalid');
    expect(seen.report.error?.message).toBe(
      'Input `model` matches 257 versions, but a matrix can have at most 256 jobs.',
    );
  });
});

describe('nothing found', () => {
  test('is blocked, and says what was asked', async () => {
    const { run } = await world();
    const seen = await run(findVersion, { model: STAGING, where: 'validation_status=rejected' });
    expectRefused(seen, 'blocked');
    expect(seen.report.error).toMatchObject({
      message: `No model that matches ${STAGING} has a READY version with validation_status=rejected that is not on hold.`,
      fix: 'Check the name and the tags. If an empty result is acceptable, set allow-none: true.',
    });
  });

  test('is a success with allow-none', async () => {
    const { run } = await world();
    const seen = await run(findVersion, { model: STAGING, where: 'a=b', 'allow-none': 'true' });
    expect(seen.outputs).toMatchObject({
      outcome: 'ok',
      found: 'false',
      version: '',
      matrix: '{"include":[]}',
    });
    expect(seen.exitCode).toBe(0);
  });

  for (const [title, inputs, message] of [
    [
      'a model that does not exist',
      { model: 'staging.ml_team.nope' },
      /model staging\.ml_team\.nope does not exist/u,
    ],
    [
      'a version that does not exist',
      { model: STAGING, version: '99' },
      /^Input `version`: version 99 of .* does not exist\.$/u,
    ],
    [
      'an alias that does not exist',
      { model: PROD, alias: 'Nobody' },
      /^Input `alias`: .* has no alias "Nobody"\.$/u,
    ],
  ] as const) {
    test(`${title}: invalid even with allow-none`, async () => {
      const { run } = await world();
      const seen = await run(findVersion, { ...inputs, 'allow-none': 'true' });
      expectRefused(seen, 'invalid');
      expect(seen.report.error?.message).toMatch(message);
    });
  }

  for (const [version, why] of [
    ['4', 'PENDING_REGISTRATION'],
    ['5', 'FAILED_REGISTRATION'],
    ['6', 'on hold'],
  ] as const) {
    test(`a version by number that is ${why}: blocked`, async () => {
      const { run, emulator } = await world();
      moreVersions(emulator.metastore);
      const seen = await run(findVersion, { model: PROD, version });
      expectRefused(seen, 'blocked');
      expect(seen.report.error?.message).toContain(why);
    });
  }

  test('a version without signature: blocked, and found in a matrix it blocks too', async () => {
    const { run, emulator } = await world();
    emulator.metastore.createModel('staging.ml_team.unsigned');
    emulator.metastore.addVersion('staging.ml_team.unsigned', { files: UNSIGNED_FILES });
    expectRefused(await run(findVersion, { model: 'staging.ml_team.unsigned' }), 'blocked');
    const warned = await run(findVersion, { model: 'staging.ml_team.unsigned', 'require-signature': 'warn' });
    expect(warned.outputs).toMatchObject({ outcome: 'ok', version: '1' });
    expect(warned.annotations.map(({ level }) => level)).toEqual(['warning']);
  });
});

describe('denied', () => {
  test('a missing grant, and with what is printed it succeeds', async () => {
    const { run, emulator } = await world();
    emulator.metastore.revoke('schema', 'staging.ml_team', 'ml-deployers', ['EXECUTE']);
    emulator.metastore.grant('function', STAGING, PROMOTER, ['APPLY_TAG']);
    const seen = await run(findVersion, { model: STAGING, version: '1' });
    expectRefused(seen, 'denied');
    expect(printedStatements(seen.report)).toEqual([
      `GRANT EXECUTE ON FUNCTION \`staging\`.\`ml_team\`.\`fraud_detection\` TO \`${PROMOTER}\`;`,
    ]);
    await applyPrinted(emulator, seen);
    expect((await run(findVersion, { model: STAGING, version: '1' })).outputs['outcome']).toBe('ok');
  });

  test('a caller without any right', async () => {
    const { run, emulator } = await world();
    const attempt = () => run(findVersion, { model: STAGING, version: '1' }, { token: TOKENS.reader });
    expectRefused(await attempt(), 'denied');
    const { denied, last } = await grantUntilAllowed(emulator, attempt);
    expect([denied <= 3, last.outputs['outcome']]).toEqual([true, 'ok']);
  });
});
