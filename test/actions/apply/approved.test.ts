import { describe, expect, onTestFinished, test } from 'vitest';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
import { apply } from '../../../src/actions/apply.ts';
import { planCode } from '../../../src/plan/digest.ts';
import { startGitHub, type GitHubStub } from '../../github/stub.ts';
import { recordOf } from '../move-record.ts';
import { planned, type Planned } from './planned.ts';

const TOKEN = 'ghs_0123456789abcdefghij';
const ASKED = {
  'approval-environment': 'production',
  'github-token': TOKEN,
  'require-plan-code': 'true',
  'require-distinct': 'requester != approver',
};

/** A plan that waits for an approval in a GitHub that has its run and a guarded environment. */
async function waiting(): Promise<Planned & { readonly github: GitHubStub; readonly code: string }> {
  const [github, plan] = await Promise.all([startGitHub(), planned('promote')]);
  onTestFinished(() => github.close());
  github.addRun('acme/models', '4242');
  github.addToken(TOKEN, ['actions: read']);
  github.addEnvironment('acme/models', 'production', {
    reviewers: [{ team: 'release' }],
    adminsMayBypass: false,
    protectedBranches: true,
  });
  return { ...plan, github, code: planCode(plan.plan.run, plan.digest) };
}

function applied({ run, text, github }: Planned & { readonly github: GitHubStub }, attempt = '1') {
  return run(
    apply,
    { plan: text, ...ASKED },
    {
      environment: { GITHUB_API_URL: github.url, GITHUB_RUN_ATTEMPT: attempt },
    },
  );
}

describe('an approval of this very plan', () => {
  test('whose comment has the code moves the alias; the record names the approver and the plan', async () => {
    const started = await waiting();
    started.github.review('4242', {
      login: 'grace',
      environments: ['production'],
      comment: `Compared the metrics. ${started.code}`,
    });
    const seen = await applied(started);
    expect([seen.outputs['outcome'], seen.verdict]).toEqual(['ok', expect.stringContaining('Champion 1 →')]);
    expect(JSON.parse(seen.outputs['approval'] ?? '')).toMatchObject({ approved: true, bound: true });
    expect(recordOf(seen.after.models[PROD])[0]).toMatchObject({
      who: 'ada',
      approver: 'grace',
      plan: started.digest.slice(0, 16),
    });
    expect(seen.summary).toContain('approved by grace');
    expect(seen.summary).toContain('bound to this plan');
    expect(started.github.requests.length).toBeLessThanOrEqual(5);
  });

  test('an approval of an earlier attempt counts for jobs that run again with its plan', async () => {
    const started = await waiting();
    started.github.review('4242', { login: 'grace', environments: ['production'], comment: started.code });
    const seen = await applied(started, '2');
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  });
});

describe('where the code is not required', () => {
  const FREE = { ...ASKED, 'require-plan-code': 'false' };

  test.each([
    ['of two, the record names only who gave the code', true, 'grace'],
    ['nobody gave it: the record names no approver of the plan', false, undefined],
  ])('%s', async (_title, isGiven, approver) => {
    const started = await waiting();
    const { run, github, text, digest, code } = started;
    const comments = { linus: 'Ship it!', grace: isGiven ? code : 'Looks good.' };
    for (const [login, comment] of Object.entries(comments))
      github.review('4242', { login, environments: ['production'], comment });
    const seen = await run(apply, { plan: text, ...FREE }, { environment: { GITHUB_API_URL: github.url } });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    const [recorded] = recordOf(seen.after.models[PROD]);
    expect([recorded?.plan, recorded?.approver]).toEqual([digest.slice(0, 16), approver]);
    const said = seen.report.facts.find(({ label }) => label === 'Approval')?.value;
    expect(said).toBe(
      isGiven
        ? `grace approved production in run 4242, bound to this plan (${code})`
        : 'linus, grace approved production in run 4242, not bound to this plan',
    );
  });
});

describe('refused, and nothing is written', () => {
  const other = planCode({ repository: 'acme/models', runId: '4242', attempt: '1' }, '0'.repeat(64));
  test.each([
    ['nobody approved', [], 'approv'],
    ['without the code', [{ login: 'grace', environments: ['production'], comment: 'Ship it!' }], 'code'],
    [
      'with the code of another plan',
      [{ login: 'grace', environments: ['production'], comment: other }],
      'code',
    ],
    [
      'of another environment',
      [{ login: 'grace', environments: ['staging'], comment: 'CODE' }],
      'production',
    ],
    ['by the requester', [{ login: 'ada', environments: ['production'], comment: 'CODE' }], 'requester'],
    [
      'by an app',
      [{ login: 'deploy[bot]', type: 'Bot', environments: ['production'], comment: 'CODE' }],
      'app',
    ],
  ] as const)('%s', async (_name, reviews, said) => {
    const started = await waiting();
    for (const review of reviews)
      started.github.review('4242', { ...review, comment: review.comment.replace('CODE', started.code) });
    const seen = await applied(started);
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['blocked', 'false']);
    expect(seen.after).toEqual(seen.before);
    expect(JSON.stringify(seen.report.checks)).toContain(said);
  });

  test('an environment whose name is mistyped has no reviewers', async () => {
    const started = await waiting();
    started.github.review('4242', { login: 'grace', environments: ['prodction'], comment: started.code });
    const seen = await started.run(
      apply,
      { plan: started.text, ...ASKED, 'approval-environment': 'prodction' },
      { environment: { GITHUB_API_URL: started.github.url } },
    );
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['blocked', 'false']);
  });

  test('at a terminal an approval cannot be asked for, and the digest is required', async () => {
    const { run, text } = await waiting();
    const seen = await run(
      apply,
      { plan: text, ...ASKED },
      { environment: { GITHUB_RUN_ID: 'local', GITHUB_API_URL: 'http://127.0.0.1:1' } },
    );
    expect(seen.outputs['outcome']).toBe('invalid');
    expect(seen.report.error?.message).toMatch(/expected-digest|approval-environment/u);
  });
});

test('without an approval the page says that nothing is bound', async () => {
  const { run, text } = await planned('set-alias');
  const seen = await run(apply, { plan: text });
  expect(seen.report.facts).toContainEqual({
    label: 'Approval',
    value: 'not bound to this plan',
    note: 'no approval input is set',
  });
});
