import { describe, expect, onTestFinished, test } from 'vitest';
import { GOOD_FILES, PROD } from '../../../emulator/seeds/demo-models.ts';
import { auditAliases } from '../../../src/actions/audit-aliases.ts';
import { issueState } from '../../../src/policy/audit/kept-issue.ts';
import { startGitHub } from '../../github/stub.ts';
import { expectRefused, printedTodo } from '../expectations.ts';
import { world, type ActionRun } from '../harness.ts';

const TOKEN = 'ghs_0123456789abcdefghij';
const PLACE = 'acme/models';
const INPUTS = { models: 'prod.ml_team.*', issue: 'true', 'github-token': TOKEN };

/** A registry whose Champion may name a version that does not exist, beside a GitHub that keeps issues. */
async function scene(permissions: readonly string[] = ['issues: write']) {
  const [bench, github] = await Promise.all([world(), startGitHub()]);
  onTestFinished(() => github.close());
  github.addToken(TOKEN, permissions);
  const { metastore } = bench.emulator;
  const environment = {
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_JOB: 'audit',
    GITHUB_WORKFLOW_REF: `${PLACE}/.github/workflows/audit.yml@refs/heads/main`,
  };
  return {
    ...bench,
    github,
    issues: () => github.issuesOf(PLACE),
    breakAlias: (alias = 'Champion') => metastore.setAlias(PROD, alias, 99),
    fixAlias: (alias = 'Champion') => metastore.setAlias(PROD, alias, 1),
    audit: (
      inputs: Readonly<Record<string, string>> = INPUTS,
      changed: Readonly<Record<string, string>> = {},
    ): Promise<ActionRun> =>
      bench.run(auditAliases, inputs, { environment: { ...environment, ...changed }, secrets: [TOKEN] }),
  };
}

test('nothing found, and no issue: none is opened', async () => {
  const { audit, issues } = await scene();
  const seen = await audit();
  expect([seen.outputs['outcome'], issues()]).toEqual(['ok', []]);
  expect(seen.log).toContain('info: No issue: nothing was found, and none was open.');
});

test('is opened, edited, left alone, closed and opened again, and is always the same one', async () => {
  const { audit, issues, breakAlias, fixAlias } = await scene();
  breakAlias();
  const first = await audit();
  expect(issues()).toHaveLength(1);
  expect(issues()[0]).toMatchObject({
    state: 'open',
    title: 'Aliases: prod.ml_team.*',
    labels: ['uc-promote'],
  });
  expect(issues()[0]?.body).toContain('names version 99, which does not exist');
  expect(first.log).toContain(`info: Issue: created (https://github.com/${PLACE}/issues/1).`);
  breakAlias('Shadow');
  await audit();
  expect(issues()[0]?.body).toContain('&#64;Shadow');
  fixAlias();
  fixAlias('Shadow');
  const clean = await audit();
  expect([clean.outputs['outcome'], issues().map(({ state }) => state)]).toEqual(['ok', ['closed']]);
  breakAlias();
  await audit();
  expect(issues().map(({ state }) => state)).toEqual(['open']);
});

test('is not closed by an audit that did not see everything', async () => {
  const { audit, issues, breakAlias, fixAlias, emulator } = await scene();
  breakAlias();
  await audit();
  fixAlias();
  const before = issues()[0]?.body;
  emulator.metastore.createModel('prod.ml_team.secret', { owner: 'admin@example.com' });
  emulator.faults.add({ path: /fraud_detection/u, times: 99, kind: { kind: 'status', status: 503 } });
  const unavailable = await audit();
  emulator.faults.clear();
  const partial = await audit({ ...INPUTS, models: INPUTS.models, aliases: 'Champion\nMistyped' });
  expect([unavailable.outputs['outcome'], partial.outputs['outcome']]).toEqual(['unavailable', 'partial']);
  expect(issues().map(({ state, body }) => [state, body])).toEqual([['open', before]]);
  expect(unavailable.log.join()).toContain('The issue stays as it is');
});

test('warnings open one too, notes do not', async () => {
  const { audit, issues, emulator } = await scene();
  emulator.metastore.addVersion(PROD, { files: GOOD_FILES });
  await audit({ ...INPUTS, 'report-unused': 'true' });
  expect(issues()).toEqual([]);
  emulator.metastore.addVersion(PROD, { status: 'PENDING_REGISTRATION' });
  const seen = await audit();
  expect([seen.outputs['outcome'], issues().map(({ state }) => state)]).toEqual(['ok', ['open']]);
});

