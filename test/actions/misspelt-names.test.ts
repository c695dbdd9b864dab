import { describe, expect, test } from 'vitest';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { validateSignature } from '../../src/actions/validate-signature.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { expectRefused } from './expectations.ts';
import { TOKENS, world, type ActionRun } from './harness.ts';

const SOURCE = `models:/${STAGING}/1`;

/** Each action with the input that a name is given in. */
const NAMING: readonly (readonly [
  string,
  Action,
  string,
  (name: string) => Readonly<Record<string, string>>,
])[] = [
  ['promote, destination', promote, 'destination', (destination) => ({ source: SOURCE, destination })],
  ['promote, source', promote, 'source', (name) => ({ source: `models:/${name}/1`, destination: PROD })],
  ['copy-version, destination', copyVersion, 'destination', (to) => ({ source: SOURCE, destination: to })],
  [
    'copy-version, source',
    copyVersion,
    'source',
    (n) => ({ source: `models:/${n}@Live`, destination: PROD }),
  ],
  ['set-alias', setAlias, 'model', (model) => ({ model, alias: 'Champion', version: '1' })],
  ['set-alias, deletion', setAlias, 'model', (model) => ({ model, alias: 'Champion', delete: 'true' })],
  ['tag-status', tagStatus, 'model', (model) => ({ model, version: '1', status: 'approved' })],
  ['tag-status, model', tagStatus, 'model', (model) => ({ model, status: 'approved' })],
  ['validate-signature', validateSignature, 'model', (model) => ({ model, version: '1' })],
  ['find-version', findVersion, 'model', (model) => ({ model })],
  ['gate-on-grants', gateOnGrants, 'model', (model) => ({ model, operations: 'set-alias' })],
  ['gate-on-grants, source', gateOnGrants, 'source', (source) => ({ source, destination: PROD })],
  ['gate-on-grants, require', gateOnGrants, 'require', (name) => ({ require: `${name}: EXECUTE` })],
  [
    'gate-on-grants, forbid',
    gateOnGrants,
    'forbid',
    (name) => ({ forbid: `${name}: MANAGE`, except: 'ml-deployers' }),
  ],
];

const WRONG = [
  ['prd.ml_team.fraud_detection', 'the catalog prd', 'Did you mean prod?'],
  ['prod.ml_taem.fraud_detection', 'the schema prod.ml_taem', 'Did you mean prod.ml_team?'],
  ['prod.ml_team.fraud_detecton', 'the model prod.ml_team.fraud_detecton', `Did you mean ${PROD}?`],
] as const;

const times = (text: string, part: string) => text.split(part).length - 1;

/** What the page says, without its marks. */
const pageOf = ({ blocks }: ActionRun) => JSON.stringify(blocks);

describe('a misspelt name is one line that names the input', () => {
  describe.each(NAMING)('%s', (_title, action, input, inputsOf) => {
    test.each(WRONG)('%s', async (name, what, meant) => {
      const { run } = await world();
      const seen = await run(action, inputsOf(name));
      expectRefused(seen, 'invalid');
      const sentence = `Input \`${input}\`: ${what} does not exist or is hidden from promoter`;
      expect(seen.report.error?.message).toBe(`${sentence}.`);
      expect(seen.report.error?.fix).toContain(meant);
      expect(seen.annotations.map(({ message }) => message.split('\n').length)).toEqual([2]);
      expect(times(pageOf(seen), 'does not exist')).toBe(1);
      expect(JSON.stringify(seen.report.checks)).not.toContain('"severity":"error"');
    });
  });

  test.each([
    ['whatever is done about privileges', { 'check-privileges': 'off' }],
    ['and nothing is created in a schema that is not there', { 'create-destination': 'true' }],
    ['in a dry run', { 'dry-run': 'true' }],
  ])('%s', async (_title, more) => {
    const { run } = await world();
    const seen = await run(promote, { source: SOURCE, destination: 'prod.ml_tem.churn', ...more });
    expectRefused(seen, 'invalid');
    expect(seen.report.error?.message).toContain(
      'Input `destination`: the schema prod.ml_tem does not exist',
    );
  });

  test('a compared model in a catalog that is not there is no first release', async () => {
    const { run } = await world();
    const inputs = { model: STAGING, version: '1', 'compare-with': 'models:/prd.ml_team.x@Champion' };
    for (const mode of ['fail', 'off']) {
      const seen = await run(validateSignature, { ...inputs, 'check-privileges': mode });
      expectRefused(seen, 'invalid');
      expect(seen.report.error?.message).toContain('Input `compare-with`: the catalog prd does not exist');
    }
  });

  test.each([
    ['stagin.ml_team.*', 'the catalog stagin', 'staging'],
    ['staging.ml_tem.*', 'the schema staging.ml_tem', 'staging.ml_team'],
  ])('a pattern, %s', async (model, what, meant) => {
    const { run } = await world();
    const seen = await run(findVersion, { model });
    expectRefused(seen, 'invalid');
    expect(seen.report.error?.message).toContain(`Input \`model\`: ${what} does not exist`);
    expect(seen.report.error?.fix).toContain(`Did you mean ${meant}?`);
  });

  test('two of them are two faults of one error', async () => {
    const { run } = await world();
    const seen = await run(promote, {
      source: 'models:/stagin.ml_team.fraud_detection/1',
      destination: 'prd.ml_team.fraud_detection',
    });
    expectRefused(seen, 'invalid');
    expect(seen.report.error?.message).toBe('2 problems with the inputs: source, destination');
    const said = pageOf(seen);
    expect(said).toContain('Input source: the catalog stagin does not exist or is hidden from promoter.');
    expect(said).toContain('Input destination: the catalog prd does not exist or is hidden from promoter.');
  });

  test('a destination that could be created says how', async () => {
    const { run } = await world();
    const seen = await run(promote, { source: SOURCE, destination: 'prod.ml_team.churn' });
    expect(seen.report.error?.fix).toContain('set create-destination: true');
    const inNoSchema = await run(promote, { source: SOURCE, destination: 'prod.ml_tem.churn' });
    expect(inNoSchema.report.error?.fix).not.toContain('create-destination');
  });
});

