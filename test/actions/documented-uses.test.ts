import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GOOD_FILES, PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';
import { startGitHub } from '../github/stub.ts';
import { ownerIn } from '../../scripts/owner.ts';
import { ROOT } from '../imports.ts';
import { TOKENS, world } from './harness.ts';
import {
  approvesInGroup,
  runWorkflow,
  workflowIn,
  workflowTexts,
  type Contexts,
  type RanStep,
} from './workflow.ts';

const ISSUER = 'https://token.actions.githubusercontent.com';

/** The principal of the first job: it may copy into prod, and owns nothing there. */
const COPIER = '11111111-2222-4333-8444-555555555555';

/** The principal that trains in prod. */
const TRAINING_JOB = '66666666-7777-4888-8999-000000000000';

const GITHUB_TOKEN = 'ghs_0123456789abcdefghij';

/** A world in which prod serves an approved version, and staging has two newer ones, both approved. */
async function staged() {
  const [bench, github] = await Promise.all([world(), startGitHub()]);
  onTestFinished(() => github.close());
  const { metastore, url } = bench.emulator;
  const approved = { validation_status: 'approved' };
  metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'notes.txt': 'the first' }, tags: approved });
  metastore.setAlias(PROD, 'Champion', 2);
  metastore.addVersion(STAGING, {
    files: { ...GOOD_FILES, 'notes.txt': 'the third' },
    createdBy: 'ada@example.com',
    tags: approved,
  });
  metastore.addServicePrincipal(COPIER, { displayName: 'copier' });
  metastore.addServicePrincipal(TRAINING_JOB, { displayName: 'training' });
  for (const catalog of ['staging', 'prod']) {
    metastore.grant('catalog', catalog, COPIER, ['USE_CATALOG']);
    metastore.grant('schema', `${catalog}.ml_team`, COPIER, ['USE_SCHEMA']);
  }
  metastore.grant('function', STAGING, COPIER, ['EXECUTE']);
  metastore.grant('function', PROD, COPIER, ['EXECUTE', 'CREATE_MODEL_VERSION', 'APPLY_TAG']);
  const policies: readonly (readonly [string, string])[] = [
    [COPIER, 'repo:acme/models:ref:refs/heads/main'],
    [PROMOTER, 'repo:acme/models:environment:production'],
  ];
  for (const [principal, subject] of policies)
    metastore.addFederationPolicy({ principal, issuer: ISSUER, audiences: [], subject });
  github.addToken(GITHUB_TOKEN, ['actions: read']);
  github.addEnvironment('acme/models', 'production', { reviewers: [{ team: 'release' }] });
  for (const runId of ['1', '2', '3']) github.addRun('acme/models', runId);
  const contexts = (inputs: Readonly<Record<string, string>>): Contexts => ({
    vars: {
      DATABRICKS_HOST: url,
      DATABRICKS_CLIENT_ID: COPIER,
      PEOPLE: 'ada = ada@example.com\ngrace = grace@example.com',
    },
    secrets: { DATABRICKS_TOKEN: TOKENS.promoter },
    github: { token: GITHUB_TOKEN },
    inputs,
  });
  const play = (
    path: string,
    runId: string,
    inputs: Readonly<Record<string, string>> = {},
    betweenJobs: () => void = () => undefined,
  ) =>
    runWorkflow(workflowIn(path), bench, contexts(inputs), {
      environment: { GITHUB_RUN_ID: runId, GITHUB_API_URL: github.url, GITHUB_ACTOR: 'ada' },
      betweenJobs,
      environments: { production: { vars: { DATABRICKS_CLIENT_ID: PROMOTER } } },
      idTokens: (environment) => ({
        ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/github-oidc/idtoken?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: metastore.allowIdTokens(
          `repo:acme/models:${environment === undefined ? 'ref:refs/heads/main' : `environment:${environment}`}`,
          { issuer: ISSUER },
        ),
      }),
    });
  const champion = () => metastore.model(PROD).aliases.get('champion')?.version;
  return { ...bench, bench, github, play, champion };
}

/** Each step by what it uses, and how it ended. */
const endings = (steps: readonly RanStep[]) =>
  steps.map(({ uses, seen }) => [uses, seen.exitCode, seen.outputs['outcome']]);