test.each([
  ['other models', { models: PROD }, {}],
  ['other aliases', { aliases: 'Champion' }, {}],
  ['another job', {}, { GITHUB_JOB: 'weekly' }],
  ['another workflow', {}, { GITHUB_WORKFLOW_REF: `${PLACE}/.github/workflows/other.yml@refs/heads/main` }],
])('an audit of %s has its own, and closes no other', async (_, inputs, changed) => {
  const { audit, issues, breakAlias, fixAlias } = await scene();
  breakAlias();
  await audit();
  await audit({ ...INPUTS, ...inputs }, changed);
  expect(issues()).toHaveLength(2);
  fixAlias();
  await audit({ ...INPUTS, ...inputs }, changed);
  expect(issues().map(({ state }) => state)).toEqual(['open', 'closed']);
});

test('the order of lines, comments and the branch make no other one', async () => {
  const { audit, issues, breakAlias } = await scene();
  breakAlias();
  await audit({ ...INPUTS, models: `${PROD}\nprod.ml_team.*` });
  await audit(
    { ...INPUTS, models: `# all\nprod.ml_team.*\n${PROD}\n${PROD}` },
    { GITHUB_WORKFLOW_REF: `${PLACE}/.github/workflows/audit.yml@refs/heads/next` },
  );
  expect(issues()).toHaveLength(1);
});

test('what others planted is neither edited nor closed', async () => {
  const { audit, issues, breakAlias, fixAlias } = await scene();
  breakAlias();
  await audit();
  const [ours] = issues();
  if (ours === undefined) throw new Error('no issue');
  const planted = { ...ours, id: 90, login: 'mallory', title: 'mine' };
  issues().unshift({ ...planted, labels: [...planted.labels] });
  fixAlias();
  await audit();
  expect(issues().map(({ login, state }) => [login, state])).toEqual([
    ['mallory', 'open'],
    ['github-actions[bot]', 'closed'],
  ]);
});

describe('what is in the way', () => {
  test('a token that may not write issues: a warning with the right, and the audit ends as it would', async () => {
    const { audit, issues, breakAlias } = await scene([]);
    breakAlias();
    const seen = await audit();
    expect([seen.outputs['outcome'], issues()]).toEqual(['blocked', []]);
    const warning = seen.log.find((line) => line.includes('could not be written')) ?? '';
    expect(warning).toContain('The issue of this repository could not be written');
    expect(warning).toContain('"permissions: issues: write"');
  });

  test('no token: a fault of the input', async () => {
    const { audit, github } = await scene();
    const seen = await audit({ models: INPUTS.models, issue: 'true' });
    expectRefused(seen, 'invalid');
    expect(printedTodo(seen)).toContain('permissions: issues: write');
    expect(github.requests).toEqual([]);
  });

  test('without the input GitHub is not asked, token or not', async () => {
    const { audit, github, breakAlias } = await scene();
    breakAlias();
    await audit({ ...INPUTS, issue: 'false' });
    expect(github.requests).toEqual([]);
  });

  test('an audit that was refused says nothing of the aliases', async () => {
    const { audit, issues, breakAlias, run } = await scene();
    breakAlias();
    await audit();
    const seen = await run(auditAliases, INPUTS, { token: 'dapi-wrong', secrets: [TOKEN] });
    expect([seen.outputs['outcome'], issues().map(({ state }) => state)]).toEqual(['denied', ['open']]);
  });
});

test.each([
  [{ errors: 1, warnings: 0 }, 'blocked', 'open'],
  [{ errors: 0, warnings: 1 }, 'ok', 'open'],
  [{ errors: 0, warnings: 1 }, 'partial', 'open'],
  [{ errors: 0, warnings: 0 }, 'ok', 'closed'],
  [{ errors: 0, warnings: 0 }, 'partial', 'unchanged'],
  [{ errors: 0, warnings: 0 }, 'unavailable', 'unchanged'],
  [{ errors: 0, warnings: 0 }, 'denied', 'unchanged'],
  [{ errors: 0, warnings: 0 }, 'error', 'unchanged'],
] as const)('%o with the outcome %s leaves it %s', (counts, outcome, state) => {
  expect(issueState(counts, outcome)).toBe(state);
});
