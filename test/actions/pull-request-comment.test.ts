import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { moreVersions, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { promote } from '../../src/actions/promote.ts';
import { rollback } from '../../src/actions/rollback.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { startGitHub } from '../github/stub.ts';
import { world, type ActionRun } from './harness.ts';

const TOKEN = 'ghs_0123456789abcdefghij';
const PLACE = 'acme/models';
const SHA = '0123456789abcdef0123456789abcdef01234567';
const PULL = 12;
const COMMENT = { 'pull-request-comment': 'true', 'github-token': TOKEN };
const MOVE = { model: PROD, alias: 'Champion', version: '2', 'dry-run': 'true', ...COMMENT };

/** A world beside a GitHub where a pull request is open, and its event. */
async function scene(permissions: readonly string[] = ['pull-requests: write']) {
  const [bench, github] = await Promise.all([world(), startGitHub()]);
  onTestFinished(() => github.close());
  moreVersions(bench.emulator.metastore);
  github.addToken(TOKEN, permissions);
  const event = await eventFile({ pull_request: { number: PULL }, sender: { login: 'ada', type: 'User' } });
  const environment = {
    GITHUB_API_URL: github.url,
    GITHUB_JOB: 'plan',
    GITHUB_RUN_NUMBER: '118',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: event,
    GITHUB_SHA: SHA,
  };
  const run = (
    inputs: Readonly<Record<string, string>> = MOVE,
    changed: Readonly<Record<string, string>> = {},
    action: Action = setAlias,
  ): Promise<ActionRun> =>
    bench.run(action, inputs, { environment: { ...environment, ...changed }, secrets: [TOKEN] });
  return { ...bench, github, run, bodies: () => github.commentsOf(PLACE, PULL).map(({ body }) => body) };
}

async function eventFile(event: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-event-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'event.json');
  await writeFile(path, typeof event === 'string' ? event : JSON.stringify(event));
  return path;
}

/** The page of a comment: what stands below its first line and before its last one. */
function pageIn(body = ''): string {
  return body.split('\n').slice(2, -2).join('\n').trimEnd();
}

test('the comment is the page of the summary, and later runs edit it', async () => {
  const { run, bodies, github, emulator } = await scene();
  const first = await run();
  expect(first.outputs['outcome']).toBe('ok');
  expect(bodies()).toHaveLength(1);
  expect(pageIn(bodies()[0])).toBe(first.summary.trimEnd());
  expect(bodies()[0]).toContain(first.outputs['plan-code']);
  expect(bodies()[0]).toContain('https://github.com/acme/models/actions/runs/4242/attempts/1');
  expect(bodies()[0]).not.toContain(new URL(emulator.url).host);
  expect(first.log).toContain(
    'info: Comment on pull request #12: created (https://github.com/acme/models/pull/12#issuecomment-1).',
  );
  github.requests.splice(0);
  const second = await run(MOVE, { GITHUB_RUN_ID: '4243' });
  expect(bodies()).toHaveLength(1);
  expect(bodies()[0]).toContain(second.outputs['plan-code']);
  expect(github.requests).toHaveLength(3);
});

test('without the input GitHub is not asked, token or not', async () => {
  const { run, github } = await scene();
  await run({ ...MOVE, 'pull-request-comment': 'false' });
  expect(github.requests).toEqual([]);
});

test('a step that is refused, and one whose inputs are wrong, replace the page that waits for approval', async () => {
  const { run, bodies } = await scene();
  await run();
  expect(bodies()[0]).toContain('To approve:');
  const refused = await run({ ...MOVE, 'expected-version': '7' });
  expect(refused.outputs['outcome']).toBe('conflict');
  expect(bodies()).toHaveLength(1);
  expect(bodies()[0]).not.toContain('To approve:');
  await run();
  const invalid = await run({ ...MOVE, version: 'two' });
  expect(invalid.outputs['outcome']).toBe('invalid');
  expect(bodies()).toHaveLength(1);
  expect(pageIn(bodies()[0])).toBe(invalid.summary.trimEnd());
});

test('jobs of a matrix have a comment each: by model, alias, workspace, job and action', async () => {
  const { run, bodies, emulator } = await scene();
  const elsewhere = emulator.url.replace('127.0.0.1', 'localhost');
  const jobs: readonly (readonly [Record<string, string>, Record<string, string>, Action])[] = [
    [{}, {}, setAlias],
    [{ alias: 'Challenger' }, {}, setAlias],
    [{ model: STAGING }, {}, setAlias],
    [{}, { DATABRICKS_HOST: elsewhere }, setAlias],
    [{}, { GITHUB_JOB: 'other' }, setAlias],
    [{}, { GITHUB_WORKFLOW_REF: 'acme/models/.github/workflows/other.yml@refs/pull/12/merge' }, setAlias],
  ];
  for (const [inputs, changed, action] of jobs) await run({ ...MOVE, ...inputs }, changed, action);
  expect(bodies()).toHaveLength(jobs.length);
  for (const [inputs, changed, action] of jobs)
    await run({ ...MOVE, ...inputs }, { ...changed, GITHUB_RUN_ID: '4243' }, action);
  expect(bodies()).toHaveLength(jobs.length);
  for (const body of bodies()) expect(body).toContain('runs/4243');
});

