import { describe, expect, onTestFinished, test } from 'vitest';
import { craftedPlan, given } from '../../../bench/crafted-plan.ts';
import { moreVersions } from '../../../emulator/seeds/demo-models.ts';
import { apply } from '../../../src/actions/apply.ts';
import { planCode, planDigest } from '../../../src/plan/digest.ts';
import type { StubReview } from '../../github/bodies.ts';
import { OPEN_TEAM, TEAM } from '../../facts/approval-scene.ts';
import { startGitHub, type GitHubStub } from '../../github/stub.ts';
import { world, type ActionRun } from '../harness.ts';

const TOKEN = 'ghs_0123456789abcdefghij';
const PLACE = 'acme/models';
const RUN_ID = '4242';
const SHA = craftedPlan(2).run.sha;
const HEAD = 'a'.repeat(40);
const PLAN = craftedPlan(2);
const DIGEST = planDigest(PLAN);
const CODE = planCode(PLAN.run, DIGEST);
const ASKED = {
  ...given(PLAN),
  'approval-environment': 'production',
  'require-plan-code': 'true',
  'require-distinct': 'requester != approver',
  'github-token': TOKEN,
};
const APPROVED: StubReview = { login: 'grace', environments: ['production'], comment: CODE };

/** Applies the plan beside a GitHub where somebody approved it. */
async function applied(
  prepare: (github: GitHubStub) => void,
  inputs: Readonly<Record<string, string>> = ASKED,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ readonly seen: ActionRun; readonly github: GitHubStub }> {
  const [{ run, emulator }, github] = await Promise.all([world(), startGitHub()]);
  onTestFinished(() => github.close());
  moreVersions(emulator.metastore);
  github.addToken(TOKEN, ['actions: read', 'contents: read', 'pull-requests: read']);
  github.addRun(PLACE, RUN_ID);
  github.addEnvironment(PLACE, 'production', TEAM);
  prepare(github);
  const environment = { GITHUB_API_URL: github.url, GITHUB_SHA: SHA, ...variables };
  return { seen: await run(apply, inputs, { environment }), github };
}

const approvalOf = (seen: ActionRun) => seen.report.checks.find(({ name }) => name === 'Approval');

test('approved with its code: applied, bound to the plan, in two requests to GitHub', async () => {
  const { seen, github } = await applied((stub) => stub.review(RUN_ID, APPROVED));
  expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', version: '2' });
  expect(approvalOf(seen)?.passed).toBe(
    `grace approved production in run 4242, bound to this plan (${CODE}).`,
  );
  expect(JSON.parse(seen.outputs['approval'] ?? '')).toMatchObject({ approved: true, bound: true });
  expect(seen.summary).toContain('Approval&#58; bound to this plan');
  expect(github.requests).toHaveLength(2);
});

describe('refused, and nothing is written', () => {
  const approval = (change: Partial<StubReview>) => (stub: GitHubStub) =>
    stub.review(RUN_ID, { ...APPROVED, ...change });

  test.each<[string, (stub: GitHubStub) => void, string]>([
    [
      'the code of another attempt',
      approval({ comment: planCode({ ...PLAN.run, attempt: '2' }, DIGEST) }),
      'the code of another plan or attempt',
    ],
    [
      'the code of another plan',
      approval({ comment: planCode(PLAN.run, planDigest(craftedPlan(3))) }),
      'the code of another plan or attempt',
    ],
    [
      'a comment without the code',
      approval({ comment: 'Ship it!' }),
      'does not contain the code of this plan',
    ],
    ['who asked for it approved it', approval({ login: 'ada' }), 'came from the requester'],
    ['an app approved it', approval({ login: 'deploy[bot]', type: 'Bot' }), 'the app deploy[bot] gave it'],
    [
      'nobody approved it',
      (stub) => stub.addEnvironment(PLACE, 'production', OPEN_TEAM),
      'an administrator may have bypassed the rule',
    ],
    [
      'an account approved it that may be in the team or not',
      (stub) => {
        stub.addEnvironment(PLACE, 'production', OPEN_TEAM);
        stub.review(RUN_ID, APPROVED);
      },
      'whether the account belongs to team release cannot be read',
    ],
    [
      'the environment has no reviewers',
      (stub) => {
        stub.addEnvironment(PLACE, 'production', {});
        stub.review(RUN_ID, APPROVED);
      },
      'has no required reviewers',
    ],
  ])('%s', async (_title, prepare, words) => {
    const { seen, github } = await applied(prepare);
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'blocked', changed: 'false' });
    expect(JSON.stringify(approvalOf(seen)?.decision?.findings)).toContain(words);
    expect(JSON.parse(seen.outputs['approval'] ?? '')).toMatchObject({ approved: false, bound: false });
    expect(seen.after).toEqual(seen.before);
    expect(github.requests).toHaveLength(2);
  });
});

describe('by the review of the pull request', () => {
  const BY_REVIEW = { ...given(PLAN), 'approval-review': 'true', 'github-token': TOKEN };
  const reviewed = (permission: string) => (stub: GitHubStub) => {
    const reviews = [{ login: 'grace' }];
    stub.addPull(PLACE, { number: 12, author: 'ada', head: HEAD, mergeCommit: SHA, reviews });
    stub.addCommit(PLACE, HEAD, { author: 'ada' });
    stub.permit(PLACE, 'grace', permission);
  };

  test('by somebody who may write: applied, not bound to the plan, in four requests', async () => {
    const { seen, github } = await applied(reviewed('write'), BY_REVIEW);
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(approvalOf(seen)?.passed).toBe(
      'grace approved the last commit of pull request #12, not bound to this plan.',
    );
    expect(seen.summary).toContain('Approval&#58; not bound to this plan');
    expect(github.requests).toHaveLength(4);
  });

  test.each(['workflow_dispatch', 'schedule', ''])(
    'in a run of the event %j: refused without asking, and nothing is written',
    async (event) => {
      const { seen, github } = await applied(reviewed('write'), BY_REVIEW, { GITHUB_EVENT_NAME: event });
      expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'blocked', changed: 'false' });
      expect(JSON.stringify(approvalOf(seen)?.decision?.findings)).toContain('not by the push of a merge');
      expect(seen.after).toEqual(seen.before);
      expect(github.requests).toEqual([]);
    },
  );

  test('by somebody who may only read: refused, and nothing is written', async () => {
    const { seen } = await applied(reviewed('read'), BY_REVIEW);
    expect(seen.outputs['outcome'], seen.verdict).toBe('blocked');
    expect(JSON.stringify(approvalOf(seen)?.decision?.findings)).toContain('with the permission read');
    expect(seen.after).toEqual(seen.before);
  });
});
