import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startEmulator } from '../../../emulator/index.ts';
import { startGitHub, type GitHubStub } from '../../github/stub.ts';
import { actionExists, expectCode, runAction, type StepResult } from '../harness/action.ts';
import { callsThroughProxy } from './calls.ts';
import { keptTextsThroughProxy } from './kept-texts.ts';
import { readDescription, trimmed } from './description.ts';
import { check, missingBundle, same, unavailable, type CaseResult } from '../harness/outcome.ts';
import { packageCommand, preparePackages } from '../harness/packages.ts';
import type { PeerContext } from '../harness/script.ts';
import { startPeerServer, type PeerServer } from '../harness/server.ts';

const APPROVALS = '/repos/{owner}/{repo}/actions/runs/{run_id}/approvals';
const ENVIRONMENT = '/repos/{owner}/{repo}/environments/{environment_name}';
const PULLS = '/repos/{owner}/{repo}/commits/{commit_sha}/pulls';
const PULL_REVIEWS = '/repos/{owner}/{repo}/pulls/{pull_number}/reviews';
const COMMIT = '/repos/{owner}/{repo}/commits/{ref}';
const REPOSITORY = '/repos/{owner}/{repo}';
const BRANCH = '/repos/{owner}/{repo}/branches/{branch}';
const CONTENTS = '/repos/{owner}/{repo}/contents/{path}';
const PERMISSION = '/repos/{owner}/{repo}/collaborators/{username}/permission';
const COMMENTS = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const COMMENT = '/repos/{owner}/{repo}/issues/comments/{comment_id}';
const ISSUES = '/repos/{owner}/{repo}/issues';
const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}';
const TREE = '/repos/{owner}/{repo}/git/trees/{tree_sha}';
const BLOB = '/repos/{owner}/{repo}/git/blobs/{file_sha}';
const COMPARISON = '/repos/{owner}/{repo}/compare/{basehead}';
/** Every call of ours, the schema of its response, and what we read of it. */
const CALLS = [
  [APPROVALS, 'environment-approvals', ['state', 'comment', 'user', 'environments']],
  [ENVIRONMENT, 'environment', ['name', 'protection_rules', 'deployment_branch_policy']],
  [PULLS, 'pull-request-simple', ['number', 'user', 'merged_at', 'merge_commit_sha', 'head', 'base']],
  [PULL_REVIEWS, 'pull-request-review', ['user', 'state', 'commit_id']],
  [COMMIT, 'commit', ['author', 'committer']],
  [TREE, 'git-tree', ['tree', 'truncated']],
  [BLOB, 'blob', ['content', 'encoding', 'sha']],
  [COMPARISON, 'commit-comparison', ['merge_base_commit']],
  [REPOSITORY, 'full-repository', ['default_branch']],
  [BRANCH, 'branch-with-protection', ['name', 'commit', 'protected']],
  [CONTENTS, 'content-file', ['type', 'encoding', 'content', 'sha']],
  [PERMISSION, 'repository-collaborator-permission', ['permission']],
  [COMMENTS, 'issue-comment', ['id', 'user', 'body', 'html_url']],
  [COMMENT, 'issue-comment', ['id', 'user', 'body', 'html_url']],
  [ISSUES, 'issue', ['number', 'user', 'title', 'body', 'state', 'html_url', 'pull_request']],
  [ISSUE, 'issue', ['number', 'user', 'title', 'body', 'state', 'html_url', 'pull_request']],
] as const;
const RUN_4242 = '/repos/acme/models/actions/runs/4242/approvals';
const described = z.looseObject({
  properties: z.record(z.string(), z.unknown()),
  required: z.array(z.string()).optional(),
});
const TOKEN = 'ghs_0123456789abcdefghij';
/** Enterprise servers that the description's package still covers. */
const SERVERS = ['ghes-3.17', 'ghes-3.18', 'ghes-3.19'];

/**
 * GitHub's own description judges between us and our stand-in for GitHub: Prism as a proxy refuses a request, and an
 * answer of the stand-in, that the description does not allow.
 */