test("the README's flow, the release gate and the audit, one after the other as written, end green", async () => {
  const { play, champion, github, emulator } = await staged();

  const flow = await play('README.md', '1', { version: '1' });
  expect(endings(flow), flow.at(-1)?.seen.verdict).toEqual([
    [`${ownerIn(ROOT)}/uc-promote@v1`, 0, 'ok'],
    [`${ownerIn(ROOT)}/uc-promote@v1`, 0, 'ok'],
  ]);
  const [evidence, release] = flow;
  // The first job, whose principal owns nothing in prod, copies; the second takes that copy and moves the alias to it.
  expect(evidence?.seen.after.models[PROD]?.aliases['Champion']).toBe(2);
  expect(evidence?.seen.outputs).toMatchObject({ version: '3', 'previous-version': '2', changed: 'true' });
  expect(release?.seen.outputs).toMatchObject({ version: '3', 'previous-version': '2', changed: 'true' });
  expect(champion()).toBe(3);

  github.review('2', { login: 'grace', environments: ['production'] });
  const gate = await play('.github/workflows/example-release-gate.yml', '2', {
    source: `models:/${STAGING}/3`,
  });
  expect(endings(gate), gate.at(-1)?.seen.verdict).toEqual([
    ['./', 0, 'ok'],
    ['./gate-on-grants', 0, 'ok'],
    ['./tag-status', 0, 'ok'],
    ['./set-alias', 0, 'ok'],
  ]);
  expect(champion()).toBe(4);

  const audit = await play('.github/workflows/example-alias-audit.yml', '3');
  expect(endings(audit), audit[0]?.seen.summary).toEqual([['./audit-aliases', 0, 'ok']]);
  expect(audit[0]?.seen.outputs).toMatchObject({ count: '0', 'models-seen': '1', allowed: 'true' });
  expect(audit[0]?.seen.annotations).toEqual([]);

  // What each of them says of the copies is true: an approved status stands behind it.
  for (const version of ['3', '4'])
    expect(emulator.state().models[PROD]?.versions[version]?.tags['validation_status']).toBe('approved');
  for (const { seen } of [...flow, ...gate]) expect(seen.verdict).not.toContain('without validation');
});

test("the README's second job moves nothing that the reviewer of the first did not see", async () => {
  const { play, emulator, champion } = await staged();
  const { metastore } = emulator;
  const flow = await play('README.md', '1', { version: '1' }, () => metastore.setAlias(PROD, 'Champion', 1));
  expect(flow.map(({ seen }) => seen.outputs['outcome'])).toEqual(['ok', 'conflict']);
  expect(champion()).toBe(1);
});

const RETRAIN = 'docs/retrain-in-prod.md';

/** The training job in prod has registered a version of its own; it is no copy. */
async function retrained(files: Readonly<Record<string, string | Uint8Array>> = GOOD_FILES) {
  const bench = await staged();
  const { metastore } = bench.emulator;
  metastore.addVersion(PROD, { files, createdBy: TRAINING_JOB });
  return { ...bench, metastore };
}

test('a model that was retrained in prod goes live without a copy, and the audit is content', async () => {
  const { play, champion, emulator } = await retrained();
  const release = await play(RETRAIN, '1', { version: '3' });
  expect(
    release.map(({ seen }) => [seen.exitCode, seen.outputs['outcome']]),
    release.at(-1)?.seen.verdict,
  ).toEqual([
    [0, 'ok'],
    [0, 'ok'],
    [0, 'ok'],
    [0, 'ok'],
    [0, 'ok'],
  ]);
  expect(champion()).toBe(3);
  expect(Object.keys(emulator.state().models[PROD]?.versions ?? {})).toEqual(['1', '2', '3']);
  // The reviewer saw the move, and the job that showed it changed nothing.
  const [, shown] = release;
  expect(shown?.seen.summary).toContain('Champion 2 → 3');
  expect(shown?.seen.after).toEqual(shown?.seen.before);

  const audit = await play('.github/workflows/example-alias-audit.yml', '3');
  expect(endings(audit), audit[0]?.seen.summary).toEqual([['./audit-aliases', 0, 'ok']]);
});

