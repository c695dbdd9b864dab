import type { Account } from '../../domain/account.ts';
import type { PullRequest, PullReview } from '../../domain/pull-request.ts';
import { show } from '../../domain/printable.ts';
import type { RoleFacts, Unseen } from '../separation-of-duties/decide.ts';
import {
  compareIdentities,
  type Identity,
  type People,
  type Sameness,
} from '../separation-of-duties/identity.ts';
import { identityOf, nobodyIn } from '../separation-of-duties/roles.ts';
import type { ReviewedPull } from './facts.ts';
import type { JudgedReview } from './judged.ts';

/** Reviews that leave what their author said before as it is. */
const WITHOUT_VERDICT: readonly string[] = ['COMMENTED', 'PENDING'];

/** Who may write: anybody who may read can approve a pull request. */
const WRITERS: readonly string[] = ['admin', 'write'];

const MERGE =
  'Merge the change with a pull request from a branch of this repository, and run the workflow on the commit that the merge creates.';

/** Why the review of a commit approves nothing of a run: whoever starts one by hand chooses what it promotes. */
export function eventRefusal(event: string | undefined): Unseen | undefined {
  if (event === 'push') return undefined;
  const by = event === undefined || event === '' ? 'an event that is not known' : show(event, 60);
  return {
    reason: `this run was started by ${by}, not by the push of a merge, so the review of its commit does not show what was approved`,
    fix: 'Run the workflow on: push to the default branch, with what it promotes in a file of the repository.',
  };
}

/** The pull request whose merge made a commit, or why there is none that could have approved it. */
export function mergedPull(pulls: readonly PullRequest[], sha: string): PullRequest | Unseen {
  const short = shortOf(sha);
  const [pull, another] = pulls.filter(({ mergedAs }) => mergedAs === sha);
  if (pull === undefined) {
    const numbers = pulls.map(({ number }) => `#${number}`).join(', ');
    const reason =
      pulls.length === 0
        ? `commit ${short} belongs to no pull request`
        : `commit ${short} was not created by merging a pull request (it belongs to ${numbers})`;
    return { reason, fix: MERGE };
  }
  if (another !== undefined) {
    const reason = `commit ${short} is the merge of two pull requests, #${pull.number} and #${another.number}`;
    return { reason, fix: MERGE };
  }
  if (pull.isFromFork) return { reason: `pull request #${pull.number} came from a fork`, fix: MERGE };
  if (!pull.base.isDefault) {
    const reason = `pull request #${pull.number} was merged into ${show(pull.base.branch, 80)}, which is not the default branch`;
    return { reason, fix: MERGE };
  }
  return pull;
}

/**
 * The last verdict of each account; of accounts that were deleted, each. GitHub lists reviews in the order of time. An approval
 * after the merge leaves a verdict from before it as it is.
 */
function verdictsOf({ reviews, pull }: Pick<ReviewedPull, 'reviews' | 'pull'>): PullReview[] {
  const last = new Map<string | number, PullReview>();
  for (const [index, review] of reviews.entries()) {
    if (WITHOUT_VERDICT.includes(review.state)) continue;
    const account = review.reviewer.login?.toLowerCase() ?? index;
    if (last.has(account) && review.state === 'APPROVED' && timeRefusal(review, pull) !== undefined) continue;
    last.set(account, review);
  }
  return [...last.values()];
}

/** Whoever merged it had no approval that came later. */
function timeRefusal({ submittedAt }: PullReview, { mergedAt }: PullRequest): string | undefined {
  const [given, merged] = [Date.parse(submittedAt ?? ''), Date.parse(mergedAt ?? '')];
  if (given <= merged) return undefined;
  return given > merged
    ? 'was given after the pull request was merged'
    : 'has no time, so it may have been given after the pull request was merged';
}

/** Logins of who approved and whose permission decides whether that counts. */
export function loginsToAsk(reviewed: Omit<ReviewedPull, 'permissions'>, people: People): string[] {
  return verdictsOf(reviewed).flatMap((review) => {
    const { login } = review.reviewer;
    const isOpen = login !== undefined && standingOf(review, reviewed, people).standing !== 'refused';
    return isOpen ? [login] : [];
  });
}

