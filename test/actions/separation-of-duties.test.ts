import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { EmulatorOptions } from '../../emulator/index.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { promote } from '../../src/actions/promote.ts';
import type { RoleOutput } from '../../src/policy/separation-of-duties/decide.ts';
import type { StubEnvironment } from '../github/bodies.ts';
import { startGitHub, type GitHubStub, type StubOptions, type StubReview } from '../github/stub.ts';
import { expectRefused } from './expectations.ts';
import { world, type ActionRun, type RunOptions } from './harness.ts';
import { PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';

const TOKEN = 'ghs_0123456789abcdefghij';
const SOURCE = { source: `models:/${STAGING}/1`, destination: PROD };
const PEOPLE = 'ada = ada@example.com\ngrace = grace@example.com';
const ASKED = {
  ...SOURCE,
  'require-distinct': 'trainer != approver\nrequester != approver\ntrainer != promoter',
  people: PEOPLE,
  'approval-environment': 'production',
  'github-token': TOKEN,
};
const APPROVAL: StubReview = { login: 'grace', environments: ['production'], comment: 'Ship it!' };
const APPROVALS = 'GET /repos/acme/models/actions/runs/4242/approvals';
const ENVIRONMENT = 'GET /repos/acme/models/environments/production';

interface Staged {
  readonly reviews?: readonly StubReview[];
  /** The rules of the environment `production`; null where there is none of that name. */
  readonly rules?: StubEnvironment | null;
  readonly permissions?: readonly string[];
  readonly stub?: StubOptions;
  readonly emulator?: EmulatorOptions;
  readonly prepare?: (github: GitHubStub) => void;
}

/** The demo's world beside a GitHub that has the harness' run. */
async function staged({
  reviews = [APPROVAL],
  rules = { reviewers: [{ team: 'release' }] },
  permissions = ['actions: read'],
  stub,
  emulator,
  prepare,
}: Staged = {}) {
  const [github, demo] = await Promise.all([startGitHub(stub), world(emulator)]);
  onTestFinished(() => github.close());
  github.addRun('acme/models', '4242');
  github.addToken(TOKEN, permissions);
  if (rules !== null) github.addEnvironment('acme/models', 'production', rules);
  for (const review of reviews) github.review('4242', review);
  prepare?.(github);
  const run = (action: Action, inputs: Readonly<Record<string, string>>, options: RunOptions = {}) =>
    demo.run(action, inputs, {
      ...options,
      environment: { GITHUB_API_URL: github.url, ...options.environment },
    });
  return { github, emulator: demo.emulator, run };
}

/** The variable that names the file of the run's event; without one the file is no JSON. */
async function eventOf(event: object | undefined): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-event-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'event.json');
  await writeFile(path, event === undefined ? 'not JSON' : JSON.stringify(event));
  return { GITHUB_EVENT_PATH: path };
}

const rolesOf = (seen: ActionRun) => JSON.parse(seen.outputs['roles'] ?? '') as Record<string, RoleOutput>;
const dutiesOf = (seen: ActionRun) => seen.report.checks.find(({ name }) => name === 'Separation of duties');
const rulesOf = (seen: ActionRun) =>
  seen.report.sections
    .find(({ title }) => title === 'Roles')
    ?.blocks.flatMap((block) => (block.kind === 'table' && block.columns[0] === 'Rule' ? block.rows : []))
    .map(([rule, state]) => `${rule}: ${state}`);

