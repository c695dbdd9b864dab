import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import type { JobEnvironment } from '../../domain/job-environment.ts';
import { show } from '../../domain/printable.ts';
import { decideDuties, type DutyFacts, type RoleFacts } from '../separation-of-duties/decide.ts';
import type { People } from '../separation-of-duties/identity.ts';
import type { DistinctRoles } from '../separation-of-duties/lines.ts';
import {
  absentApproval,
  anyBranchFindings,
  elsewhereFindings,
  guardFindings,
  judgeEnvironmentReviews,
} from './environment.ts';
import type { ApprovalFacts } from './facts.ts';
import type { JudgedReview } from './judged.ts';
import { judgePullReviews } from './review.ts';

/** What an approval has to be. */
export interface ApprovalTerms {
  /** The code of the plan, and whether an approval counts only with it. */
  readonly code: { readonly text: string; readonly isRequired: boolean };
  /** The rules of `require-distinct`, and who holds the other roles. */
  readonly rules: readonly DistinctRoles[];
  readonly duties: DutyFacts;
  readonly people: People;
  readonly onUnknown: 'fail' | 'warn';
  /** The environment of the job that carries the plan out. */
  readonly jobEnvironment: JobEnvironment;
}

/** The decision about an approval, with every review that was looked at. */
export interface ApprovalDecision extends Decision {
  readonly reviews: readonly JudgedReview[];
  /** Whether the plan is approved by its code. */
  readonly isBound: boolean;
  /** Who approved; where no approval counts, whose was looked at, or why nobody is known. */
  readonly approver: RoleFacts;
  /** Who approved what, and whether that is bound to the plan; empty where it is not approved. */
  readonly text: string;
}

/**
 * Decides whether a plan was approved. `warn` goes on without knowing the rules of an environment, or who is behind an account or
 * in another role; it never goes on without an approval, nor, where the code is required, without one that holds it.
 */
export function decideApproval(facts: ApprovalFacts, terms: ApprovalTerms): ApprovalDecision {
  const judged = judge(facts, terms);
  const reviews = judged.reviews.map((review) => heldToDuties(review, terms));
  const counting = reviews.filter(
    ({ standing }) => standing === 'counts' || (standing === 'unknown' && terms.onUnknown === 'warn'),
  );
  const bound = counting.filter((review) => review.isBound);
  // Who gave the code approved the plan; whoever else approved the run did not.
  const approving = bound.length > 0 ? bound : counting;
  const isUncertain = approving.length > 0 && approving.every(({ standing }) => standing === 'unknown');
  const decision = decide([
    ...judged.findings,
    ...(counting.length > 0 ? [] : (judged.absent ?? [notCounted(facts, reviews)])),
    ...(isUncertain ? [uncertainFinding(approving)] : []),
    ...(counting.length > 0 && bound.length === 0 ? [notBound(facts)] : []),
    ...(counting.length > 0 ? elsewhereFindings(facts, terms.jobEnvironment, bound.length > 0) : []),
  ]);
  const isBound = decision.allowed && bound.length > 0;
  return {
    ...decision,
    reviews,
    isBound,
    approver: approverIn(approving, reviews, terms),
    text: decision.allowed ? textOf(facts, approving, isBound, terms.code.text) : '',
  };
}

interface Judged {
  readonly findings: readonly Finding[];
  readonly reviews: readonly JudgedReview[];
  /** What is said where there is no approval to look at; undefined where there is one. */
  readonly absent?: readonly Finding[];
}

function judge(facts: ApprovalFacts, { code, people, onUnknown }: ApprovalTerms): Judged {
  if (facts.kind === 'review') {
    const { pull } = facts;
    if ('reason' in pull) {
      const message = `No review can serve as the approval: ${pull.reason}.`;
      const finding = { code: 'review-absent', severity: 'error', message, fix: pull.fix } as const;
      return { findings: [finding], reviews: [], absent: [] };
    }
    const reviews = judgePullReviews(pull, people);
    if (reviews.some(({ isApproval }) => isApproval)) return { findings: [], reviews };
    const message = `Pull request #${pull.pull.number} has no approval${besides(reviews)}.`;
    const absent: Finding = { code: 'approval-absent', severity: 'error', message, fix: REVIEW_FIX };
    return { findings: [], reviews, absent: [absent] };
  }
  const guard = guardFindings(facts, onUnknown);
  if ('reason' in facts.reviews) {
    const { reason, fix } = facts.reviews;
    // What kept one from being read keeps the other too.
    const findings = guard.filter(({ code: found }) => found !== 'environment-unseen');
    const unseen: Finding = { code: 'approvals-unseen', severity: 'error', message: `${reason}.`, fix };
    return { findings, reviews: [], absent: [unseen] };
  }
  const findings = [...guard, ...anyBranchFindings(facts)];
  const reviews = judgeEnvironmentReviews(facts, facts.reviews, code);
  if (reviews.some(({ isApproval }) => isApproval)) return { findings, reviews };
  // Where nothing guards the environment, there is nothing to wait for.
  if (findings.some(({ severity }) => severity === 'error')) return { findings, reviews, absent: [] };
  const { reason, fix } = absentApproval(facts);
  const message = `${reason}${besides(reviews)}.`;
  const absent: Finding = { code: 'approval-absent', severity: 'error', message, fix };
  return { findings, reviews, absent: [absent] };
}

