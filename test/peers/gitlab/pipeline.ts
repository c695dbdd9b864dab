import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { z } from 'zod';
import { signIdToken, startEmulator, type Emulator } from '../../../emulator/index.ts';
import { PROD, PROMOTER } from '../../../emulator/seeds/demo-models.ts';
import { childEnvironment, lastLines, runChild } from '../../../scripts/child.ts';
import { root } from '../../../scripts/peers/folder.ts';
import { reportSchema } from '../../../src/report/report.ts';
import { requireNoLeak } from '../../actions/leaks.ts';
import { byTool, startOptional } from '../harness/optional-peer.ts';
import { check, missingBundle, same, unavailable, type CaseResult } from '../harness/outcome.ts';
import { packageCommand, preparePackages } from '../harness/packages.ts';
import type { PeerContext } from '../harness/script.ts';

const name = 'GitLab, pipeline of the documentation';
const ISSUER = 'https://gitlab.example.com';
const SUBJECT = 'project_path:acme/models:ref_type:branch:ref:main';
const ACCOUNT = '00000000-0000-4000-8000-acc000000000';
const DEADLINE = 120_000;

/** The pipeline of docs/other-ci.md, run by gitlab-ci-local against the emulator: it plans, applies that plan, and hands on what it made. */
export async function* gitlabPipeline({ wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(name)) return;
  if (!existsSync(join(root, 'dist/cli.js'))) {
    yield missingBundle(name, 'the command line');
    return;
  }
  const packages = await preparePackages();
  if (packages.state === 'unavailable') {
    yield unavailable(name, packages);
    return;
  }
  const made = await startOptional(name, makeProject);
  if ('verdict' in made) {
    yield made;
    return;
  }
  const emulator = await startEmulator({ seed: 'demo' });
  try {
    yield* cases(made, emulator);
  } finally {
    await emulator.close();
    await rm(made.place, { recursive: true, force: true });
  }
}

async function* cases(project: Project, emulator: Emulator): AsyncGenerator<CaseResult> {
  const { issue, secrets } = acceptJobs(emulator);
  const run = async (job: string, more: Readonly<Record<string, string>> = {}): Promise<JobRun> => {
    const ran = await runJob(project, job, {
      // Each call of it would be a pipeline of its own.
      CI_PIPELINE_ID: '77',
      DATABRICKS_HOST: emulator.url,
      DATABRICKS_CLIENT_ID: PROMOTER,
      DATABRICKS_OIDC_TOKEN: issue(),
      // It says false of itself, and GitLab true.
      GITLAB_CI: 'true',
      ...more,
    });
    const kept = await Promise.all(
      ['plan.json', 'plan-report.json', 'plan.md', 'plan.env', 'apply.json', 'apply.md', 'apply.env'].map(
        (file) => readFile(join(project.folder, 'ucp', file), 'utf8').catch(() => ''),
      ),
    );
    requireNoLeak({
      printed: ran.log,
      files: kept,
      given: [...secrets, ...emulator.credentials],
      withheld: [new URL(emulator.url).host],
    });
    return ran;
  };
  const live = () => emulator.state().models[PROD]?.aliases['Champion'];

  yield await check(`${name}: plan copies, leaves the move as a plan, and moves nothing`, async () => {
    const { code, log } = await run('plan');
    if (code !== 0) throw new Error(lastLines(log, 8));
    same(live(), 1, 'Champion');
    const report = await readReport(project, 'plan-report.json');
    same([report.dryRun, report.outcome], [false, 'ok'], 'report of the plan');
    const variables = await readFile(join(project.folder, 'ucp/plan.env'), 'utf8');
    if (!/^UCP_PLAN_DIGEST=[0-9a-f]{64}$/mu.test(variables)) throw new Error('no digest of the plan');
    return `${report.changes.length} changes`;
  });

  yield await check(`${name}: the plan of another pipeline is not applied`, async () => {
    const { code, log } = await run('apply', { CI_PIPELINE_ID: '4711' });
    if (code === 0 || !log.includes('another run')) throw new Error(`${code}: ${lastLines(log, 8)}`);
    same(live(), 1, 'Champion');
    return '';
  });

  yield await check(
    `${name}: apply makes the plan, signed in by the ID token of the job, and names the job`,
    async () => {
      const { code, log } = await run('apply');
      if (code !== 0) throw new Error(lastLines(log, 8));
      same(live(), 2, 'Champion');
      const report = await readReport(project, 'apply.json');
      same([report.outcome, report.principal], ['ok', PROMOTER], 'report of the promotion');
      same(
        report.run?.repository.endsWith('/acme/models'),
        true,
        `project in ${report.run?.repository ?? 'no run'}`,
      );
      const record = JSON.stringify(emulator.state().models[PROD]?.tags);
      same(
        record.includes(`${report.run?.repository ?? '-'}/${report.run?.runId ?? '-'}`),
        true,
        'job in the record',
      );
      return `run ${report.run?.repository ?? ''}/${report.run?.runId ?? ''}`;
    },
  );

  yield await check(`${name}: the next job gets the outputs as variables`, async () => {
    const { code, log } = await run('deploy');
    if (code !== 0 || !log.includes('Version 2 is live in place of 1.')) throw new Error(lastLines(log, 8));
    return 'UCP_VERSION, UCP_PREVIOUS_VERSION';
  });

  yield await check(
    `${name}: a token that no policy accepts fails the job with 4, and says which policy would`,
    async () => {
      const other = signIdToken({
        iss: ISSUER,
        sub: 'project_path:acme/other:ref_type:branch:ref:main',
        aud: ACCOUNT,
        exp: soon(),
      });
      const { code, log } = await runJob(project, 'plan', {
        DATABRICKS_HOST: emulator.url,
        DATABRICKS_CLIENT_ID: PROMOTER,
        DATABRICKS_OIDC_TOKEN: other,
      });
      requireNoLeak({ printed: log, files: [], given: [other], withheld: [new URL(emulator.url).host] });
      if (code === 0 || !log.includes('service-principal-federation-policy create') || !/\b4\b/u.test(log))
        throw new Error(`${code}: ${lastLines(log, 8)}`);
      return '';
    },
  );
}