for (const action of [gateOnGrants, promote]) {
  describe(`${action.name}: the roles are held by different people`, () => {
    test('it is allowed, with two requests to GitHub, and the evidence of every role', async () => {
      const { github, run } = await staged();
      const seen = await run(action, ASKED);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', allowed: 'true' });
      expect(github.requests).toEqual([APPROVALS, ENVIRONMENT]);
      expect(rolesOf(seen)).toEqual({
        trainer: {
          known: true,
          unseen: 'its training run names no user',
          identities: [
            {
              name: 'ada@example.com',
              system: 'databricks',
              kind: 'person',
              source: `created_by of models:/${STAGING}/1`,
            },
          ],
        },
        requester: {
          known: true,
          identities: [
            {
              name: 'ada',
              system: 'github',
              kind: 'person',
              source: 'started run 4242',
              person: 'ada@example.com',
            },
          ],
        },
        approver: {
          known: true,
          identities: [
            {
              name: 'grace',
              system: 'github',
              kind: 'person',
              source: 'approved production in run 4242, saying "Ship it!"',
              person: 'grace@example.com',
            },
          ],
        },
        promoter: {
          known: true,
          identities: [
            { name: PROMOTER, system: 'databricks', kind: 'automation', source: 'signed in to the registry' },
          ],
        },
      });
      expect(rulesOf(seen)).toEqual([
        'trainer != approver: distinct',
        'requester != approver: distinct',
        'trainer != promoter: distinct',
      ]);
      expect(seen.masked).toContain(TOKEN);
      expect(JSON.stringify({ ...seen, masked: [] })).not.toContain(TOKEN);
    });
  });

  describe(`${action.name}: refused, and nothing written`, () => {
    test.each<[string, Staged, Record<string, string>, string]>([
      [
        'the trainer approved',
        { reviews: [{ ...APPROVAL, login: 'ADA' }] },
        {},
        'trainer and approver must differ but are the same',
      ],
      [
        'the trainer approved as somebody else',
        { reviews: [{ ...APPROVAL, login: 'ada-private' }] },
        { people: `${PEOPLE}\nada-private = Ada@example.com`, 'require-distinct': 'trainer != approver' },
        'ada-private on GitHub',
      ],
      [
        'who asked for it approved it',
        { reviews: [APPROVAL] },
        { GITHUB_TRIGGERING_ACTOR: 'Grace', 'require-distinct': 'requester != approver' },
        'requester and approver must differ but are the same',
      ],
      [
        'the trainer asked for it',
        {},
        { 'require-distinct': 'trainer != requester' },
        'trainer and requester must differ but are the same',
      ],
      ['nobody approved', { reviews: [] }, {}, 'has no approval for the environment production'],
      [
        'another environment was approved',
        { reviews: [{ ...APPROVAL, environments: ['staging'] }] },
        {},
        'only of staging',
      ],
      ['it was rejected', { reviews: [{ ...APPROVAL, state: 'rejected' }] }, {}, 'has no approval'],
      ['it waits', { reviews: [{ ...APPROVAL, state: 'waiting' }] }, {}, 'has no approval'],
      [
        'an app approved',
        { reviews: [{ ...APPROVAL, login: 'deploy[bot]', type: 'Bot' }] },
        {},
        'the person that it acted for is unknown',
      ],
      ['the approver is gone', { reviews: [{ ...APPROVAL, login: null }] }, {}, 'no longer exists'],
      [
        'the approver is nobody known',
        { reviews: [{ ...APPROVAL, login: 'linus' }] },
        {},
        'the Databricks user of linus is unknown',
      ],
      [
        'the token has no right',
        { permissions: ['contents: read'] },
        {},
        'Resource not accessible by integration',
      ],
      [
        'GitHub has no such list',
        { prepare: (github) => github.failNext({ status: 404, body: '{"message":"Not Found"}' }) },
        {},
        'HTTP 404: Not Found',
      ],
      [
        'the token is not accepted',
        { prepare: (github) => github.failNext({ status: 401, body: '{"message":"Bad credentials"}' }) },
        {},
        'Bad credentials',
      ],
    ])('%s', async (_title, how, change, message) => {
      const { run } = await staged(how);
      const { GITHUB_TRIGGERING_ACTOR, ...inputs } = change;
      const environment = GITHUB_TRIGGERING_ACTOR === undefined ? {} : { GITHUB_TRIGGERING_ACTOR };
      const seen = await run(action, { ...ASKED, ...inputs }, { environment });
      expectRefused(seen, 'blocked');
      expect(seen.outputs['allowed']).toBe('false');
      const [finding] = dutiesOf(seen)?.decision?.findings ?? [];
      expect(finding?.message).toContain(message);
      expect(finding?.fix).not.toBe('');
      expect(rolesOf(seen)).toHaveProperty('approver');
      expect(seen.after).toEqual(seen.before);
    });
  });

  describe(`${action.name}: an app asked for it`, () => {
    const DIFFER = { ...ASKED, 'require-distinct': 'trainer != requester\nrequester != approver' };

    test.each([
      ['its login shows it', 'github-actions[bot]', undefined],
      ['a merge queue', 'github-merge-queue[bot]', undefined],
      ['GitHub says it in the event', 'Copilot', { login: 'Copilot', type: 'Bot' }],
    ])('%s: unknown, which refuses, until people maps it', async (_title, login, sender) => {
      const { run } = await staged();
      const environment = { GITHUB_ACTOR: login, ...(await eventOf({ sender })) };
      const seen = await run(action, DIFFER, { environment });
      expectRefused(seen, 'blocked');
      expect(rulesOf(seen)).toEqual(['trainer != requester: unknown', 'requester != approver: unknown']);
      const [finding] = dutiesOf(seen)?.decision?.findings ?? [];
      expect(finding?.message).toContain(
        `the app ${login} started run 4242, and the person that it acted for is unknown`,
      );
      expect(rolesOf(seen)['requester']?.known).toBe(false);
      const warned = await run(
        action,
        { ...DIFFER, 'on-unknown': 'warn', 'dry-run': 'true' },
        { environment },
      );
      expect(warned.outputs['outcome']).toBe('ok');
      expect(warned.annotations.some(({ level }) => level === 'warning')).toBe(true);
      const people = `${PEOPLE}\n${login} = ${PROMOTER}`;
      const mapped = await run(action, { ...DIFFER, people }, { environment });
      expect(mapped.outputs['outcome'], mapped.report.verdict).toBe('ok');
      expect(rolesOf(mapped)['requester']).toMatchObject({
        known: true,
        identities: [{ name: login, kind: 'automation', person: PROMOTER }],
      });
    });

    test('that acts for the trainer, by people: refused as the trainer', async () => {
      const { run } = await staged();
      const people = `${PEOPLE}\nhelper[bot] = ada@example.com`;
      const seen = await run(action, { ...DIFFER, people }, { environment: { GITHUB_ACTOR: 'helper[bot]' } });
      expectRefused(seen, 'blocked');
      expect(rulesOf(seen)).toEqual(['trainer != requester: shared', 'requester != approver: distinct']);
    });

    test('an event that cannot be read leaves a login that nobody maps unknown', async () => {
      const { run } = await staged();
      const environment = { GITHUB_ACTOR: 'linus', ...(await eventOf(undefined)) };
      const seen = await run(
        action,
        { ...DIFFER, 'require-distinct': 'requester != approver' },
        { environment },
      );
      expectRefused(seen, 'blocked');
      expect(dutiesOf(seen)?.decision?.findings[0]?.message).toContain(
        'is a person or an app cannot be determined',
      );
    });
  });

  describe(`${action.name}: an outage is no refusal`, () => {
    test.each([
      ['server errors', 503, '{"message":"down"}', {}, 8],
      ['a gateway that refuses in words', 403, 'Forbidden', {}, 1],
      ['one that finds nothing', 404, 'default backend - 404', {}, 1],
      ['a page', 200, '<!doctype html><title>Unicorn!</title>', { 'content-type': 'text/html' }, 1],
      [
        'a limit',
        403,
        '{"message":"API rate limit exceeded for installation."}',
        { 'x-ratelimit-remaining': '0' },
        8,
      ],
      [
        'a limit until next year',
        403,
        '{"message":"API rate limit exceeded for installation."}',
        { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.UTC(2040, 0) / 1000) },
        1,
      ],
      ['a secondary limit', 403, '{"message":"You have exceeded a limit."}', { 'retry-after': '60' }, 5],
      ['too many requests', 429, '{"message":"slow down"}', {}, 8],
      ['no JSON', 200, 'nonsense', {}, 1],
      ['another JSON', 200, '{"total_count":0}', {}, 1],
    ] as const)('%s', async (_title, status, body, headers, tries) => {
      const { github, run } = await staged();
      github.failNext(...Array.from({ length: tries }, () => ({ status, body, headers })));
      const seen = await run(action, ASKED);
      expectRefused(seen, 'unavailable');
      expect(seen.report.error?.message).toContain('GitHub:');
      expect(seen.report.error?.fix).toMatch(/GitHub/u);
      expect(github.requests).toHaveLength(tries);
      expect(seen.after).toEqual(seen.before);
    });

    test('a limit that passes is waited for as long as GitHub asks, and said where that is too long', async () => {
      const { github, run } = await staged();
      const headers = { 'retry-after': '60' };
      github.failNext({ status: 403, body: '{"message":"You have exceeded a secondary limit."}', headers });
      const seen = await run(action, ASKED);
      expect([seen.outputs['outcome'], github.requests.length]).toEqual(['ok', 3]);
      expect(seen.slept.filter((ms) => ms >= 60_000)).toHaveLength(1);
      github.failNext({ status: 429, body: '{"message":"slow down"}', headers: { 'retry-after': '3600' } });
      const late = await run(action, ASKED);
      expect([late.outputs['outcome'], github.requests.length]).toEqual(['unavailable', 4]);
      expect(late.report.error?.message).toMatch(/The server asked for a wait of 3600 s\.$/u);
    });

    test('one that passes is waited for', async () => {
      const { github, run } = await staged();
      github.failNext({ status: 502, body: '' }, { status: 500, body: '' });
      expect((await run(action, ASKED)).outputs['outcome']).toBe('ok');
      expect(github.requests).toEqual([APPROVALS, APPROVALS, APPROVALS, ENVIRONMENT]);
    });
  });

  describe(`${action.name}: nothing more than is asked for`, () => {
    test('without rules there is no request to GitHub and no output', async () => {
      const { github, run } = await staged();
      const seen = await run(action, SOURCE);
      expect([seen.outputs['outcome'], seen.outputs['roles'], github.requests]).toEqual([
        'ok',
        undefined,
        [],
      ]);
    });

    test('rules without the approver need no token and no request to GitHub', async () => {
      const { github, run } = await staged();
      const seen = await run(action, { ...SOURCE, 'require-distinct': 'trainer != promoter' });
      expect([seen.outputs['outcome'], github.requests]).toEqual(['ok', []]);
      expect(Object.keys(rolesOf(seen))).toEqual(['trainer', 'requester', 'promoter']);
    });

    test('an environment alone records who approved, and refuses nothing', async () => {
      const { run } = await staged({ reviews: [{ ...APPROVAL, login: 'ada' }] });
      const seen = await run(action, {
        ...SOURCE,
        'approval-environment': 'production',
        'github-token': TOKEN,
      });
      expect(seen.outputs['outcome']).toBe('ok');
      expect(rolesOf(seen)['approver']?.identities[0]?.name).toBe('ada');
      expect(dutiesOf(seen)).toBeUndefined();
    });

    test('a GitHub Enterprise Server answers below its path', async () => {
      const { github, run } = await staged({ stub: { path: '/api/v3' } });
      expect((await run(action, ASKED)).outputs['outcome']).toBe('ok');
      expect(github.requests).toEqual(
        [APPROVALS, ENVIRONMENT].map((request) => request.replace(' ', ' /api/v3')),
      );
    });
  });

  describe(`${action.name}: bad input, all at once`, () => {
    test('each line that cannot be read, and what is missing', async () => {
      const { github, run } = await staged();
      const seen = await run(action, {
        ...SOURCE,
        'require-distinct': 'trainr != approver\nrequester != approver',
        people: 'ada@example.com = ada',
      });
      expectRefused(seen, 'invalid');
      const said = seen.report.todo.flatMap((block) => (block.kind === 'list' ? block.items : [])).join('\n');
      expect(said).toContain(
        'Input `require-distinct`: line 1: "trainr" is not a role. Did you mean trainer?',
      );
      expect(said).toContain(
        'Input `people`: line 1: "ada@example.com" is not a GitHub login. Are the sides swapped?',
      );
      expect([seen.records, github.requests]).toEqual([[], []]);
    });

    test('the approver without an environment; an environment without a token', async () => {
      const { run } = await staged();
      const without = async (inputs: Record<string, string>) =>
        (await run(action, { ...SOURCE, ...inputs })).report.verdict;
      expect(await without({ 'require-distinct': 'trainer != approver' })).toContain(
        'Input `approval-environment` is missing',
      );
      expect(await without({ 'approval-environment': 'production' })).toContain(
        'Input `github-token` is missing',
      );
    });

    test('an address of GitHub that is not encrypted gets no token', async () => {
      const { run } = await staged();
      const seen = await run(action, ASKED, { environment: { GITHUB_API_URL: 'http://github.example.com' } });
      expectRefused(seen, 'invalid');
      expect(seen.report.verdict).toContain('GITHUB_API_URL');
    });
  });
}