test('a retrained model that breaks the callers of Champion reaches no reviewer', async () => {
  const mlmodel = Buffer.from(GOOD_FILES['MLmodel'] ?? '').toString('utf8');
  const { play, champion } = await retrained({
    ...GOOD_FILES,
    MLmodel: mlmodel.replace('"amount"', '"amount_in_cents"'),
  });
  const release = await play(RETRAIN, '1', { version: '3' });
  expect(release.map(({ seen }) => seen.outputs['outcome'])).toEqual(['blocked']);
  expect(release[0]?.seen.outputs['compatible']).toBe('false');
  expect(champion()).toBe(2);
});

test('a retrained model does not go live while the training job itself could move the alias', async () => {
  const { play, champion, metastore } = await retrained();
  metastore.grant('function', PROD, TRAINING_JOB, ['MANAGE']);
  const release = await play(RETRAIN, '1', { version: '3' });
  expect(release.map(({ seen }) => seen.outputs['outcome'])).toEqual(['ok', 'ok', 'denied']);
  expect(champion()).toBe(2);
});

test('a retrained model does not go live where somebody moved Champion while the reviewer was reading', async () => {
  const { play, champion, metastore } = await retrained();
  const release = await play(RETRAIN, '1', { version: '3' }, () => metastore.setAlias(PROD, 'Champion', 1));
  expect(release.at(-1)?.seen.outputs['outcome']).toBe('conflict');
  expect(champion()).toBe(1);
});

test("without `id-token: write` the README's flow signs in nowhere, and reads nothing", async () => {
  const { bench } = await staged();
  const { env, jobs } = workflowIn('README.md');
  const [job] = Object.values(jobs);
  if (job === undefined) throw new Error('The README has no job.');
  const vars = { DATABRICKS_HOST: bench.emulator.url, DATABRICKS_CLIENT_ID: COPIER };
  const ran = await runWorkflow({ env, jobs: { evidence: { ...job, permissions: {} } } }, bench, {
    vars,
    inputs: { version: '1' },
  });
  expect(ran.map(({ seen }) => seen.outputs['outcome'])).toEqual(['invalid']);
  expect(ran[0]?.seen.records).toEqual([]);
});

test('the audit alone sees who moved the alias to a version that nobody approved', async () => {
  const { play, emulator } = await staged();
  emulator.metastore.addVersion(PROD, { files: GOOD_FILES });
  emulator.metastore.setAlias(PROD, 'Champion', 3);
  const audit = await play('.github/workflows/example-alias-audit.yml', '3');
  expect(endings(audit)).toEqual([['./audit-aliases', 1, 'blocked']]);
});

test('the release gate stops where the requester approves by themselves, with Champion where it was', async () => {
  const { play, champion, github } = await staged();
  github.review('2', { login: 'ada', environments: ['production'] });
  const gate = await play('.github/workflows/example-release-gate.yml', '2', {
    source: `models:/${STAGING}/3`,
  });
  expect(endings(gate)).toEqual([
    ['./', 0, 'ok'],
    ['./gate-on-grants', 1, 'blocked'],
  ]);
  expect(champion()).toBe(2);
});

describe('no workflow that is to be copied waits for an approval in a group', () => {
  const namesIn = (folder: string, pattern: RegExp) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => pattern.test(name))
      .map((name) => join(folder, name));
  const paths = [
    ...namesIn('.', /\.md$/u),
    ...namesIn('docs', /\.md$/u),
    ...namesIn('.github/workflows', /^example-/u),
  ];

  test.each(paths.filter((path) => workflowTexts(path).length > 0))('%s', (path) => {
    expect(workflowTexts(path).filter(approvesInGroup)).toEqual([]);
  });

  test.each([
    ['of the run', 'concurrency: { group: g }\njobs: { release: { environment: production } }', true],
    ['of the job', 'jobs: { release: { environment: production, concurrency: g } }', true],
    [
      'of a job that waits for nobody',
      'jobs: { copy: { concurrency: g }, release: { environment: p } }',
      false,
    ],
  ])('which a group %s would be', (_title, text, expected) => {
    expect(approvesInGroup(text)).toBe(expected);
  });
});
