import { describe, expect, test } from 'vitest';
import type { JobEnvironment } from '../../src/domain/job-environment.ts';
import {
  APPROVED,
  CODES,
  decided,
  HEAD,
  MERGE,
  OPEN_TEAM,
  PULL,
  refusalIn,
  TEAM,
  type Scene,
} from './approval-scene.ts';

const REVIEW = { by: 'review' } as const satisfies Scene;
const OTHER = 'c'.repeat(40);

describe('an approval of an environment', () => {
  test('with the code of the plan it counts, is bound, and takes two requests', async () => {
    const { decision, requests } = await decided();
    expect(decision).toMatchObject({ allowed: true, findings: [], isBound: true });
    expect(decision.text).toBe(`grace approved production in run 4242, bound to this plan (${CODES.this})`);
    expect(decision.approver.identities.map(({ name }) => name)).toEqual(['grace']);
    expect(requests).toEqual([
      'GET /repos/acme/models/actions/runs/4242/approvals',
      'GET /repos/acme/models/environments/production',
    ]);
  });

  test('of several, the approver is only who gave the code', async () => {
    const { decision } = await decided({
      reviews: [
        { ...APPROVED, login: 'ada', comment: CODES.attempt },
        { ...APPROVED, login: 'linus', state: 'rejected' },
        { ...APPROVED, comment: `Looks right: ${CODES.this.toLowerCase()}` },
      ],
    });
    expect(decision.allowed).toBe(true);
    expect(decision.approver.identities.map(({ name }) => name)).toEqual(['grace']);
    expect(decision.reviews.map(({ who, standing }) => [who, standing])).toEqual([
      ['ada', 'refused'],
      ['linus', 'refused'],
      ['grace', 'counts'],
    ]);
  });

  test('where the code is not required, one without it counts and is not bound, and one with it is', async () => {
    const free = { code: { text: CODES.this, isRequired: false } };
    const without = await decided({ reviews: [{ ...APPROVED, comment: 'Ship it!' }], terms: free });
    expect(without.decision).toMatchObject({ allowed: true, isBound: false });
    expect(without.decision.text).toBe('grace approved production in run 4242, not bound to this plan');
    expect(without.decision.findings).toMatchObject([{ code: 'approval-not-bound', severity: 'note' }]);
    expect((await decided({ terms: free })).decision).toMatchObject({ isBound: true, findings: [] });
  });

  test.each<[string, JobEnvironment, string, readonly (readonly [string, string])[]]>([
    ['in the environment', 'production', 'Ship it!', [['approval-not-bound', 'note']]],
    ['in the environment, spelled otherwise', 'Production', 'Ship it!', [['approval-not-bound', 'note']]],
    ['that is not known', undefined, 'Ship it!', [['approval-not-bound', 'note']]],
    [
      'in no environment',
      null,
      'Ship it!',
      [
        ['approval-not-bound', 'note'],
        ['approval-elsewhere', 'error'],
      ],
    ],
    [
      'in another environment',
      'staging',
      'Ship it!',
      [
        ['approval-not-bound', 'note'],
        ['approval-elsewhere', 'error'],
      ],
    ],
    ['in no environment, with the code', null, CODES.this, [['approval-elsewhere', 'note']]],
    ['in another environment, with the code', 'staging', CODES.this, [['approval-elsewhere', 'note']]],
    ['in the environment, with the code', 'production', CODES.this, []],
  ])('a job %s', async (_title, jobEnvironment, comment, findings) => {
    const code = { text: CODES.this, isRequired: false };
    const { decision } = await decided({
      reviews: [{ ...APPROVED, comment }],
      terms: { code, jobEnvironment },
    });
    expect(decision.findings.map((each) => [each.code, each.severity])).toEqual(findings);
    expect(decision.allowed).toBe(!findings.some(([, severity]) => severity === 'error'));
  });

  test('a job elsewhere refuses nothing where the review of a pull request is the approval', async () => {
    const { decision } = await decided({ by: 'review', terms: { jobEnvironment: null } });
    expect(decision.allowed).toBe(true);
  });

  test.each([
    ['a member of a team, where nobody may go past the rule', TEAM],
    [
      'a person who is listed beside a team',
      { ...OPEN_TEAM, reviewers: ['Grace', { team: 'release' }], adminsMayBypass: true },
    ],
  ])('counts from %s', async (_title, production) => {
    expect((await decided({ environments: { production } })).decision).toMatchObject({
      allowed: true,
      findings: [],
    });
  });

  test('from an account that may be in a team or not, says how to make it known', async () => {
    const { decision } = await decided({ environments: { production: OPEN_TEAM } });
    expect(decision.findings.map(({ code, fix }) => [code, fix])).toEqual([
      ['approval-unknown', expect.stringContaining('Allow administrators to bypass') as string],
    ]);
  });

  const FREE = { code: { text: CODES.this, isRequired: false } };
  const TWO = [APPROVED, { ...APPROVED, login: 'linus', comment: 'Ship it!' }];

  test.each([
    ['first', TWO],
    ['last', TWO.toReversed()],
  ])(
    'of two that count, only the one with the code (%s) is bound and names the approver',
    async (_title, reviews) => {
      const { decision } = await decided({ reviews, terms: FREE });
      expect(decision.reviews.map(({ standing }) => standing)).toEqual(['counts', 'counts']);
      expect([decision.isBound, decision.text]).toEqual([
        true,
        `grace approved production in run 4242, bound to this plan (${CODES.this})`,
      ]);
      expect(decision.approver.identities.map(({ name }) => name)).toEqual(['grace']);
    },
  );

  test('two that count, both without the code, are both named and not bound', async () => {
    const reviews = TWO.map((each) => ({ ...each, comment: '' }));
    const { decision } = await decided({ reviews, terms: FREE });
    expect(decision.text).toBe('grace, linus approved production in run 4242, not bound to this plan');
    expect(decision.approver.identities.map(({ name }) => name)).toEqual(['grace', 'linus']);
  });

  test('the one with the code is an app: that is said, although a person approved without it', async () => {
    const reviews: Scene['reviews'] = [
      { ...APPROVED, login: 'deploy[bot]', type: 'Bot' },
      { ...APPROVED, comment: '' },
    ];
    const { decision } = await decided({ reviews, terms: { ...FREE, onUnknown: 'warn' } });
    expect(decision.findings).toMatchObject([{ code: 'approval-unknown', severity: 'warning' }]);
    expect(decision.approver.identities.map(({ name }) => name)).toEqual(['deploy[bot]']);
  });

  test('every branch may deploy: a warning', async () => {
    const { decision } = await decided({ environments: { production: { reviewers: ['grace'] } } });
    expect(decision).toMatchObject({
      allowed: true,
      findings: [{ code: 'environment-any-branch', severity: 'warning' }],
    });
  });

  test('who started the run may not approve it, also without a rule of require-distinct', async () => {
    const own = await decided({ reviews: [{ ...APPROVED, login: 'ada' }], terms: { rules: [] } });
    expect([own.decision.allowed, own.decision.findings[0]?.message]).toEqual([
      false,
      expect.stringContaining('came from the requester'),
    ]);
  });
});