/** Judges the last verdict of each reviewer of a merged pull request, apart from separation of duties. */
export function judgePullReviews(reviewed: ReviewedPull, people: People): JudgedReview[] {
  const { pull, permissions } = reviewed;
  const did = `approved ${shortOf(pull.head)}, the last commit of pull request #${pull.number}`;
  return verdictsOf(reviewed).map((review): JudgedReview => {
    const { login } = review.reviewer;
    const judged = {
      who: login === undefined ? 'an account that no longer exists' : show(login, 80),
      identity: identityOf(review.reviewer, did),
      isApproval: review.state === 'APPROVED',
      isBound: false,
    };
    const seen = standingOf(review, reviewed, people);
    if (seen.standing === 'refused') return { ...judged, ...seen };
    const refusal = permissionRefusal(permissions.get(login?.toLowerCase() ?? ''));
    return refusal === undefined ? { ...judged, ...seen } : { ...judged, standing: 'refused', why: refusal };
  });
}

type Standing = Pick<JudgedReview, 'standing' | 'why'>;

/** How a review stands, whatever its author may do in the repository. */
function standingOf(
  review: PullReview,
  { pull, makers, requester }: Omit<ReviewedPull, 'permissions'>,
  people: People,
): Standing {
  const refusal = stateRefusal(review, pull.head) ?? timeRefusal(review, pull);
  if (refusal !== undefined) return { standing: 'refused', why: refusal };
  const identity = identityOf(review.reviewer, '');
  if (identity?.kind !== 'person') {
    const nobody = nobodyIn(review.reviewer, 'gave it') ?? '';
    return { standing: 'refused', why: `cannot be attributed to a person: ${nobody}` };
  }
  const others = [
    { did: 'the author of the pull request', role: roleOf([pull.author]) },
    { did: 'the person who made the last commit', role: roleOf(makers) },
    { did: 'the person who started the run', role: requester },
  ].map(({ did, role }) => ({ did, sameness: samenessOf(identity, role, people) }));
  const same = others.find(({ sameness }) => sameness === 'same');
  if (same !== undefined) return { standing: 'refused', why: `came from ${same.did}` };
  const unknown = others.find(({ sameness }) => sameness === 'unknown');
  if (unknown === undefined)
    return { standing: 'counts', why: 'is for the last commit, from another person with write access' };
  return { standing: 'unknown', why: `may have come from ${unknown.did}, whose identity is unknown` };
}

/** Accounts as those of a role; one without a login may be anybody's. */
function roleOf(accounts: readonly Account[]): RoleFacts {
  const identities = accounts.flatMap((each) => identityOf(each, '') ?? []);
  return identities.length === accounts.length ? { identities } : { identities, unseen: NOBODY };
}

const NOBODY: Unseen = { reason: 'an account that does not exist', fix: '' };

function samenessOf(identity: Identity, { identities, unseen }: RoleFacts, people: People): Sameness {
  const found = identities.map((each) => compareIdentities(identity, each, people));
  if (found.includes('same')) return 'same';
  return unseen !== undefined || found.includes('unknown') ? 'unknown' : 'different';
}

function stateRefusal({ state, commit }: PullReview, head: string): string | undefined {
  if (state === 'DISMISSED') return 'was dismissed';
  if (state === 'CHANGES_REQUESTED') return 'asks for changes';
  if (state !== 'APPROVED') return `is "${show(state, 40)}", not "APPROVED"`;
  if (commit === undefined) return 'is for a commit that no longer exists';
  return commit === head
    ? undefined
    : `is for the earlier commit ${shortOf(commit)}, not for the last one, ${shortOf(head)}`;
}

function permissionRefusal(permission: string | Unseen | undefined): string | undefined {
  if (permission === undefined) return 'came from an account whose permission was not read';
  if (typeof permission !== 'string') {
    return `came from an account whose permission cannot be read (${permission.reason})`;
  }
  if (WRITERS.includes(permission)) return undefined;
  return permission === 'none'
    ? 'came from an account that is not a collaborator of the repository'
    : `came from an account with the permission ${show(permission, 40)}; only write and admin count, because anyone with read access can approve`;
}

function shortOf(sha: string): string {
  return show(sha.slice(0, 7), 7);
}
