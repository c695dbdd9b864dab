import type { DeploymentEnvironment } from '../../domain/deployment-environment.ts';
import type { Finding } from '../../domain/decision.ts';
import type { EnvironmentReview } from '../../domain/environment-review.ts';
import type { JobEnvironment } from '../../domain/job-environment.ts';
import { show } from '../../domain/printable.ts';
import { holdsCode } from '../../plan/digest.ts';
import type { Unseen } from '../separation-of-duties/decide.ts';
import { isOf, nobodyIn, reviewerOf } from '../separation-of-duties/roles.ts';
import type { ApprovalFacts, EnvironmentApproval } from './facts.ts';
import type { JudgedReview } from './judged.ts';

/** Something that looks like a code of ours, for words about what a comment holds. */
const ANY_CODE = /(?<![0-9a-z])ucp(?:[^0-9a-z]{0,3}[0-9a-z]{4}){3}(?![0-9a-z])/iu;

/**
 * What it means where the job runs elsewhere: an approval in the same run is then of another job, and only the code binds it to
 * this plan. What is not known says nothing.
 */
export function elsewhereFindings(facts: ApprovalFacts, job: JobEnvironment, isBound: boolean): Finding[] {
  if (facts.kind !== 'environment' || job === undefined) return [];
  const { environment } = facts;
  // GitHub compares names of environments without case (docs.github.com, "Managing environments for deployment").
  if (job?.toLowerCase() === environment.toLowerCase()) return [];
  const shown = show(environment, 80);
  const where = job === null ? 'in no environment' : `in the environment ${show(job, 80)}`;
  const message = `This job runs ${where}, so the approval of ${shown} is that of another job of this run`;
  if (isBound)
    return [
      {
        code: 'approval-elsewhere',
        severity: 'note',
        message: `${message}; its code binds it to this plan.`,
      },
    ];
  return [
    {
      code: 'approval-elsewhere',
      severity: 'error',
      message: `${message}, which may have been approved for something else.`,
      fix: `Add "environment: ${shown}" to the job of this step, or have the approver write the code of the plan as the comment.`,
    },
  ];
}

/** What is wrong with the rules of an environment: GitHub makes one that does not exist when a job names it, without any rule. */
export function guardFindings(
  { environment, rules }: Pick<EnvironmentApproval, 'environment' | 'rules'>,
  onUnknown: 'fail' | 'warn',
): Finding[] {
  const shown = show(environment, 80);
  if (rules === undefined) {
    return [
      {
        code: 'environment-absent',
        severity: 'error',
        message: `GitHub has no environment ${shown} in this repository, so a job that names it runs without an approval.`,
        fix: `Check the spelling of approval-environment. If it is right, create the environment in the settings of the repository, with required reviewers. If the GitHub plan of the repository has no environments, use approval-review.`,
      },
    ];
  }
  if ('reason' in rules) {
    const severity = onUnknown === 'warn' ? 'warning' : 'error';
    return [{ code: 'environment-unseen', severity, message: `${rules.reason}.`, fix: rules.fix }];
  }
  if (rules.reviewers.length > 0) return [];
  return [
    {
      code: 'environment-unguarded',
      severity: 'error',
      message: `The environment ${shown} has no required reviewers, so a job that names it runs without an approval.`,
      fix: `Check the spelling: when a job names an environment that does not exist, GitHub creates it without protection rules. If the name is right, add required reviewers to the environment in the settings of the repository.`,
    },
  ];
}

/** A warning where jobs of every branch may ask for the approval, so that a branch can bring a workflow of its own. */
export function anyBranchFindings({ environment, rules }: EnvironmentApproval): Finding[] {
  if (rules === undefined || 'reason' in rules || !rules.takesAnyBranch) return [];
  return [
    {
      code: 'environment-any-branch',
      severity: 'warning',
      message: `Every branch may deploy to the environment ${show(environment, 80)}, so a changed workflow on any branch can use it.`,
      fix: 'Restrict the environment to protected branches in the settings of the repository.',
    },
  ];
}