describe.each([gateOnGrants, promote])('$name: an environment that nobody has to approve', (action) => {
  const ALONE = { ...SOURCE, 'approval-environment': 'production', 'github-token': TOKEN };
  const guardOf = (seen: ActionRun) => seen.report.checks.find(({ name }) => name === 'Approval environment');

  test.each([
    ['GitHub has none of that name', null, 'GitHub has no environment production in this repository'],
    ['GitHub made it when a job named it', {}, 'The environment production has no required reviewers'],
    [
      'it is guarded by branches alone',
      { protectedBranches: true },
      'The environment production has no required reviewers',
    ],
  ])('%s: refused, whatever on-unknown says', async (_title, rules, words) => {
    for (const onUnknown of ['fail', 'warn']) {
      const { run } = await staged({ rules });
      const seen = await run(action, { ...ALONE, 'on-unknown': onUnknown });
      expectRefused(seen, 'blocked');
      const [finding] = guardOf(seen)?.decision?.findings ?? [];
      expect(finding).toMatchObject({ severity: 'error', message: expect.stringContaining(words) as string });
      expect(seen.after).toEqual(seen.before);
    }
  });

  test('its reviewers are named where there are some', async () => {
    const { run } = await staged({ rules: { reviewers: ['grace', { team: 'release' }] } });
    const seen = await run(action, ALONE);
    expect([seen.outputs['outcome'], guardOf(seen)?.passed]).toEqual([
      'ok',
      'production has required reviewers: grace, team release.',
    ]);
  });

  test('its rules cannot be read: refused, and a warning under on-unknown: warn', async () => {
    const hidden = () => ({
      prepare: (github: GitHubStub) =>
        github.failNext({ status: 200, body: '[]' }, { status: 403, body: '{"message":"Not for you"}' }),
    });
    const refused = await (await staged(hidden())).run(action, ALONE);
    expectRefused(refused, 'blocked');
    expect(guardOf(refused)?.decision?.findings[0]?.message).toContain(
      'The environment production cannot be read from GitHub',
    );
    const warned = await (await staged(hidden())).run(action, { ...ALONE, 'on-unknown': 'warn' });
    expect(warned.outputs['outcome']).toBe('ok');
    expect(guardOf(warned)?.decision?.findings[0]?.severity).toBe('warning');
  });
});

