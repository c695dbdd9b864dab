import { API, repositoryBody, teamBody, TIME, userBody, type StubAccountType } from './owners.ts';

/** Bodies as GitHub's description of its REST API has them: whatever it requires stands in each. */

/** A review of a run's environments as a test gives it; what GitHub adds is made here. */
export interface StubReview {
  readonly state?: string;
  /** Null for an account that was deleted. */
  readonly login: string | null;
  readonly type?: StubAccountType;
  readonly comment?: string;
  readonly environments: readonly string[];
}

/** An environment as a test gives it; without reviewers it is one that GitHub made when a job named it. */
export interface StubEnvironment {
  readonly reviewers?: readonly (string | { readonly team: string })[];
  readonly preventsSelfReview?: boolean;
  /** Absent, as the description has it, unless it is given. */
  readonly adminsMayBypass?: boolean;
  /** Whether only protected branches may deploy. Default: any branch. */
  readonly protectedBranches?: boolean;
}

/** A pull request as a test gives it. */
export interface StubPull {
  readonly number: number;
  /** Null for an account that was deleted. */
  readonly author: string | null;
  readonly authorType?: StubAccountType;
  readonly head: string;
  /** The commit that its merge made, or the one on trial while it is open; default: not merged, and none. */
  readonly mergeCommit?: string;
  /** Default: whether there is a merge commit. */
  readonly isMerged?: boolean;
  readonly base?: string;
  /** The repository of its branch, if another one; null for one that was deleted. */
  readonly fork?: string | null;
  readonly reviews?: readonly StubPullReview[];
}

/** A review of a pull request as a test gives it. */
export interface StubPullReview {
  readonly login: string | null;
  readonly type?: StubAccountType;
  readonly state?: string;
  /** Default: the last commit of the pull request; null for one that is gone. */
  readonly commit?: string | null;
  /** Default: as the merge; null for none. */
  readonly submittedAt?: string | null;
}

/** Author and committer of a commit; null where its address of Git is no account's. */
export interface StubCommit {
  readonly author: string | null;
  readonly committer?: string | null;
}

/** `environment-approvals`. */
export function reviewBody({ state = 'approved', login, type, comment = '', environments }: StubReview) {
  return {
    state,
    comment,
    environments: environments.map((name, index) => ({
      id: 100 + index,
      node_id: `ENV_${index}`,
      name,
      ...environmentAddresses(name),
      created_at: TIME,
      updated_at: TIME,
    })),
    user: login === null ? null : userBody(login, type),
  };
}

/** `environment`. */
export function environmentBody(name: string, environment: StubEnvironment) {
  const { reviewers = [], preventsSelfReview = false, adminsMayBypass, protectedBranches } = environment;
  const rules = [
    ...(reviewers.length === 0
      ? []
      : [
          {
            id: 3755,
            node_id: 'GA_2',
            type: 'required_reviewers',
            prevent_self_review: preventsSelfReview,
            reviewers: reviewers.map((each) =>
              typeof each === 'string'
                ? { type: 'User', reviewer: userBody(each) }
                : { type: 'Team', reviewer: teamBody(each.team) },
            ),
          },
        ]),
    ...(protectedBranches === true ? [{ id: 3756, node_id: 'GA_3', type: 'branch_policy' }] : []),
  ];
  return {
    id: 100,
    node_id: 'ENV_0',
    name,
    ...environmentAddresses(name),
    created_at: TIME,
    updated_at: TIME,
    protection_rules: rules,
    deployment_branch_policy:
      protectedBranches === true ? { protected_branches: true, custom_branch_policies: false } : null,
    ...(adminsMayBypass === undefined ? {} : { can_admins_bypass: adminsMayBypass }),
  };
}