export async function* gitHub({ wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('github')) return;
  if (!(await actionExists('gate-on-grants'))) {
    yield missingBundle('github', 'gate-on-grants');
    return;
  }
  const packages = await preparePackages();
  if (packages.state === 'unavailable') {
    yield unavailable('github', packages);
    return;
  }
  yield* descriptions(packages.folder);
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-github-'));
  const stub = await startGitHub();
  let proxy: PeerServer | undefined;
  try {
    const file = join(folder, 'github.json');
    const whole = await readDescription(packages.folder, 'api.github.com');
    await writeFile(file, JSON.stringify(trimmed(whole, [...CALLS.map(([path]) => path), '/meta'])));
    const prism = await packageCommand('@stoplight/prism-cli', 'prism');
    proxy = await startPeerServer({
      command: process.execPath,
      args: (port) => [prism, 'proxy', '-h', '127.0.0.1', '-p', String(port), '--errors', file, stub.url],
      cwd: folder,
      ready: '/meta',
      timeoutMs: 120_000,
    });
    yield* throughProxy(stub, proxy.url);
    yield* callsThroughProxy(stub, proxy.url);
    yield* keptTextsThroughProxy(stub, proxy.url);
  } finally {
    await proxy?.close();
    await stub.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every call is in the description of every Enterprise server, with all that we read of its response. */
async function* descriptions(packages: string): AsyncGenerator<CaseResult> {
  for (const name of SERVERS) {
    yield await check(`github: ${name} has every call of ours, as github.com has it`, async () => {
      const [server, cloud] = await Promise.all([
        readDescription(packages, name),
        readDescription(packages, 'api.github.com'),
      ]);
      const fields = (of: typeof server, schema: string, read: readonly string[]) => {
        const { properties, required = [] } = described.parse(of.components['schemas']?.[schema]);
        const kept = read.filter((field) => field in properties);
        return { fields: kept, required: required.filter((field) => read.includes(field)).toSorted() };
      };
      for (const [path, schema, read] of CALLS) {
        if (server.paths[path] === undefined) throw new Error(`no ${path}`);
        same(fields(server, schema, read), fields(cloud, schema, read), path);
        same(fields(cloud, schema, read).fields, read, `fields of ${path}`);
      }
      return `${CALLS.length} calls`;
    });
  }
}

async function* throughProxy(stub: GitHubStub, url: string): AsyncGenerator<CaseResult> {
  stub.addToken(TOKEN, ['actions: read']);
  const emulator = await startEmulator({ seed: 'demo' });
  const gate = (rules: string): Promise<StepResult> =>
    runAction({
      action: 'gate-on-grants',
      with: {
        source: 'models:/staging.ml_team.fraud_detection/1',
        destination: 'prod.ml_team.fraud_detection',
        registry: 'databricks',
        'require-distinct': rules,
        people: 'ada = ada@example.com\ngrace = grace@example.com',
        'approval-environment': 'production',
        'github-token': TOKEN,
      },
      url: emulator.url,
      host: emulator,
      token: 'emulator-promoter',
      env: { GITHUB_API_URL: url },
    });
  const fresh = () => {
    stub.addRun('acme/models', '4242');
    stub.addEnvironment('acme/models', 'production', { reviewers: [{ team: 'release' }] });
    stub.requests.splice(0);
  };
  try {
    yield await check('github: our request and every kind of review pass the description', async () => {
      fresh();
      stub.review('4242', { login: 'linus', state: 'rejected', environments: ['production'] });
      stub.review('4242', { login: 'linus', state: 'pending', environments: ['staging', 'production'] });
      stub.review('4242', { login: 'deploy[bot]', type: 'Bot', environments: ['staging'] });
      stub.review('4242', { login: 'grace', comment: 'Ship it!', environments: ['production'] });
      const result = await gate('trainer != approver\nrequester != approver');
      expectCode(result, 0);
      same(stub.requests, [`GET ${RUN_4242}`, 'GET /repos/acme/models/environments/production'], 'requests');
      const { approver } = JSON.parse(result.outputs['roles'] ?? '') as {
        approver: { identities: unknown[] };
      };
      same(approver.identities.length, 1, 'approvers');
      return result.outputs['outcome'] ?? '';
    });
    yield await check('github: the trainer approved: refused', async () => {
      fresh();
      stub.review('4242', { login: 'ada', environments: ['production'] });
      const result = await gate('trainer != approver');
      expectCode(result, 1);
      same(result.outputs['outcome'], 'blocked', 'outcome');
      return '';
    });
    yield await check(
      'github: the proxy can refuse: an answer without a user, a request with a name for a number',
      async () => {
        fresh();
        stub.failNext({ status: 200, body: '[{"state":"approved","comment":"","environments":[]}]' });
        const headers = { authorization: `Bearer ${TOKEN}` };
        const bare = await fetch(`${url}${RUN_4242}`, { headers });
        const word = await fetch(`${url}${RUN_4242.replace('4242', 'latest')}`, { headers });
        same([bare.status, word.status], [500, 422], 'statuses');
        return '';
      },
    );
  } finally {
    await emulator.close();
  }
}
