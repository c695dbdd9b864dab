import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import type { GitHubReport } from '../../conformance/github/report.ts';
import { GITHUB_ROWS, STAGES, type Stage } from '../../conformance/github/row.ts';
import { ENVIRONMENTS } from '../../conformance/github/run.ts';
import { ROOT } from '../imports.ts';
import { startGitHub, type GitHubStub } from '../github/stub.ts';

const TOKEN = 'ghs_0123456789abcdefghij';
const PLACE = 'ada-lovelace/scratch';
const SHA = 'b'.repeat(40);
const RUN_ID = '4242';
const COMMENT = `UC-PROMOTE ${RUN_ID}-1`;
const run = promisify(execFile);

/** A GitHub as it is assumed to be. */
async function assumed(): Promise<GitHubStub> {
  const stub = await startGitHub();
  onTestFinished(() => stub.close());
  const rights = ['actions', 'contents', 'pull-requests', 'checks', 'deployments'];
  stub.addToken(
    TOKEN,
    rights.map((right) => `${right}: read`),
  );
  stub.addRun(PLACE, RUN_ID);
  const guarded = { reviewers: ['ada-lovelace'], adminsMayBypass: true };
  stub.addEnvironment(PLACE, ENVIRONMENTS.guarded, guarded);
  stub.addEnvironment(PLACE, ENVIRONMENTS.made, {});
  stub.permit(PLACE, 'ada-lovelace', 'admin');
  stub.addPull(PLACE, { number: 1, author: 'ada-lovelace', head: 'a'.repeat(40), mergeCommit: SHA });
  stub.addCheckRun(PLACE, 77, {
    environment: ENVIRONMENTS.guarded,
    statuses: [
      ['waiting', 0],
      ['queued', 95],
      ['in_progress', 99],
    ],
  });
  return stub;
}

const APPROVAL = { login: 'ada-lovelace', environments: [ENVIRONMENTS.guarded], comment: COMMENT };

interface Played {
  readonly outputs: Readonly<Record<string, string>>;
  readonly printed: string;
  readonly summary: string;
  readonly report?: GitHubReport;
}

/** Runs the script as a job of the workflow does. */
async function play(
  stub: Pick<GitHubStub, 'url'>,
  stage: Stage,
  variables: Readonly<Record<string, string>> = {},
): Promise<Played> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-github-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  await Promise.all(Object.values(files).map((file) => writeFile(file, '')));
  const { stdout } = await run(process.execPath, [join(ROOT, 'conformance/github/main.ts'), stage], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      ...files,
      GITHUB_API_URL: stub.url,
      GITHUB_TOKEN: TOKEN,
      GITHUB_REPOSITORY: PLACE,
      GITHUB_RUN_ID: RUN_ID,
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_ACTOR: 'ada-lovelace',
      GITHUB_SHA: SHA,
      CHECK_RUN_ID: '77',
      ...variables,
    },
  });
  const lines = (await readFile(files.GITHUB_OUTPUT, 'utf8')).split('\n').filter((line) => line !== '');
  const text = await readFile(join(folder, 'github-conformance.json'), 'utf8').catch(() => undefined);
  return {
    outputs: Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
    printed: stdout,
    summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8'),
    ...(text === undefined ? {} : { report: JSON.parse(text) as GitHubReport }),
  };
}

/** The whole workflow: what each job hands on, as GitHub hands it on. */
async function workflow(
  stub: GitHubStub,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ readonly report: GitHubReport; readonly everything: string }> {
  const [open, guarded, made] = await Promise.all([
    play(stub, 'open', variables),
    play(stub, 'guarded', variables),
    play(stub, 'made', variables),
  ]);
  const masked = /::add-mask::(\w+)/u.exec(open.printed)?.[1] ?? '';
  expect(open.outputs['masked']).toContain(masked);
  const last = await play(stub, 'report', {
    ...variables,
    SIGHTINGS_OPEN: open.outputs['sightings'] ?? '',
    SIGHTINGS_GUARDED: guarded.outputs['sightings'] ?? '',
    SIGHTINGS_MADE: made.outputs['sightings'] ?? '',
    OUTPUT_PLAIN: open.outputs['plain'] ?? '',
    OUTPUT_LARGE: open.outputs['large'] ?? '',
    // GitHub drops it.
    OUTPUT_MASKED: '',
    OUTPUT_EMPTY: open.outputs['empty'] ?? '',
  });
  if (last.report === undefined) throw new Error('No report was written.');
  const parts = [open, guarded, made, last].flatMap(({ printed, summary }) => [printed, summary]);
  return { report: last.report, everything: [...parts, JSON.stringify(last.report)].join('\n') };
}