/** `pull-request-simple`. */
export function pullBody(repository: string, pull: StubPull) {
  const { number, author, authorType, head, mergeCommit, base = 'main', fork } = pull;
  const isMerged = pull.isMerged ?? mergeCommit !== undefined;
  const url = `${API}/repos/${repository}/pulls/${number}`;
  const user = author === null ? null : userBody(author, authorType);
  const link = { href: url };
  const own = repositoryBody(repository, 1);
  return {
    url,
    id: number,
    node_id: `PR_${number}`,
    html_url: `https://github.com/${repository}/pull/${number}`,
    ...Object.fromEntries(
      ['diff', 'patch', 'issue', 'commits', 'comments'].map((name) => [`${name}_url`, url]),
    ),
    ...Object.fromEntries(
      ['review_comments', 'review_comment', 'statuses'].map((name) => [`${name}_url`, url]),
    ),
    number,
    state: isMerged ? 'closed' : 'open',
    locked: false,
    title: 'Pin version 3',
    user,
    body: null,
    labels: [],
    milestone: null,
    created_at: TIME,
    updated_at: TIME,
    closed_at: isMerged ? TIME : null,
    merged_at: isMerged ? TIME : null,
    merge_commit_sha: mergeCommit ?? null,
    assignee: null,
    head: {
      label: 'acme:pin',
      ref: 'pin',
      sha: head,
      user,
      repo: fork === null ? null : fork === undefined ? own : repositoryBody(fork, 2),
    },
    base: { label: `acme:${base}`, ref: base, sha: '0'.repeat(40), user, repo: own },
    _links: Object.fromEntries(
      ['comments', 'commits', 'statuses', 'html', 'issue', 'review_comments', 'review_comment', 'self'].map(
        (name) => [name, link],
      ),
    ),
    author_association: 'MEMBER',
    auto_merge: null,
  };
}

/** `pull-request-review`. */
export function pullReviewBody(repository: string, pull: StubPull, review: StubPullReview, id: number) {
  const { login, type, state = 'APPROVED', commit = pull.head, submittedAt = TIME } = review;
  const page = `https://github.com/${repository}/pull/${pull.number}`;
  return {
    id,
    node_id: `PRR_${id}`,
    user: login === null ? null : userBody(login, type),
    body: '',
    state,
    html_url: `${page}#pullrequestreview-${id}`,
    pull_request_url: `${API}/repos/${repository}/pulls/${pull.number}`,
    _links: { html: { href: page }, pull_request: { href: page } },
    ...(submittedAt === null ? {} : { submitted_at: submittedAt }),
    commit_id: commit,
    author_association: 'NONE',
  };
}

/** `commit`. */
export function commitBody(repository: string, sha: string, { author, committer = author }: StubCommit) {
  const url = `${API}/repos/${repository}/commits/${sha}`;
  const person = (login: string | null) => ({
    name: login ?? 'nobody',
    email: `${login ?? 'nobody'}@example.com`,
    date: TIME,
  });
  return {
    url,
    sha,
    node_id: 'C_1',
    html_url: `https://github.com/${repository}/commit/${sha}`,
    comments_url: `${url}/comments`,
    commit: {
      url,
      author: person(author),
      committer: person(committer),
      message: 'Pin version 3',
      comment_count: 0,
      tree: { sha, url },
    },
    author: author === null ? null : userBody(author),
    committer: committer === null ? {} : userBody(committer),
    parents: [],
  };
}

/** `repository-collaborator-permission`. */
export function permissionBody(login: string, permission: string) {
  return { permission, role_name: permission, user: { ...userBody(login), role_name: permission } };
}

function environmentAddresses(name: string) {
  const escaped = encodeURIComponent(name);
  return {
    url: `${API}/repos/acme/models/environments/${escaped}`,
    html_url: `https://github.com/acme/models/deployments/activity_log?environments_filter=${escaped}`,
  };
}

/** The deployment of a job, as a test gives it. */
export interface StubJob {
  readonly environment: string;
  /** Its statuses, the oldest first: a state, and seconds since the first one. */
  readonly statuses: readonly (readonly [state: string, seconds: number])[];
}

/** What is read of `check-run`. */
export function checkRunBody(id: string, job: StubJob | undefined) {
  const deployment = { id: Number(id) + 1, environment: job?.environment, task: 'deploy', created_at: TIME };
  return {
    id: Number(id),
    name: 'guarded',
    status: 'in_progress',
    ...(job === undefined ? {} : { deployment }),
  };
}

/** What is read of `deployment-status`; GitHub lists the newest first. */
export function statusBodies({ statuses }: StubJob) {
  return statuses
    .map(([state, seconds], index) => ({
      id: index + 1,
      state,
      creator: userBody('github-actions[bot]', 'Bot'),
      created_at: new Date(Date.parse(TIME) + seconds * 1000).toISOString(),
    }))
    .toReversed();
}