describe('a review of the pull request', () => {
  test('by somebody else with write access it counts, is not bound, and takes four requests', async () => {
    const { decision, requests } = await decided(REVIEW);
    expect(decision).toMatchObject({ allowed: true, isBound: false });
    expect(decision.text).toBe('grace approved the last commit of pull request #12, not bound to this plan');
    expect(decision.approver.identities).toMatchObject([
      { name: 'grace', source: 'approved aaaaaaa, the last commit of pull request #12' },
    ]);
    expect(requests.toSorted()).toEqual([
      'GET /repos/acme/models/collaborators/grace/permission',
      `GET /repos/acme/models/commits/${HEAD}?per_page=1`,
      `GET /repos/acme/models/commits/${MERGE}/pulls?per_page=100`,
      'GET /repos/acme/models/pulls/12/reviews?per_page=100',
    ]);
  });

  test.each([
    ['an administrator', { permissions: { grace: 'admin' } }],
    [
      'a comment after it takes nothing back',
      { pulls: [{ ...PULL, reviews: [{ login: 'grace' }, { login: 'grace', state: 'COMMENTED' }] }] },
    ],
    [
      'again, after a review that was dismissed',
      { pulls: [{ ...PULL, reviews: [{ login: 'grace', state: 'DISMISSED' }, { login: 'Grace' }] }] },
    ],
    [
      'again after the merge',
      {
        pulls: [
          { ...PULL, reviews: [{ login: 'grace' }, { login: 'grace', submittedAt: '2099-01-01T00:00:00Z' }] },
        ],
      },
    ],
    ['GitHub’s own account committed it', { makers: { author: 'ada', committer: 'web-flow' } }],
    [
      'an app that people maps made it',
      {
        makers: { author: 'pins[bot]' },
        terms: { people: new Map([['pins[bot]', '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe']]) },
      },
    ],
  ] satisfies [string, Scene][])('%s', async (_title, scene) => {
    expect(refusalIn((await decided({ ...REVIEW, ...scene })).decision)).toBe('');
  });

  test('nobody’s permission is asked for whose review is refused anyway', async () => {
    const reviews = [
      { login: 'ada' },
      { login: 'linus', state: 'DISMISSED' },
      { login: 'ken', commit: OTHER },
    ];
    const { requests } = await decided({ ...REVIEW, pulls: [{ ...PULL, reviews }] });
    expect(requests.filter((each) => each.includes('collaborators'))).toEqual([]);
  });

  test('the permissions of twenty are asked for at most', async () => {
    const crowd = Array.from({ length: 30 }, (_, index) => ({ login: `reader-${index}` }));
    const { decision, requests } = await decided({
      ...REVIEW,
      pulls: [{ ...PULL, reviews: [...crowd, { login: 'grace' }] }],
    });
    expect(requests.filter((each) => each.includes('collaborators'))).toHaveLength(20);
    expect(refusalIn(decision)).toContain(
      'the review by grace came from an account whose permission was not read',
    );
  });
});

