import { readApproval, type ApprovedRun } from '../../src/facts/approval.ts';
import { planCode, planDigest } from '../../src/plan/digest.ts';
import {
  decideApproval,
  type ApprovalDecision,
  type ApprovalTerms,
} from '../../src/policy/approval/decide.ts';
import { requesterOf } from '../../src/policy/separation-of-duties/roles.ts';
import { openedGitHub } from '../github/opened.ts';
import type { GitHubStub, StubReview } from '../github/stub.ts';
import type { StubEnvironment, StubPull } from '../github/bodies.ts';

export const PLACE = 'acme/models';
export const RUN_ID = '4242';
export const HEAD = 'a'.repeat(40);
export const MERGE = 'b'.repeat(40);
const DIGEST = planDigest({ run: { runId: RUN_ID }, registry: {}, changes: [], basis: [] });

/** The code of the plan that is applied, and those of others. */
export const CODES = {
  this: planCode({ repository: PLACE, runId: RUN_ID, attempt: '2' }, DIGEST),
  attempt: planCode({ repository: PLACE, runId: RUN_ID, attempt: '1' }, DIGEST),
  plan: planCode({ repository: PLACE, runId: RUN_ID, attempt: '2' }, 'f'.repeat(64)),
};

export const RUN: ApprovedRun = {
  repository: PLACE,
  runId: RUN_ID,
  sha: MERGE,
  requesters: ['ada'],
  sender: { login: 'ada', kind: 'person' },
  event: 'push',
};

/** What GitHub has, and what is asked for. */
export interface Scene {
  readonly by?: { readonly environment: string } | 'review';
  readonly environments?: Readonly<Record<string, StubEnvironment>>;
  readonly reviews?: readonly StubReview[];
  readonly pulls?: readonly StubPull[];
  readonly permissions?: Readonly<Record<string, string>>;
  /** Author and committer of the last commit. */
  readonly makers?: { readonly author: string | null; readonly committer?: string | null };
  readonly token?: readonly string[];
  readonly run?: Partial<ApprovedRun>;
  readonly terms?: Partial<ApprovalTerms>;
  readonly prepare?: (stub: GitHubStub) => void;
}

/** An environment whose reviewers are a team, which nobody may go past. */
export const TEAM: StubEnvironment = {
  reviewers: [{ team: 'release' }],
  protectedBranches: true,
  adminsMayBypass: false,
};
/** The same, where GitHub does not say whether an administrator may. */
export const OPEN_TEAM: StubEnvironment = { reviewers: [{ team: 'release' }], protectedBranches: true };
export const APPROVED: StubReview = { login: 'grace', environments: ['production'], comment: CODES.this };
export const PULL: StubPull = {
  number: 12,
  author: 'ada',
  head: HEAD,
  mergeCommit: MERGE,
  reviews: [{ login: 'grace' }],
};

/** Reads an approval out of a stand-in for GitHub and decides on it. */
export async function decided(
  scene: Scene = {},
): Promise<{ readonly decision: ApprovalDecision; readonly requests: readonly string[] }> {
  const { by = { environment: 'production' }, token, prepare, makers = { author: 'ada' } } = scene;
  const { github, stub } = await openedGitHub(token);
  stub.addRun(PLACE, RUN_ID);
  const guarded: Readonly<Record<string, StubEnvironment>> = {
    production: TEAM,
  };
  for (const [name, each] of Object.entries(scene.environments ?? guarded))
    stub.addEnvironment(PLACE, name, each);
  for (const each of scene.reviews ?? [APPROVED]) stub.review(RUN_ID, each);
  for (const each of scene.pulls ?? [PULL]) stub.addPull(PLACE, each);
  stub.addCommit(PLACE, HEAD, makers);
  for (const [login, each] of Object.entries(scene.permissions ?? { grace: 'write' }))
    stub.permit(PLACE, login, each);
  prepare?.(stub);
  const run = { ...RUN, ...scene.run };
  const people = scene.terms?.people ?? new Map<string, string>();
  const facts = await readApproval({ by, github }, run, people);
  const requester = requesterOf({ logins: run.requesters, ...run }, people);
  const decision = decideApproval(facts, {
    code: { text: CODES.this, isRequired: by !== 'review' },
    rules: [['requester', 'approver']],
    duties: { requester },
    people,
    onUnknown: 'fail',
    jobEnvironment: undefined,
    ...scene.terms,
  });
  return { decision, requests: stub.requests };
}

/** The first finding that refuses. */
export function refusalIn({ findings }: ApprovalDecision): string {
  return findings.find(({ severity }) => severity === 'error')?.message ?? '';
}