/** Judges every review of the run, apart from separation of duties. */
export function judgeEnvironmentReviews(
  { environment, runId, rules }: EnvironmentApproval,
  reviews: readonly EnvironmentReview[],
  code: { readonly text: string; readonly isRequired: boolean } | undefined,
): JudgedReview[] {
  return reviews.map((review): JudgedReview => {
    const identity = reviewerOf(review, environment, runId);
    const isApproval = review.state === 'approved' && isOf(review, environment);
    const isBound = code !== undefined && holdsCode(review.comment, code.text);
    const judged = {
      who: identity === undefined ? 'an account that no longer exists' : show(identity.name, 80),
      identity,
      isApproval,
      isBound,
    };
    const refusal = isApproval ? codeRefusal(review, isBound, code) : otherThanApproval(review, environment);
    if (refusal !== undefined) return { ...judged, standing: 'refused', why: refusal };
    const stranger = strangerStanding(review, rules);
    if (stranger?.standing === 'refused') return { ...judged, ...stranger };
    const nobody = nobodyIn(review.reviewer, 'gave it');
    if (nobody !== undefined)
      return { ...judged, standing: 'unknown', why: `cannot be attributed to a person: ${nobody}` };
    if (stranger !== undefined) return { ...judged, ...stranger };
    return {
      ...judged,
      standing: 'counts',
      why: isBound
        ? 'contains the code of this plan'
        : 'does not contain the code of this plan, but the code is not required',
    };
  });
}

function otherThanApproval(review: EnvironmentReview, environment: string): string {
  const of = review.environments.map((name) => show(name, 80)).join(', ');
  if (!isOf(review, environment)) return `concerns ${of === '' ? 'no environment' : of}`;
  return `is "${show(review.state, 40)}", not "approved"`;
}

function codeRefusal(
  { comment }: EnvironmentReview,
  isBound: boolean,
  code: { readonly isRequired: boolean } | undefined,
): string | undefined {
  if (code?.isRequired !== true || isBound) return undefined;
  const [other] = ANY_CODE.exec(comment) ?? [];
  return other === undefined
    ? 'does not contain the code of this plan'
    : `contains ${show(other.toUpperCase(), 40)}, the code of another plan or attempt`;
}

/**
 * How the review of an account stands that is not listed as a required reviewer: it went past the rule, unless it is in a team that
 * is. The members of a team cannot be read with the token of a job; where nobody may go past the rule, GitHub takes no other review.
 */
function strangerStanding(
  { reviewer: { login } }: EnvironmentReview,
  rules: EnvironmentApproval['rules'],
): Pick<JudgedReview, 'standing' | 'why' | 'fix'> | undefined {
  if (rules === undefined || 'reason' in rules || login === undefined || rules.reviewers.length === 0)
    return undefined;
  const { reviewers, adminsMayBypass } = rules;
  if (reviewers.some(({ kind, name }) => kind === 'user' && isSameLogin(name, login))) return undefined;
  const unseen = reviewers.filter(({ kind }) => kind !== 'user');
  if (unseen.length === 0)
    return {
      standing: 'refused',
      why: 'came from an account that is not a required reviewer; an administrator may have bypassed the rule',
    };
  if (adminsMayBypass === false) return undefined;
  return {
    standing: 'unknown',
    why: `may have come from an administrator who bypassed the rule: whether the account belongs to ${reviewersText({ reviewers: unseen })} cannot be read`,
    fix: 'In the settings of the environment, clear "Allow administrators to bypass configured protection rules", or list the reviewers as users.',
  };
}

function isSameLogin(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Why an environment has no approval, as a clause, and what to do. */
export function absentApproval({ environment, runId, rules }: EnvironmentApproval): Unseen {
  const shown = show(environment, 80);
  const absent = `Run ${runId} has no approval for the environment ${shown}`;
  const fix = `Add "environment: ${shown}" to the job, start a new run, and have a required reviewer approve it.`;
  if (rules === undefined || 'reason' in rules) return { reason: absent, fix };
  const bypass =
    rules.adminsMayBypass === false
      ? 'no job of this run waited for it'
      : 'an administrator may have bypassed the rule, or no job of this run waited for it';
  const reason = `${absent}, although it has required reviewers (${reviewersText(rules)}): ${bypass}`;
  return { reason, fix };
}

/** Who has to approve an environment, in words. */
export function reviewersText({ reviewers }: Pick<DeploymentEnvironment, 'reviewers'>): string {
  return reviewers
    .map(({ kind, name }) => (kind === 'team' ? `team ${show(name, 60)}` : show(name, 60)))
    .join(', ');
}