interface Project {
  readonly place: string;
  /** The working copy of the pipeline's project. */
  readonly folder: string;
  readonly environment: Record<string, string>;
}

/** A project with the pipeline of the page, and a repository beside it in place of the release that it gets. */
async function makeProject(): Promise<Project> {
  const place = await mkdtemp(join(tmpdir(), 'uc-promote-gitlab-'));
  const folder = join(place, 'project');
  const release = join(place, 'release');
  const environment = childEnvironment({
    HOME: place,
    PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
    NO_PROXY: '127.0.0.1',
  });
  const run = (cwd: string, command: string, ...args: string[]) =>
    byTool(command, async () => {
      const ran = await runChild(command, args, { cwd, env: environment, timeoutMs: DEADLINE });
      if (ran.code !== 0) throw new Error(`${command} ${args[0] ?? ''}: ${lastLines(ran.stderr)}`);
    });
  const commit = async (cwd: string) => {
    await run(cwd, 'git', 'init', '--quiet', '--initial-branch', 'main');
    await run(cwd, 'git', 'add', '--all', '--force');
    await run(cwd, 'git', '-c', 'commit.gpgsign=false', 'commit', '--quiet', '--message', 'All');
  };
  // gitlab-ci-local carries a project from job to job by it.
  await run(place, 'rsync', '--version');
  await mkdir(folder);
  await mkdir(release);
  await cp(join(root, 'dist'), join(release, 'dist'), { recursive: true });
  await commit(release);
  await run(release, 'git', 'tag', 'v1');
  const page = await readFile(join(root, 'docs/other-ci.md'), 'utf8');
  const pipeline = /^```yaml\n(# \.gitlab-ci\.yml\n[\s\S]*?)^```/mu.exec(page)?.[1];
  if (pipeline === undefined) throw new Error('docs/other-ci.md has no pipeline of GitLab');
  const address = 'https://github.com/OWNER/uc-promote.git';
  if (!pipeline.includes(address)) throw new Error(`the pipeline does not get ${address}`);
  await writeFile(join(folder, '.gitlab-ci.yml'), pipeline.replaceAll(address, release));
  await commit(folder);
  await run(folder, 'git', 'remote', 'add', 'origin', 'git@gitlab.example.com:acme/models.git');
  return { place, folder, environment };
}

interface JobRun {
  readonly code: number | null;
  readonly log: string;
}

async function runJob(
  project: Project,
  job: string,
  variables: Readonly<Record<string, string>>,
): Promise<JobRun> {
  const command = await packageCommand('gitlab-ci-local', 'gitlab-ci-local');
  const args = [
    command,
    ...['--force-shell-executor', '--shell-isolation', '--no-color'],
    ...Object.entries(variables).flatMap(([key, value]) => ['--variable', `${key}=${value}`]),
    job,
  ];
  const options = { cwd: project.folder, env: project.environment, timeoutMs: DEADLINE };
  const { code, stdout, stderr } = await runChild(process.execPath, args, options);
  return { code, log: stdout + stderr };
}

/** Has the emulator accept the jobs of the project; gives a token for each. */
function acceptJobs({ metastore }: Emulator): { readonly issue: () => string; readonly secrets: string[] } {
  metastore.addFederationPolicy({
    principal: PROMOTER,
    issuer: ISSUER,
    audiences: [ACCOUNT],
    subject: SUBJECT,
  });
  const secrets: string[] = [];
  const issue = () => {
    const token = signIdToken({ iss: ISSUER, sub: SUBJECT, aud: ACCOUNT, exp: soon() });
    secrets.push(token);
    return token;
  };
  return { issue, secrets };
}

/** The end of a token's life, seconds since the epoch. */
function soon(): number {
  return Math.floor(Date.now() / 1000) + 300;
}

async function readReport(project: Project, file: string): Promise<z.infer<typeof reportSchema>> {
  return reportSchema.parse(JSON.parse(await readFile(join(project.folder, 'ucp', file), 'utf8')));
}