/** Reviews that approve nothing, in words; nothing where there are none. */
function besides(reviews: readonly JudgedReview[]): string {
  return reviews.length === 0 ? '' : `; ${reviews.map(saidOf).join('; ')}`;
}

function saidOf({ who, why }: JudgedReview): string {
  return `the review by ${who} ${why}`;
}

/** A review that counts, held to the rules that name the approver. */
function heldToDuties(
  review: JudgedReview,
  { rules, duties, people }: Pick<ApprovalTerms, 'rules' | 'duties' | 'people'>,
): JudgedReview {
  const { identity, standing } = review;
  if (standing === 'refused' || identity === undefined) return review;
  const asked = rules.filter((rule) => rule.includes('approver'));
  const named: readonly DistinctRoles[] = asked.some((rule) => rule.includes('requester'))
    ? asked
    : [...asked, REQUESTER];
  const judged = decideDuties(
    named,
    { ...duties, approver: { identities: [identity] } },
    people,
    'fail',
  ).rules;
  const shared = judged.find(({ state }) => state === 'shared');
  if (shared !== undefined) {
    const other = shared.roles.find((role) => role !== 'approver') ?? '';
    return { ...review, standing: 'refused', why: `came from the ${other}${byRule(shared.roles)}` };
  }
  const unknown = judged.find(({ state }) => state === 'unknown');
  if (unknown === undefined || standing === 'unknown') return review;
  const other = unknown.roles.find((role) => role !== 'approver') ?? '';
  return { ...review, standing: 'unknown', why: `may have come from the ${other}${byRule(unknown.roles)}` };
}

/** Nobody approves what they asked for, whether a rule says so or not. */
const REQUESTER: DistinctRoles = ['requester', 'approver'];

function byRule(roles: DistinctRoles): string {
  return roles === REQUESTER ? '' : ' (require-distinct)';
}

function notCounted(facts: ApprovalFacts, reviews: readonly JudgedReview[]): Finding {
  const approvals = reviews.filter(({ isApproval }) => isApproval);
  const isUnknown = approvals.some(({ standing }) => standing === 'unknown');
  return {
    code: isUnknown ? 'approval-unknown' : 'approval-refused',
    severity: 'error',
    message: `No approval counts: ${approvals.map(saidOf).join('; ')}.`,
    fix: fixesOf(approvals) ?? (facts.kind === 'review' ? REVIEW_FIX : AGAIN),
  };
}

function fixesOf(reviews: readonly JudgedReview[]): string | undefined {
  const fixes = new Set(reviews.flatMap(({ fix }) => fix ?? []));
  return fixes.size === 0 ? undefined : [...fixes].join(' ');
}

function uncertainFinding(reviews: readonly JudgedReview[]): Finding {
  const fix = fixesOf(reviews);
  return {
    code: 'approval-unknown',
    severity: 'warning',
    message: `Whether an approval counts is unknown: ${reviews.map(saidOf).join('; ')}.`,
    ...(fix === undefined ? {} : { fix }),
  };
}

function notBound(facts: ApprovalFacts): Finding {
  const message =
    facts.kind === 'review'
      ? 'The approval is not bound to this plan: it is the review of a commit, given before the plan was made.'
      : 'The approval is not bound to this plan: its comment does not contain the code of the plan. An approval of another attempt of this run would count too.';
  return { code: 'approval-not-bound', severity: 'note', message };
}

const REVIEW_FIX =
  'Have another person with write access approve the last commit of the pull request before it is merged.';
const AGAIN =
  'Run the whole workflow again, and have a required reviewer who meets require-distinct approve it, with the code of the new plan as the comment.';

/** The approver for the rules of `require-distinct`: who counts, else who was looked at, so that what is wrong with them is said. */
function approverIn(
  approving: readonly JudgedReview[],
  reviews: readonly JudgedReview[],
  { code }: ApprovalTerms,
): RoleFacts {
  const looked = reviews.filter(({ isApproval, isBound }) => isApproval && (isBound || !code.isRequired));
  const identities = (approving.length > 0 ? approving : looked).flatMap(({ identity }) => identity ?? []);
  return identities.length > 0
    ? { identities }
    : { identities, unseen: { reason: 'no approval counts', fix: AGAIN } };
}

/** Who approved what, and whether that is bound to the plan. */
function textOf(
  facts: ApprovalFacts,
  approving: readonly JudgedReview[],
  isBound: boolean,
  code: string,
): string {
  const who = [...new Set(approving.map((review) => review.who))].join(', ');
  const bound = isBound ? `bound to this plan (${code})` : 'not bound to this plan';
  return `${who} approved ${subjectOf(facts)}, ${bound}`;
}

function subjectOf(facts: ApprovalFacts): string {
  if (facts.kind === 'environment') return `${show(facts.environment, 80)} in run ${facts.runId}`;
  return 'reason' in facts.pull
    ? 'a pull request'
    : `the last commit of pull request #${facts.pull.pull.number}`;
}