describe.each([gateOnGrants, promote])('$name: approval by review', (action) => {
  const SHA = 'b'.repeat(40);
  const HEAD = 'a'.repeat(40);
  const BY_REVIEW = {
    ...SOURCE,
    'require-distinct': 'requester != approver\ntrainer != approver',
    people: PEOPLE,
    'approval-review': 'true',
    'github-token': TOKEN,
  };
  const PERMISSIONS = ['pull-requests: read', 'contents: read'];

  async function reviewed(permission: string, inputs: Record<string, string> = {}) {
    const { github, run } = await staged({
      permissions: PERMISSIONS,
      prepare(stub) {
        const reviews = [{ login: 'grace' }];
        stub.addPull('acme/models', { number: 12, author: 'ada', head: HEAD, mergeCommit: SHA, reviews });
        stub.addCommit('acme/models', HEAD, { author: 'ada', committer: 'web-flow' });
        stub.permit('acme/models', 'grace', permission);
      },
    });
    const seen = await run(action, { ...BY_REVIEW, ...inputs }, { environment: { GITHUB_SHA: SHA } });
    return { github, seen };
  }

  test('whoever may write and approved the last commit is the approver, in four requests', async () => {
    const { github, seen } = await reviewed('write');
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
    expect(github.requests).toHaveLength(4);
    expect(rolesOf(seen)['approver']).toEqual({
      known: true,
      identities: [
        {
          name: 'grace',
          system: 'github',
          kind: 'person',
          source: 'approved aaaaaaa, the last commit of pull request #12',
          person: 'grace@example.com',
        },
      ],
    });
  });

  test('whoever may only read is nobody’s approver', async () => {
    const { seen } = await reviewed('read');
    expectRefused(seen, 'blocked');
    expect(dutiesOf(seen)?.decision?.findings[0]?.message).toContain(
      'pull request #12 has no approval that counts; the review by grace came from an account with the permission read',
    );
  });

  test('an approval is of an environment or of a review', async () => {
    const { github, seen } = await reviewed('write', { 'approval-environment': 'production' });
    expectRefused(seen, 'invalid');
    expect(seen.report.verdict).toContain(
      'Input `approval-review` cannot be combined with approval-environment',
    );
    expect(github.requests).toEqual([]);
  });
});