test('promote and rollback leave it too, each its own', async () => {
  const { run, bodies } = await scene();
  const copy = { source: `models:/${STAGING}/1`, destination: PROD, 'dry-run': 'true', ...COMMENT };
  const promoted = await run(copy, {}, promote);
  expect(pageIn(bodies()[0])).toBe(promoted.summary.trimEnd());
  const back = {
    model: PROD,
    alias: 'Champion',
    'from-version': '1',
    'to-version': '2',
    reason: 'incident 7',
  };
  const rolledBack = await run({ ...back, 'dry-run': 'true', ...COMMENT }, {}, rollback);
  expect(pageIn(bodies()[1])).toBe(rolledBack.summary.trimEnd());
});

test('after the merge it is the same comment: the commit that was pushed leads to the pull request', async () => {
  const { run, bodies, github } = await scene();
  const workflow = 'acme/models/.github/workflows/promote.yml@refs';
  await run(MOVE, { GITHUB_WORKFLOW_REF: `${workflow}/pull/12/merge` });
  github.addPull(PLACE, { number: PULL, author: 'ada', head: 'c'.repeat(40), mergeCommit: SHA });
  const push = await eventFile({
    ref: 'refs/heads/main',
    after: SHA,
    sender: { login: 'ada', type: 'User' },
  });
  await run(MOVE, {
    GITHUB_WORKFLOW_REF: `${workflow}/heads/main`,
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: push,
    GITHUB_RUN_ID: '4243',
  });
  expect(bodies()).toHaveLength(1);
  expect(bodies()[0]).toContain('runs/4243');
});

describe('where there is no pull request, nothing fails, and it is said', () => {
  test.each<[string, Record<string, string>, unknown, string]>([
    ['a schedule', { GITHUB_EVENT_NAME: 'schedule' }, { schedule: '0 1 * * *' }, 'about no pull request'],
    ['an issue', { GITHUB_EVENT_NAME: 'issues' }, { issue: { number: PULL } }, 'about no pull request'],
    ['a push without one', { GITHUB_EVENT_NAME: 'push' }, {}, 'neither the merge nor the head'],
    ['no event that can be read', {}, '{', 'the event of the run cannot be read'],
  ])('%s', async (_, changed, event, said) => {
    const { run, github } = await scene();
    const seen = await run(MOVE, { ...changed, GITHUB_EVENT_PATH: await eventFile(event) });
    expect(seen.outputs['outcome']).toBe('ok');
    expect(seen.log.filter((line) => line.includes('No comment on a pull request'))).toEqual([
      expect.stringContaining(said),
    ]);
    expect(github.requests.filter((each) => !each.startsWith('GET'))).toEqual([]);
  });
});

describe('a comment that cannot be written is a warning, and the plan is there', () => {
  const warnings = ({ log }: ActionRun) => log.filter((line) => line.startsWith('warning: '));

  test('a token that may only read, as of a fork', async () => {
    const { run, bodies } = await scene(['pull-requests: read']);
    const seen = await run();
    expect(seen.outputs).toMatchObject({
      outcome: 'ok',
      'plan-code': expect.stringMatching(/^UCP-/u) as string,
    });
    expect(seen.exitCode).toBe(0);
    expect(bodies()).toEqual([]);
    expect(warnings(seen)).toEqual([expect.stringContaining('permissions: pull-requests: write')]);
    expect(warnings(seen)[0]).toContain('HTTP 403');
  });

  test('a GitHub that is down', async () => {
    const { run } = await scene();
    const seen = await run(MOVE, { GITHUB_API_URL: 'http://127.0.0.1:9' });
    expect(seen.outputs['outcome']).toBe('ok');
    expect(warnings(seen)).toEqual([
      expect.stringContaining('The comment on the pull request could not be written'),
    ]);
  });

  test('a GITHUB_API_URL that is no address', async () => {
    const { run } = await scene();
    const seen = await run(MOVE, { GITHUB_API_URL: 'not an address' });
    expect(seen.outputs['outcome']).toBe('ok');
    expect(warnings(seen)).toEqual([expect.stringContaining('GITHUB_API_URL')]);
  });
});

test.each([
  [setAlias, MOVE],
  [promote, { source: `models:/${STAGING}/1`, destination: PROD }],
  [rollback, { model: PROD, alias: 'Champion', 'from-version': '1', reason: 'incident 7' }],
] as const)('a token that is missing is a fault of the inputs', async (action, inputs) => {
  const { run } = await scene();
  const seen = await run({ ...inputs, 'pull-request-comment': 'true', 'github-token': 'none' }, {}, action);
  expect(seen.outputs['outcome']).toBe('invalid');
  expect(seen.summary).toContain('github-token');
  expect(seen.summary).toContain('permissions');
});
