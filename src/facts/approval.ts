import { hasCode, messageOf } from '../domain/errors.ts';
import type { EventSender } from '../domain/event-sender.ts';
import type { GitHub } from '../github/port.ts';
import type { ApprovalFacts, EnvironmentApproval, ReviewApproval } from '../policy/approval/facts.ts';
import { eventRefusal, loginsToAsk, mergedPull } from '../policy/approval/review.ts';
import type { Unseen } from '../policy/separation-of-duties/decide.ts';
import type { People } from '../policy/separation-of-duties/identity.ts';
import { requesterOf } from '../policy/separation-of-duties/roles.ts';

/** The workflow run that an approval belongs to. */
export interface ApprovedRun {
  readonly repository: string;
  readonly runId: string;
  readonly sha: string;
  readonly requesters: readonly string[];
  /** Who set off its event; a text is why that cannot be read. */
  readonly sender: EventSender | string | undefined;
  /** The event that it is of, such as `push`; undefined where that is not known. */
  readonly event: string | undefined;
}

/** Whose approval is looked for, and GitHub to ask. */
export interface ApprovalSource {
  /** An environment's, or that of the pull request that the run's commit was merged by. */
  readonly by: { readonly environment: string } | 'review';
  readonly github: GitHub;
}

/** Accounts whose permission is asked for at most; whoever else approved does not count. */
const MOST_ASKED = 20;

/** Reads what decides about an approval: of an environment two requests, of a review three and one for each who approved. */
export async function readApproval(
  { by, github }: ApprovalSource,
  run: ApprovedRun,
  people: People,
): Promise<ApprovalFacts> {
  return by === 'review'
    ? readReview(github, run, people)
    : readEnvironmentApproval(github, by.environment, run);
}

async function readEnvironmentApproval(
  github: GitHub,
  environment: string,
  run: ApprovedRun,
): Promise<EnvironmentApproval> {
  const { repository, runId } = run;
  const about = { kind: 'environment', environment, runId } as const;
  const outside = outsideOfGitHub(run);
  if (outside !== undefined) return { ...about, rules: outside, reviews: outside };
  const reviews = await orUnseen(github.listReviews(repository, runId), {
    what: `The approvals of run ${runId}`,
    right: 'actions: read',
    more: ' A GitHub Enterprise Server whose version has no such list returns 404.',
  });
  const rules = await orUnseen(github.environment(repository, environment), {
    what: `The environment ${environment}`,
    right: 'actions: read',
  });
  return { ...about, rules, reviews };
}

async function readReview(github: GitHub, run: ApprovedRun, people: People): Promise<ReviewApproval> {
  const refusal = outsideOfGitHub(run) ?? eventRefusal(run.event);
  if (refusal !== undefined) return { kind: 'review', pull: refusal };
  const { repository, sha, requesters, runId, sender } = run;
  const pulls = await orUnseen(github.listPullRequests(repository, sha), {
    what: `The pull request of commit ${sha.slice(0, 7)}`,
    right: 'pull-requests: read',
  });
  const pull = 'reason' in pulls ? pulls : mergedPull(pulls, sha);
  if ('reason' in pull) return { kind: 'review', pull };
  const [reviews, makers] = await Promise.all([
    orUnseen(github.listPullReviews(repository, pull.number), {
      what: `The reviews of pull request #${pull.number}`,
      right: 'pull-requests: read',
    }),
    orUnseen(github.commitPeople(repository, pull.head), {
      what: `Who made the last commit of pull request #${pull.number}`,
      right: 'contents: read',
    }),
  ]);
  if ('reason' in reviews) return { kind: 'review', pull: reviews };
  if ('reason' in makers) return { kind: 'review', pull: makers };
  const requester = requesterOf({ logins: requesters, runId, sender }, people);
  const reviewed = { pull, reviews, makers, requester };
  const asked = loginsToAsk(reviewed, people).slice(0, MOST_ASKED);
  const permissions = await Promise.all(asked.map((login) => readPermission(github, repository, login)));
  return { kind: 'review', pull: { ...reviewed, permissions: new Map(permissions) } };
}

async function readPermission(
  github: GitHub,
  repository: string,
  login: string,
): Promise<readonly [string, string | Unseen]> {
  const permission = orUnseen(github.permission(repository, login), {
    what: `The permission of ${login}`,
    right: 'metadata: read',
  });
  return [login.toLowerCase(), await permission];
}

/** Elsewhere the number of a run, or its repository, would be taken for another one of GitHub's. */
function outsideOfGitHub({ requesters }: ApprovedRun): Unseen | undefined {
  if (requesters.length > 0) return undefined;
  return {
    reason: 'This is not a run of a GitHub workflow, so it has no approval',
    fix: 'Run the step in a workflow, or leave approval-environment and approval-review out.',
  };
}

/** What was read, or why it is refused; an outage is thrown. */
async function orUnseen<T>(
  read: Promise<T>,
  { what, right, more = '' }: { readonly what: string; readonly right: string; readonly more?: string },
): Promise<T | Unseen> {
  try {
    return await read;
  } catch (error) {
    if (!hasCode(error, 'unauthenticated', 'permission-denied', 'not-found')) throw error;
    return {
      reason: `${what} cannot be read from GitHub: ${messageOf(error)}`,
      fix: `Add "permissions: ${right}" to the job and "github-token: \${{ github.token }}" to the step.${more}`,
    };
  }
}