describe.each([gateOnGrants, promote])('$name: on-unknown', (action) => {
  test('warn goes on without knowing, and says so', async () => {
    const { run } = await staged({ reviews: [] });
    const seen = await run(action, { ...ASKED, 'on-unknown': 'warn' });
    expect(seen.outputs['outcome']).toBe('ok');
    expect(rolesOf(seen)['approver']?.known).toBe(false);
    const warning = dutiesOf(seen)?.decision?.findings.find(({ code }) => code === 'duty-unknown');
    expect(warning?.severity).toBe('warning');
    expect(seen.summary).toContain('has no approval for the environment production');
  });

  test('by default what is unknown refuses', async () => {
    const { run } = await staged({ reviews: [] });
    expectRefused(await run(action, ASKED), 'blocked');
  });
});

describe('gate-on-grants', () => {
  test('the trainer needs a version', async () => {
    const { run } = await staged();
    const seen = await run(gateOnGrants, {
      source: STAGING,
      destination: PROD,
      'require-distinct': 'trainer != promoter',
    });
    expectRefused(seen, 'invalid');
    expect(seen.report.verdict).toContain('no version is given');
  });

  test('fail-on-deny: false lets no shared role pass', async () => {
    const { run } = await staged({ reviews: [{ ...APPROVAL, login: 'ada' }] });
    expectRefused(await run(gateOnGrants, { ...ASKED, 'fail-on-deny': 'false' }), 'blocked');
  });
});

