import { expect, test } from 'vitest';
import type { EnvironmentReview } from '../../src/domain/environment-review.ts';
import { ActionRecord } from '../../src/actions/contract/record.ts';
import { noteApproval } from '../../src/actions/parts/approval.ts';
import type { RoleReading } from '../../src/actions/parts/roles.ts';
import type { APPROVAL_OUTPUTS } from '../../src/inputs/approval.ts';
import { approvalFaults, type ApprovalInputs } from '../../src/inputs/approval.ts';
import type { EnvironmentApproval } from '../../src/policy/approval/facts.ts';
import { planCode } from '../../src/plan/digest.ts';

const CODE = planCode({ repository: 'acme/models', runId: '7', attempt: '1' }, 'a'.repeat(64));
const INPUTS: ApprovalInputs = {
  'approval-environment': 'production',
  'approval-review': false,
  'github-token': 'ghs_0123456789abcdefghij',
  'require-plan-code': true,
  'require-distinct': [
    ['requester', 'approver'],
    ['trainer', 'promoter'],
  ],
};
const WITHOUT_CODE: EnvironmentReview = {
  state: 'approved',
  reviewer: { login: 'ada', kind: 'person' },
  comment: 'again',
  environments: ['production'],
};
const APPROVAL: EnvironmentApproval = {
  kind: 'environment',
  environment: 'production',
  runId: '7',
  rules: {
    name: 'production',
    reviewers: [{ kind: 'team', name: 'release' }],
    preventsSelfReview: false,
    adminsMayBypass: false,
    takesAnyBranch: false,
  },
  reviews: [
    WITHOUT_CODE,
    {
      state: 'approved',
      reviewer: { login: 'grace', kind: 'person' },
      comment: CODE,
      environments: ['production'],
    },
  ],
};
const READING: RoleReading = {
  duties: {
    trainer: { identities: [{ system: 'databricks', name: 'mei@example.com', kind: 'person', source: 'x' }] },
    requester: { identities: [{ system: 'github', name: 'ada', kind: 'person', source: 'started run 7' }] },
    promoter: {
      identities: [{ system: 'databricks', name: 'ken@example.com', kind: 'person', source: 'y' }],
    },
  },
  approval: APPROVAL,
};
const ASKED = { code: CODE, onUnknown: 'fail', jobEnvironment: undefined } as const;

function noted(inputs: Partial<ApprovalInputs> = {}, reading: RoleReading | null = READING) {
  const record = new ActionRecord<typeof APPROVAL_OUTPUTS>();
  const decision = noteApproval(record, { ...INPUTS, ...inputs }, reading ?? undefined, ASKED);
  return { record, decision };
}

test('the approval and the rules are two checks; the approver is who gave the code', () => {
  const { record, decision } = noted();
  expect(record.checks.map(({ name, passed, decision: judged }) => [name, judged?.allowed, passed])).toEqual([
    ['Approval', true, `grace approved production in run 7, bound to this plan (${CODE}).`],
    ['Separation of duties', true, 'The roles are held by different accounts.'],
  ]);
  expect(record.allowed).toBe(true);
  expect(record.people).toEqual({ trainer: 'mei@example.com', approver: 'grace' });
  expect(decision?.isBound).toBe(true);
  expect(record.outputs.get('approval')).toMatchObject({
    approved: true,
    bound: true,
    reviews: [
      { who: 'ada', state: 'refused', why: 'does not contain the code of this plan' },
      { who: 'grace', state: 'counts' },
    ],
  });
  expect(Object.keys(record.outputs.get('roles') ?? {})).toEqual([
    'trainer',
    'requester',
    'approver',
    'promoter',
  ]);
  expect(record.sections.map(({ title }) => title)).toEqual(['Approval: bound to this plan', 'Roles']);
});

test('without an approval it is blocked, and says so first', () => {
  const { record } = noted({}, { ...READING, approval: { ...APPROVAL, reviews: [WITHOUT_CODE] } });
  expect(record.refusal).toBe('blocked');
  expect(() => record.requireAllowed('Applying the plan')).toThrow(
    'Applying the plan was refused: No approval counts: the review by ada does not contain the code of this plan.',
  );
  expect(record.outputs.get('approval')).toMatchObject({ approved: false, bound: false });
  expect(record.people.approver).toBeUndefined();
});

test('the approval of another role’s holder does not count, and the one beside it does', () => {
  const { record } = noted({ 'require-plan-code': false });
  expect(record.allowed).toBe(true);
  expect(record.people.approver).toBe('grace');
});

test('where none is asked for there is none', () => {
  const { record, decision } = noted({}, { ...READING, approval: undefined });
  expect(decision).toBeUndefined();
  expect(record.checks.map(({ name }) => name)).toEqual(['Separation of duties']);
  expect(record.outputs.has('approval')).toBe(false);
  expect(noted({}, null).record.checks).toEqual([]);
});

test.each<[string, Partial<ApprovalInputs>, readonly string[]]>([
  ['as it should be', {}, []],
  ['both', { 'approval-review': true }, ['approval-review']],
  [
    'the code of a review, which comes before the plan',
    { 'approval-environment': undefined, 'approval-review': true },
    ['require-plan-code'],
  ],
  [
    'the code of nothing',
    { 'approval-environment': undefined, 'require-distinct': undefined },
    ['approval-environment'],
  ],
  ['no token', { 'github-token': undefined }, ['github-token']],
  [
    'no token for a review',
    {
      'approval-environment': undefined,
      'approval-review': true,
      'require-plan-code': false,
      'github-token': undefined,
    },
    ['github-token'],
  ],
  [
    'an approver without an approval',
    { 'approval-environment': undefined, 'require-plan-code': false },
    ['approval-environment'],
  ],
])('faults of the inputs together: %s', (_title, change, inputs) => {
  const faults = approvalFaults({ ...INPUTS, ...change });
  expect(faults.map(({ input }) => input).toSorted()).toEqual(inputs);
  for (const { problem, fix } of faults)
    expect([problem, fix].every((text) => text.endsWith('.'))).toBe(true);
});
