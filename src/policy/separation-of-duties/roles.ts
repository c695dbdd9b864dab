import type { Account } from '../../domain/account.ts';
import type { EnvironmentReview } from '../../domain/environment-review.ts';
import type { EventSender } from '../../domain/event-sender.ts';
import type { Caller } from '../../domain/privilege.ts';
import { show } from '../../domain/printable.ts';
import type { RoleFacts, Unseen } from './decide.ts';
import { databricksKind, githubKind, personOf, type Identity, type People } from './identity.ts';

/** What is known of who made a version. */
export interface Making {
  /** `models:/…/1`. */
  readonly uri: string;
  readonly createdBy: string | undefined;
  /** Whether it was copied, by whatever tool: then `created_by` is who copied it. */
  readonly isCopy: boolean;
  /** The training run, a clause that says why it cannot be seen, or undefined where the version names none. */
  readonly run: { readonly user?: string } | string | undefined;
}

/**
 * Who made a version: who registered it, which Unity Catalog vouches for, and whom its training run names. What the
 * run says only adds to it, since whoever logs a run writes what it says.
 */
export function trainerOf({ uri, createdBy, isCopy, run }: Making): RoleFacts {
  const user = typeof run === 'object' ? run.user : undefined;
  const identities = [
    ...(createdBy === undefined ? [] : [inDatabricks(createdBy, `created_by of ${uri}`)]),
    ...(user === undefined || databricksKind(user) === 'unknown'
      ? []
      : [inDatabricks(user, `user of the training run of ${uri}`)]),
  ];
  if (createdBy === undefined) {
    const reason = `the registry does not record who created ${uri}`;
    return { identities, unseen: { reason, fix: 'Leave the trainer out of require-distinct.' } };
  }
  const lacking = lackingUser(run, user);
  if (!isCopy)
    return lacking === undefined || run === undefined ? { identities } : { identities, beside: lacking };
  if (lacking === undefined) return { identities };
  const reason = `${uri} is a copy, so created_by is the principal that copied it, and ${lacking}`;
  const fix = 'Check the rule on the version that was copied, in the stage where it was trained.';
  return { identities, unseen: { reason, fix } };
}

/**
 * Who made a copy that does not show it itself, by what it was made of: whoever made that, and still whoever made the copy, as of
 * other bytes they would be the only one.
 */
export function trainerOfCopy(own: RoleFacts, source: RoleFacts, uri: string): RoleFacts {
  const identities = [...own.identities, ...source.identities];
  if (source.unseen === undefined)
    return source.beside === undefined ? { identities } : { identities, beside: source.beside };
  const { reason, fix } = source.unseen;
  return { identities, unseen: { reason: `${uri} is a copy, and ${reason}`, fix } };
}

/** Why the training run does not name a user of Databricks, or undefined when it does. */
function lackingUser(run: Making['run'], user: string | undefined): string | undefined {
  if (run === undefined) return 'it names no training run';
  if (typeof run === 'string') return `its training run is not visible (${show(run, 200)})`;
  if (user === undefined) return 'its training run names no user';
  return databricksKind(user) === 'unknown'
    ? `its training run names "${show(user, 60)}", which is not a Databricks user`
    : undefined;
}

/** How a workflow run was started. */
export interface Start {
  /** Logins: who started it, and who started this attempt of it. */
  readonly logins: readonly string[];
  readonly runId: string;
  /** Who set off its event; a text is why that cannot be read, undefined where GitHub names nobody. */
  readonly sender: EventSender | string | undefined;
}

/**
 * Who started the run, and who started this attempt of it: both are requesters. An app is nobody in particular, whatever its
 * account is called: whoever made it act is not seen, unless `people` says for whom it acts.
 */
export function requesterOf({ logins, runId, sender }: Start, people: People): RoleFacts {
  const identities = logins.map((name, index): Identity => {
    const source = index === 0 ? `started run ${runId}` : `ran ${runId} again`;
    const identity: Identity = { system: 'github', name, kind: kindOf(name, sender), source };
    // Whoever is mapped stands for that account, whatever GitHub calls it.
    const isMapped = identity.kind === 'unknown' && personOf(identity, people) !== undefined;
    return isMapped ? { ...identity, kind: 'automation' } : identity;
  });
  if (identities.length === 0) {
    const reason = 'this is not a run of a GitHub workflow, so it has no requester';
    return { identities, unseen: { reason, fix: 'Run the step in a workflow, or leave the requester out.' } };
  }
  const unmapped = identities.filter((each) => personOf(each, people) === undefined);
  const app = unmapped.find(({ kind }) => kind === 'automation');
  if (app !== undefined) {
    const shown = show(app.name, 80);
    const reason = `the app ${shown} ${app.source}, and the person that it acted for is unknown`;
    const fix = `Have a person start a new run. If the app acts for a person or a service principal, add "${shown} = <their name in Databricks>" to people.`;
    return { identities, unseen: { reason, fix } };
  }
  const strange = unmapped.find(({ kind }) => kind === 'unknown');
  if (strange !== undefined) {
    const shown = show(strange.name, 80);
    const reason = `the account ${shown} ${strange.source}, and GitHub calls it neither a person nor an app`;
    const fix = `Have a person start a new run. If the account acts for a person or a service principal, add "${shown} = <their name in Databricks>" to people.`;
    return { identities, unseen: { reason, fix } };
  }
  if (typeof sender !== 'string' || unmapped.length === 0) return { identities };
  const reason = `whether ${show(unmapped[0]?.name ?? '', 80)} is a person or an app cannot be determined (the event of run ${runId}: ${show(sender, 120)})`;
  return {
    identities,
    unseen: { reason, fix: 'Check the file that GITHUB_EVENT_PATH names on this runner.' },
  };
}