describe('promote', () => {
  test('the training run counts too, and a copy without one is unknown', async () => {
    const { emulator, run } = await staged();
    emulator.metastore.addRun({ runId: 'trained', tags: { 'mlflow.user': 'grace@example.com' } });
    emulator.metastore.addVersion(STAGING, { createdBy: 'ada@example.com', runId: 'trained' });
    const trained = await run(promote, {
      ...ASKED,
      source: `models:/${STAGING}/3`,
      'require-signature': 'off',
    });
    expectRefused(trained, 'blocked');
    expect(dutiesOf(trained)?.decision?.findings[0]?.message).toContain('user of the training run');
    emulator.metastore.addVersion(STAGING, {
      createdBy: PROMOTER,
      tags: { uc_promote_origin: 'models:/dev.a.b/1' },
    });
    const copied = await run(promote, {
      ...ASKED,
      source: `models:/${STAGING}/4`,
      'require-signature': 'off',
    });
    expectRefused(copied, 'blocked');
    expect(JSON.stringify(dutiesOf(copied)?.decision?.findings)).toContain(
      'created_by is the principal that copied it',
    );
  });

  test("MLflow's copy, which has no tag of ours, hides who trained it as well: unknown", async () => {
    const { emulator, run } = await staged();
    const machine = 'feedface-0000-4000-8000-00000000beef';
    emulator.metastore.addVersion(STAGING, { createdBy: machine, source: 'models:/dev.ml_team.fraud/1' });
    const inputs = { ...ASKED, source: `models:/${STAGING}/3`, 'require-signature': 'off' };
    const copied = await run(promote, inputs);
    expectRefused(copied, 'blocked');
    expect(JSON.stringify(dutiesOf(copied)?.decision?.findings)).toContain(
      'created_by is the principal that copied it',
    );
  });

  test('a dry run judges the same', async () => {
    const { run } = await staged({ reviews: [] });
    expectRefused(await run(promote, { ...ASKED, 'dry-run': 'true' }), 'blocked');
  });
});
