import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GOOD_FILES, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { startGitHub } from '../github/stub.ts';
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
  github.addToken(GITHUB_TOKEN, ['actions: read']);
  for (const runId of ['1', '2', '3']) github.addRun('acme/models', runId);
  const contexts = (inputs: Readonly<Record<string, string>>): Contexts => ({
    vars: { DATABRICKS_HOST: url, PEOPLE: 'ada = ada@example.com\ngrace = grace@example.com' },
    secrets: { DATABRICKS_TOKEN: TOKENS.promoter },
    github: { token: GITHUB_TOKEN },
    inputs,
  });
  const play = (path: string, runId: string, inputs: Readonly<Record<string, string>> = {}) =>
    runWorkflow(workflowIn(path), bench, contexts(inputs), {
      environment: { GITHUB_RUN_ID: runId, GITHUB_API_URL: github.url, GITHUB_ACTOR: 'ada' },
    });
  const champion = () => metastore.model(PROD).aliases.get('champion')?.version;
  return { ...bench, github, play, champion };
}

/** Each step by what it uses, and how it ended. */
const endings = (steps: readonly RanStep[]) =>
  steps.map(({ uses, seen }) => [uses, seen.exitCode, seen.outputs['outcome']]);

test("the README's flow, the release gate and the audit, one after the other as written, end green", async () => {
  const { play, champion, github, emulator } = await staged();

  const flow = await play('README.md', '1', { version: '1' });
  expect(endings(flow), flow.at(-1)?.seen.verdict).toEqual([['OWNER/uc-promote@v1', 0, 'ok']]);
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
  for (const { seen } of [...flow, ...gate]) expect(seen.verdict).not.toContain('without any validation');
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