/** What an account is, as the event says it, else by its login. GitHub compares logins without case. */
function kindOf(login: string, sender: Start['sender']): Identity['kind'] {
  const byName = githubKind(login);
  if (typeof sender !== 'object' || sender.login.toLowerCase() !== login.toLowerCase()) return byName;
  if (sender.kind === 'app' || byName === 'automation') return 'automation';
  return sender.kind;
}

/** Who approved an environment in a run: every account whose approval is recorded, whichever attempt it was for. */
export function approverOf(
  reviews: readonly EnvironmentReview[] | Unseen,
  environment: string,
  runId: string,
): RoleFacts {
  if ('reason' in reviews) return { identities: [], unseen: reviews };
  const shown = show(environment, 80);
  const approvals = reviews.filter((review) => review.state === 'approved' && isOf(review, environment));
  const identities = approvals.flatMap((review) => reviewerOf(review, environment, runId) ?? []);
  if (approvals.length === 0) {
    const others = [
      ...new Set(reviews.flatMap(({ state, environments }) => (state === 'approved' ? environments : []))),
    ];
    const instead = others.length === 0 ? '' : `, only of ${others.map((name) => show(name, 80)).join(', ')}`;
    return {
      identities,
      unseen: {
        reason: `run ${runId} has no approval for the environment ${shown}${instead}`,
        fix: `Add "environment: ${shown}" to the job, and add required reviewers to the environment. If an administrator bypasses the rule, no approval is recorded.`,
      },
    };
  }
  const reason = approvals.flatMap(({ reviewer }) => nobodyIn(reviewer, `approved ${shown}`) ?? [])[0];
  if (reason === undefined) return { identities };
  return { identities, unseen: { reason, fix: 'Start a new run, and have a person approve it.' } };
}

/** The account that gave a review of a run's environment; undefined where it no longer exists. */
export function reviewerOf(
  { reviewer, comment }: EnvironmentReview,
  environment: string,
  runId: string,
): Identity | undefined {
  const said = comment.trim() === '' ? '' : `, saying "${show(comment.trim(), 200)}"`;
  return identityOf(reviewer, `approved ${show(environment, 80)} in run ${runId}${said}`);
}

/** An account of GitHub in what it did; undefined where it no longer exists. */
export function identityOf({ login, kind }: Account, source: string): Identity | undefined {
  if (login === undefined) return undefined;
  const kinds = { person: githubKind(login), app: 'automation', unknown: 'unknown' } as const;
  return { system: 'github', name: login, kind: kinds[kind], source };
}

/** Why it is not known who did something by an account: one clause; undefined for the account of a person. */
export function nobodyIn(account: Account, did: string): string | undefined {
  const { login } = account;
  if (login === undefined) return `an account that no longer exists ${did}`;
  const kind = identityOf(account, '')?.kind;
  if (kind === 'person') return undefined;
  return kind === 'automation'
    ? `the app ${show(login, 80)} ${did}, and the person that it acted for is unknown`
    : `${show(login, 80)} ${did}, which GitHub calls neither a user nor an app`;
}

/** Whether a review is of an environment. GitHub compares their names without case (docs.github.com, "Managing environments"). */
export function isOf({ environments }: EnvironmentReview, environment: string): boolean {
  return environments.some((name) => name.toLowerCase() === environment.toLowerCase());
}

/** Who the action is signed in as. */
export function promoterOf({ principal, alsoKnownAs, kind }: Caller): RoleFacts {
  if (principal === '') {
    const reason = 'this registry does not report the caller';
    return { identities: [], unseen: { reason, fix: 'Leave the promoter out of require-distinct.' } };
  }
  const kinds = {
    user: 'person',
    'service-principal': 'automation',
    unknown: databricksKind(principal),
  } as const;
  const source = 'signed in to the registry';
  return { identities: [{ system: 'databricks', name: principal, alsoKnownAs, kind: kinds[kind], source }] };
}

function inDatabricks(name: string, source: string): Identity {
  return { system: 'databricks', name, kind: databricksKind(name), source };
}