/** The rows that are not as assumed, with what was seen. */
function different({ rows }: GitHubReport): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rows.flatMap(({ id, verdict, seen = '' }) =>
      verdict === 'as assumed' ? [] : [[id, verdict === 'differs' ? seen : verdict]],
    ),
  );
}

describe('as it is assumed to be', () => {
  test('every row that was tried is as assumed, and nothing names account, repository or host', async () => {
    const stub = await assumed();
    stub.review(RUN_ID, APPROVAL);
    const { report, everything } = await workflow(stub);
    expect(different(report)).toEqual({
      'approval-again': 'not tried',
      'bypass-recorded': 'not tried',
    });
    expect(report).toMatchObject({ format: 1, server: 'another server', attempt: 1 });
    for (const secret of ['ada-lovelace', 'scratch', stub.url, '127.0.0.1', TOKEN])
      expect(everything).not.toContain(secret);
    expect(everything).toContain(COMMENT);
    expect(stub.requests.every((request) => request.startsWith('GET '))).toBe(true);
  });

  test('the second attempt, and a bypass', async () => {
    const stub = await assumed();
    for (const attempt of [1, 2])
      stub.review(RUN_ID, { ...APPROVAL, comment: `UC-PROMOTE ${RUN_ID}-${attempt}` });
    const again = await workflow(stub, { GITHUB_RUN_ATTEMPT: '2' });
    expect(different(again.report)).toEqual({ 'bypass-recorded': 'not tried' });
    const bypass = await workflow(await assumed(), { HOW: 'bypass' });
    expect(bypass.report.rows.find(({ id }) => id === 'bypass-recorded')).toMatchObject({
      verdict: 'as assumed',
      seen: 'no approval',
    });
  });
});