test.each([
  ['catalogs', { catalogs: 'prd' }],
  ['model', { model: 'prd.ml_team.fraud_detection' }],
])('check-connection, %s: a catalog that is not there', async (input, inputs) => {
  const { run } = await world();
  const seen = await run(checkConnection, inputs);
  expectRefused(seen, 'invalid');
  expect(seen.report.error?.message).toContain(`Input \`${input}\`: the catalog prd does not exist`);
  expect(seen.report.error?.fix).toContain('Did you mean prod?');
});

describe('the nearest name', () => {
  test('is one that the caller is shown', async () => {
    const { emulator, run } = await world();
    emulator.metastore.createCatalog('prods', { owner: 'admin@example.com' });
    const seen = await run(tagStatus, { model: 'prodx.ml_team.m', status: 'a' });
    expect(seen.report.error?.fix).toContain('Did you mean prod?');
    emulator.metastore.revoke('catalog', 'prod', 'ml-deployers', ['USE_CATALOG']);
    const hidden = await run(tagStatus, { model: 'prodx.ml_team.m', status: 'a' });
    expect(hidden.report.error?.fix).not.toMatch(/Did you mean|prods|staging/u);
  });

  test.each([/\/catalogs$/u, /\/schemas$/u])('is left out where %s cannot be listed', async (template) => {
    const { emulator, run } = await world();
    emulator.faults.add({
      template,
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'status', status: 503 },
    });
    const model = template.source.includes('catalogs') ? 'prd.ml_team.m' : 'prod.ml_tem.m';
    const seen = await run(tagStatus, { model, status: 'a' });
    expectRefused(seen, 'invalid');
    expect(seen.report.error?.fix).toContain('Check every level of the name.');
  });
});

describe('what is hidden is no fault of the input', () => {
  test('the rights of somebody else hide nothing from the caller', async () => {
    const { run } = await world({ switches: { hiddenObject: '404' } });
    const inputs = { model: 'prod.ml_team.fraud_detecton', operations: 'set-alias' };
    const seen = await run(gateOnGrants, { ...inputs, principal: 'grace@example.com' });
    expectRefused(seen, 'invalid');
    expect(seen.report.error?.message).toContain('or is hidden from promoter.');
  });

  test('a caller who may not look into the schema is denied, with the statement', async () => {
    const { emulator, run } = await world({ switches: { hiddenObject: '404' } });
    emulator.metastore.revoke('schema', 'prod.ml_team', 'ml-deployers', ['USE_SCHEMA']);
    const seen = await run(tagStatus, { model: PROD, status: 'approved' });
    expectRefused(seen, 'denied');
    expect(seen.report.error?.message).toContain('who lacks USE SCHEMA on schema prod.ml_team');
  });
});

describe('a version or alias that is not there: what there is, and nothing about rights', () => {
  test.each([
    ['version', `models:/${STAGING}/9`, 'Its versions are 2, 1.'],
    ['alias', `models:/${STAGING}@Champoin`, 'The model has no aliases; give a version number.'],
  ])('promote, %s', async (_title, source, fix) => {
    const { run } = await world();
    for (const token of [TOKENS.promoter, TOKENS.trainer]) {
      const seen = await run(promote, { source, destination: PROD }, { token });
      expectRefused(seen, 'invalid');
      expect(seen.report.error?.message).toMatch(/^Input `source`: /u);
      expect(seen.report.error?.fix).toBe(fix);
      expect(pageOf(seen)).not.toMatch(/owner|GRANT/u);
    }
  });

  test('set-alias and tag-status name the alias that was meant, and the input', async () => {
    const { run } = await world();
    const moved = await run(setAlias, { model: PROD, alias: 'Next', 'from-alias': 'Champoin' });
    expect(moved.report.error?.message).toBe(`Input \`from-alias\`: ${PROD} has no alias "Champoin".`);
    expect(moved.report.error?.fix).toBe('Did you mean Champion? Its aliases: Champion → 1.');
    const tagged = await run(tagStatus, { model: PROD, version: '7', status: 'a' });
    expect(tagged.report.error?.message).toBe(`Input \`version\`: version 7 of ${PROD} does not exist.`);
    expect(tagged.report.error?.fix).toBe('Its only version is 1.');
  });

  test('of many versions the newest are named', async () => {
    const { emulator, run } = await world();
    for (let number = 2; number <= 12; number += 1) emulator.metastore.addVersion(PROD, { files: {} });
    const seen = await run(validateSignature, { model: PROD, version: '99' });
    expect(seen.report.error?.fix).toBe(
      'The model has 12 versions; the newest are 12, 11, 10, 9, 8, 7, 6, 5, 4, 3.',
    );
  });
});