/** Attacks and mistakes, and the words that each is refused with. */
const FORGERIES: readonly (readonly [string, Scene, string])[] = [
  [
    'the code of another plan',
    { reviews: [{ ...APPROVED, comment: CODES.plan }] },
    `No approval counts: the review by grace contains ${CODES.plan}, the code of another plan or attempt.`,
  ],
  [
    'the code of another attempt',
    { reviews: [{ ...APPROVED, comment: `ok ${CODES.attempt.toLowerCase()}` }] },
    `No approval counts: the review by grace contains ${CODES.attempt}, the code of another plan or attempt.`,
  ],
  [
    'one letter of the code was edited',
    { reviews: [{ ...APPROVED, comment: `${CODES.this}X` }] },
    'No approval counts: the review by grace does not contain the code of this plan.',
  ],
  [
    'no comment',
    { reviews: [{ ...APPROVED, comment: '' }] },
    'No approval counts: the review by grace does not contain the code of this plan.',
  ],
  [
    'the requester approved',
    { reviews: [{ ...APPROVED, login: 'ADA' }] },
    'No approval counts: the review by ADA came from the requester (require-distinct).',
  ],
  [
    'who ran it again approved',
    { run: { requesters: ['ada', 'grace'] } },
    'No approval counts: the review by grace came from the requester (require-distinct).',
  ],
  [
    'an app approved',
    { reviews: [{ ...APPROVED, login: 'deploy[bot]', type: 'Bot' }] },
    'No approval counts: the review by deploy[bot] cannot be attributed to a person: the app deploy[bot] gave it, and the person that it acted for is unknown.',
  ],
  [
    'an app whose login does not show it approved',
    { reviews: [{ ...APPROVED, login: 'Copilot', type: 'Bot' }] },
    'No approval counts: the review by Copilot cannot be attributed to a person: the app Copilot gave it, and the person that it acted for is unknown.',
  ],
  [
    'an account that is neither a user nor an app approved',
    { reviews: [{ ...APPROVED, login: 'imported', type: 'Mannequin' }] },
    'No approval counts: the review by imported cannot be attributed to a person: imported gave it, which GitHub calls neither a user nor an app.',
  ],
  [
    'an account that was deleted approved',
    { reviews: [{ ...APPROVED, login: null }] },
    'No approval counts: the review by an account that no longer exists cannot be attributed to a person: an account that no longer exists gave it.',
  ],
  [
    'another environment was approved',
    { reviews: [{ ...APPROVED, environments: ['staging'] }], environments: { production: OPEN_TEAM } },
    'Run 4242 has no approval for the environment production, although it has required reviewers (team release): an administrator may have bypassed the rule, or no job of this run waited for it; the review by grace concerns staging.',
  ],
  [
    'the name of the environment is mistyped, so that GitHub made it without any rule',
    { by: { environment: 'prodution' }, environments: { prodution: {} }, reviews: [] },
    'The environment prodution has no required reviewers, so a job that names it runs without an approval.',
  ],
  [
    'the name of the environment is mistyped, and nothing named it',
    { by: { environment: 'prodution' } },
    'GitHub has no environment prodution in this repository, so a job that names it runs without an approval.',
  ],
  [
    'the rule was removed after the approval',
    { environments: { production: {} } },
    'The environment production has no required reviewers, so a job that names it runs without an approval.',
  ],
  [
    'an administrator bypassed the rule',
    { reviews: [], environments: { production: OPEN_TEAM } },
    'Run 4242 has no approval for the environment production, although it has required reviewers (team release): an administrator may have bypassed the rule, or no job of this run waited for it.',
  ],
  [
    'an administrator who is no reviewer is recorded as one',
    { environments: { production: { reviewers: ['linus'], protectedBranches: true } } },
    'No approval counts: the review by grace came from an account that is not a required reviewer; an administrator may have bypassed the rule.',
  ],
  [
    'an account approved that may be in the team or not',
    { environments: { production: OPEN_TEAM } },
    'No approval counts: the review by grace may have come from an administrator who bypassed the rule: whether the account belongs to team release cannot be read.',
  ],
  [
    'an account approved beside a person who is listed and a team',
    {
      environments: {
        production: { ...TEAM, reviewers: ['linus', { team: 'release' }], adminsMayBypass: true },
      },
    },
    'No approval counts: the review by grace may have come from an administrator who bypassed the rule: whether the account belongs to team release cannot be read.',
  ],
  [
    'the reviewer who is listed is not shown',
    {
      prepare(stub) {
        const [user, environments] = [{ login: 'grace', type: 'User' }, [{ name: 'production' }]];
        const row = { state: 'approved', comment: CODES.this, user, environments };
        const rules = [{ type: 'required_reviewers', reviewers: [{ type: 'User', reviewer: null }] }];
        const rule = { name: 'production', protection_rules: rules, deployment_branch_policy: {} };
        for (const body of [[row], rule]) stub.failNext({ status: 200, body: JSON.stringify(body) });
      },
    },
    'whether the account belongs to an account that is not shown cannot be read',
  ],
  [
    'nobody may bypass, and nothing waited',
    { reviews: [], environments: { production: { reviewers: ['linus'], adminsMayBypass: false } } },
    'Run 4242 has no approval for the environment production, although it has required reviewers (linus): no job of this run waited for it.',
  ],
  [
    'it was rejected',
    { reviews: [{ ...APPROVED, state: 'rejected' }], environments: { production: OPEN_TEAM } },
    'Run 4242 has no approval for the environment production, although it has required reviewers (team release): an administrator may have bypassed the rule, or no job of this run waited for it; the review by grace is "rejected", not "approved".',
  ],
  [
    'it is a run of another system',
    { run: { requesters: [], runId: 'local', repository: 'local' } },
    'This is not a run of a GitHub workflow, so it has no approval.',
  ],
  [
    'the token may not read approvals',
    { token: ['contents: read'] },
    'The approvals of run 4242 cannot be read from GitHub: GitHub: HTTP 403: Resource not accessible by integration',
  ],
];