describe('otherwise', () => {
  test.each<
    [string, (stub: GitHubStub) => void, Readonly<Record<string, string>>, Readonly<Record<string, string>>]
  >([
    [
      'an approval of the first attempt alone',
      (stub) => stub.review(RUN_ID, APPROVAL),
      { GITHUB_RUN_ATTEMPT: '2' },
      { 'approval-again': 'approvals: 1', 'approval-comment': 'another text' },
    ],
    [
      'a bypass that is recorded as an approval',
      (stub) => stub.review(RUN_ID, { ...APPROVAL, comment: '' }),
      { HOW: 'bypass' },
      { 'bypass-recorded': 'an approval' },
    ],
    [
      'a comment with more beside it',
      (stub) => stub.review(RUN_ID, { ...APPROVAL, comment: `${COMMENT}\n` }),
      {},
      { 'approval-comment': 'with more beside it' },
    ],
    [
      'an app approved',
      (stub) => stub.review(RUN_ID, { ...APPROVAL, type: 'Bot' }),
      {},
      { 'approval-recorded': 'approved, by a Bot' },
    ],
    [
      'no approval, no deployment, rules that came from somewhere',
      (stub) => {
        stub.addCheckRun(PLACE, 77);
        stub.addEnvironment(PLACE, ENVIRONMENTS.made, { reviewers: ['grace'] });
      },
      {},
      {
        'approval-recorded': 'no approval',
        'job-deployment': 'no deployment',
        'environment-made': 'there, with rules',
      },
    ],
    [
      'another deployment, which never waited',
      (stub) => stub.addCheckRun(PLACE, 77, { environment: 'other', statuses: [['queued', 0]] }),
      {},
      { 'job-deployment': 'another environment', 'deployment-waiting': 'no waiting' },
    ],
    [
      'an outsider may write, and the environment is there already',
      (stub) => {
        stub.permit(PLACE, 'octocat', 'write');
        stub.addEnvironment(PLACE, ENVIRONMENTS.absent, {});
        stub.addEnvironment(PLACE, ENVIRONMENTS.guarded, {});
      },
      {},
      {
        'permission-of-outsider': 'write',
        'environment-absent': '200',
        'environment-rules': 'none',
        'environment-bypass-stated': 'not stated',
      },
    ],
    [
      'the token may read nothing but the repository',
      (stub) => stub.addToken(TOKEN, ['contents: read']),
      {},
      { 'environment-rules': 'unknown', 'approval-recorded': 'unknown', 'job-deployment': 'unknown' },
    ],
  ])('%s: the rows say so', async (_title, prepare, variables, wanted) => {
    const stub = await assumed();
    prepare(stub);
    const { report } = await workflow(stub, variables);
    expect(different(report)).toMatchObject(wanted);
  });

  test('outputs that did not arrive as they were sent', async () => {
    const { report } = await play({ url: 'https://api.github.com' }, 'report', {
      SIGHTINGS_OPEN: '[]',
      OUTPUT_PLAIN: 'plain',
      OUTPUT_MASKED: 'before *** after',
    });
    if (report === undefined) throw new Error('No report was written.');
    expect(report.server).toBe('github.com');
    expect(different(report)).toMatchObject({
      'output-plain': '5 bytes of another text',
      'output-large': 'empty',
      'output-masked': '16 bytes',
      'environment-rules': 'not tried',
    });
  });

  test('a state that could name somebody is not shown', async () => {
    const stub = await assumed();
    stub.review(RUN_ID, { ...APPROVAL, state: 'by ada-lovelace' });
    const { everything } = await workflow(stub);
    expect(everything).toContain('another word');
    expect(everything).not.toContain('ada-lovelace');
  });

  test('jobs that did not run leave their rows not tried', async () => {
    const { report } = await play({ url: 'https://github.example.com/api/v3' }, 'report');
    expect(report?.counts).toEqual({ 'not tried': GITHUB_ROWS.length });
    expect(report?.server).toBe('GitHub Enterprise Server');
  });

  test('outside of the workflow it says what is missing', async () => {
    const failure = run(process.execPath, [join(ROOT, 'conformance/github/main.ts'), 'open'], { env: {} });
    await expect(failure).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Missing variables: GITHUB_REPOSITORY') as string,
    });
    await expect(run(process.execPath, [join(ROOT, 'conformance/github/main.ts')])).rejects.toMatchObject({
      stderr: expect.stringContaining(`main.ts ${STAGES.join('|')}`) as string,
    });
  });
});

test('it runs without any package: the workflow installs none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-bare-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const part of ['conformance', 'src', 'package.json'])
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  const failure = run(process.execPath, [join(folder, 'conformance/github/main.ts'), 'report'], { env: {} });
  await expect(failure).rejects.toMatchObject({
    stderr: expect.stringContaining('Missing variables: ') as string,
  });
});

test('the workflow runs every part, and hands on every variable that the last one reads', async () => {
  const text = await readFile(join(ROOT, '.github/workflows/conformance.yml'), 'utf8');
  const { jobs } = parse(text) as { jobs: Record<string, { environment?: string; outputs?: object }> };
  expect(Object.keys(jobs)).toEqual([...STAGES]);
  expect([jobs['guarded']?.environment, jobs['made']?.environment]).toEqual([
    ENVIRONMENTS.guarded,
    ENVIRONMENTS.made,
  ]);
  for (const stage of STAGES) expect(text).toContain(`run: node conformance/github/main.ts ${stage}`);
  const read = ['SIGHTINGS_OPEN', 'SIGHTINGS_GUARDED', 'SIGHTINGS_MADE', 'OUTPUT_PLAIN', 'OUTPUT_LARGE'];
  for (const name of [...read, 'OUTPUT_MASKED', 'OUTPUT_EMPTY', 'CHECK_RUN_ID', 'HOW']) {
    expect(text).toContain(`${name}: \${{ `);
  }
  expect(text).not.toContain(ENVIRONMENTS.absent);
});