const REVIEW_FORGERIES: readonly (readonly [string, Omit<Scene, 'by'>, string])[] = [
  [
    'somebody who may only read approved',
    { permissions: { grace: 'read' } },
    'No approval counts: the review by grace came from an account with the permission read; only write and admin count, because anyone with read access can approve.',
  ],
  [
    'somebody who is no collaborator approved',
    { permissions: {} },
    'No approval counts: the review by grace came from an account that is not a collaborator of the repository.',
  ],
  [
    'a permission that is new',
    { permissions: { grace: 'annotate' } },
    'No approval counts: the review by grace came from an account with the permission annotate',
  ],
  [
    'the author approved',
    { pulls: [{ ...PULL, reviews: [{ login: 'Ada' }] }] },
    'No approval counts: the review by Ada came from the author of the pull request.',
  ],
  [
    'whoever wrote its last commit approved',
    { makers: { author: 'grace', committer: 'web-flow' } },
    'No approval counts: the review by grace came from the person who made the last commit.',
  ],
  [
    'whoever committed it approved',
    { makers: { author: 'ada', committer: 'grace' } },
    'No approval counts: the review by grace came from the person who made the last commit.',
  ],
  [
    'whoever started the run approved, without any rule of require-distinct',
    { run: { requesters: ['linus', 'grace'] }, terms: { rules: [] } },
    'No approval counts: the review by grace came from the person who started the run.',
  ],
  [
    'the last commit is no account’s',
    { makers: { author: null } },
    'No approval counts: the review by grace may have come from the person who made the last commit, whose identity is unknown.',
  ],
  [
    'an app made the last commit',
    { makers: { author: 'pins[bot]' } },
    'No approval counts: the review by grace may have come from the person who made the last commit, whose identity is unknown.',
  ],
  [
    'an app approved',
    { pulls: [{ ...PULL, reviews: [{ login: 'deploy[bot]', type: 'Bot' }] }] },
    'No approval counts: the review by deploy[bot] cannot be attributed to a person: the app deploy[bot] gave it',
  ],
  [
    'the reviewer’s account was deleted',
    { pulls: [{ ...PULL, reviews: [{ login: 'ghost' }] }] },
    'No approval counts: the review by an account that no longer exists cannot be attributed to a person',
  ],
  [
    'it was pushed to after the review',
    { pulls: [{ ...PULL, reviews: [{ login: 'grace', commit: OTHER }] }] },
    'No approval counts: the review by grace is for the earlier commit ccccccc, not for the last one, aaaaaaa.',
  ],
  [
    'what was reviewed is gone after a push by force',
    { pulls: [{ ...PULL, reviews: [{ login: 'grace', commit: null }] }] },
    'No approval counts: the review by grace is for a commit that no longer exists.',
  ],
  [
    'it was approved after it was merged',
    { pulls: [{ ...PULL, reviews: [{ login: 'grace', submittedAt: '2099-01-01T00:00:00Z' }] }] },
    'No approval counts: the review by grace was given after the pull request was merged.',
  ],
  [
    'nobody knows when it was approved',
    { pulls: [{ ...PULL, reviews: [{ login: 'grace', submittedAt: null }] }] },
    'No approval counts: the review by grace has no time, so it may have been given after the pull request was merged.',
  ],
  [
    'changes were asked for before the merge, and it was approved after it',
    {
      pulls: [
        {
          ...PULL,
          reviews: [
            { login: 'grace', state: 'CHANGES_REQUESTED' },
            { login: 'grace', submittedAt: '2099-01-01T00:00:00Z' },
          ],
        },
      ],
    },
    'Pull request #12 has no approval; the review by grace asks for changes.',
  ],
  ...['workflow_dispatch', 'schedule', 'pull_request', 'workflow_run', ''].map(
    (event): [string, Omit<Scene, 'by'>, string] => [
      `the run is of the event ${JSON.stringify(event)}`,
      { run: { event } },
      `No review can serve as the approval: this run was started by ${event === '' ? 'an event that is not known' : event}, not by the push of a merge`,
    ],
  ),
  [
    'nobody knows what started the run',
    { run: { event: undefined } },
    'this run was started by an event that is not known',
  ],
  [
    'the review was dismissed',
    { pulls: [{ ...PULL, reviews: [{ login: 'grace', state: 'DISMISSED' }] }] },
    'Pull request #12 has no approval; the review by grace was dismissed.',
  ],
  [
    'it was taken back by a later review',
    { pulls: [{ ...PULL, reviews: [{ login: 'grace' }, { login: 'grace', state: 'CHANGES_REQUESTED' }] }] },
    'Pull request #12 has no approval; the review by grace asks for changes.',
  ],
  [
    'a later review whose state is new takes it back',
    { pulls: [{ ...PULL, reviews: [{ login: 'grace' }, { login: 'grace', state: 'WITHDRAWN' }] }] },
    'Pull request #12 has no approval; the review by grace is "WITHDRAWN", not "APPROVED".',
  ],
  [
    'on the hundred-and-first review, which is of the second page',
    {
      pulls: [
        {
          ...PULL,
          reviews: [
            { login: 'grace' },
            ...Array.from({ length: 99 }, () => ({ login: 'ken', state: 'COMMENTED' })),
            { login: 'grace', state: 'DISMISSED' },
          ],
        },
      ],
    },
    'Pull request #12 has no approval; the review by grace was dismissed.',
  ],
  ['nobody reviewed it', { pulls: [{ ...PULL, reviews: [] }] }, 'Pull request #12 has no approval.'],
  [
    'it came from a fork',
    { pulls: [{ ...PULL, fork: 'mallory/models' }] },
    'No review can serve as the approval: pull request #12 came from a fork.',
  ],
  [
    'it came from a fork that was deleted',
    { pulls: [{ ...PULL, fork: null }] },
    'No review can serve as the approval: pull request #12 came from a fork.',
  ],
  [
    'it is open, and the run is of its merge on trial',
    { pulls: [{ ...PULL, isMerged: false }] },
    'No review can serve as the approval: commit bbbbbbb was not created by merging a pull request (it belongs to #12).',
  ],
  [
    'the run is of a commit in it, and not of its merge',
    { run: { sha: HEAD } },
    'No review can serve as the approval: commit aaaaaaa was not created by merging a pull request (it belongs to #12).',
  ],
  [
    'it was pushed past every pull request',
    { pulls: [] },
    'No review can serve as the approval: commit bbbbbbb belongs to no pull request.',
  ],
  [
    'it was merged into a branch of the author’s',
    { pulls: [{ ...PULL, base: 'ada/side' }] },
    'No review can serve as the approval: pull request #12 was merged into ada/side, which is not the default branch.',
  ],
  [
    'two pull requests have the same merge',
    { pulls: [PULL, { ...PULL, number: 13 }] },
    'No review can serve as the approval: commit bbbbbbb is the merge of two pull requests, #12 and #13.',
  ],
  [
    'the token may not read pull requests',
    { token: ['contents: read'] },
    'No review can serve as the approval: The pull request of commit bbbbbbb cannot be read from GitHub: GitHub: HTTP 403',
  ],
  [
    'the token may not read commits',
    { token: ['pull-requests: read'] },
    'No review can serve as the approval: Who made the last commit of pull request #12 cannot be read from GitHub: GitHub: HTTP 403',
  ],
];

describe.each(['fail', 'warn'] as const)('refused with the right word, on-unknown: %s', (onUnknown) => {
  /** What `warn` goes on without knowing: who is behind an account, or in another role. */
  const LOOSENED = [
    'an app approved',
    'an app whose login does not show it approved',
    'an account that is neither a user nor an app approved',
    'an account that was deleted approved',
    'an account approved that may be in the team or not',
    'an account approved beside a person who is listed and a team',
    'the reviewer who is listed is not shown',
    'the last commit is no account’s',
    'an app made the last commit',
  ];
  const cases = [
    ...FORGERIES.map(([title, scene, words]) => ({ title, scene, words, isReview: false })),
    ...REVIEW_FORGERIES.map(([title, scene, words]) => ({
      title,
      scene: { ...REVIEW, ...scene },
      words,
      isReview: true,
    })),
  ];

  test.each(cases)('$title', async ({ title, scene, words, isReview }) => {
    const { decision } = await decided({ ...scene, terms: { ...scene.terms, onUnknown } });
    // A review of a pull request needs a permission, which nobody but a person has for certain.
    const goesOn =
      onUnknown === 'warn' && LOOSENED.includes(title) && !(isReview && title === 'an app approved');
    expect(decision.allowed).toBe(goesOn);
    if (goesOn) {
      const warned = words.replace('No approval counts', 'Whether an approval counts is unknown');
      const warning = decision.findings.find(({ code }) => code === 'approval-unknown');
      expect(warning).toMatchObject({
        severity: 'warning',
        message: expect.stringContaining(warned) as string,
      });
      return;
    }
    expect(refusalIn(decision)).toContain(words);
    expect(decision.findings.find(({ severity }) => severity === 'error')?.fix).toMatch(/\w/u);
    expect(decision.text).toBe('');
    expect(decision.isBound).toBe(false);
  });
});

describe('what warn may loosen', () => {
  test('the rules of the environment cannot be read: it goes on, with a warning', async () => {
    const hidden: Scene = {
      prepare(stub) {
        const rows = [{ state: 'approved', comment: CODES.this, user: { login: 'grace', type: 'User' } }];
        const environments = [{ name: 'production' }];
        const body = JSON.stringify(rows.map((row) => ({ ...row, environments })));
        stub.failNext({ status: 200, body }, { status: 403, body: '{"message":"Not for you"}' });
      },
    };
    const { decision } = await decided(hidden);
    expect(refusalIn(decision)).toContain('The environment production cannot be read from GitHub');
    const warned = (await decided({ ...hidden, terms: { onUnknown: 'warn' } })).decision;
    expect(warned).toMatchObject({ allowed: true, findings: [{ code: 'environment-unseen' }] });
  });

  test('never the code: an app that gave another one is refused', async () => {
    const reviews = [{ ...APPROVED, login: 'deploy[bot]', type: 'Bot', comment: CODES.plan } as const];
    const { decision } = await decided({ reviews, terms: { onUnknown: 'warn' } });
    expect(refusalIn(decision)).toContain('the code of another plan');
  });

  test('a requester that is an app makes every approver unknown', async () => {
    const scene: Scene = { run: { requesters: ['github-actions[bot]'] } };
    const { decision } = await decided(scene);
    expect(refusalIn(decision)).toBe(
      'No approval counts: the review by grace may have come from the requester (require-distinct).',
    );
    const warned = (await decided({ ...scene, terms: { onUnknown: 'warn' } })).decision;
    expect(warned.allowed).toBe(true);
  });
});

test('outside of GitHub nothing is asked of it', async () => {
  for (const by of [{ environment: 'production' }, 'review'] as const) {
    const run = { requesters: [], runId: '77', repository: 'gitlab.com/acme/models' };
    const { decision, requests } = await decided({ by, run });
    expect(decision.allowed).toBe(false);
    expect(requests).toEqual([]);
  }
});

test.each([
  ['approvals', 1],
  ['the environment', 2],
])('an outage of %s is no refusal', async (_title, from) => {
  const outage = Array.from({ length: 20 }, () => ({ status: 503, body: '{"message":"down"}' }));
  const scene: Scene = {
    prepare(stub) {
      if (from === 2) stub.failNext({ status: 200, body: '[]' });
      stub.failNext(...outage);
    },
  };
  await expect(decided(scene)).rejects.toMatchObject({ details: { outcome: 'unavailable' } });
});
