import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import {
  checkRunBody,
  commitBody,
  environmentBody,
  permissionBody,
  pullBody,
  pullReviewBody,
  reviewBody,
  statusBodies,
  type StubCommit,
  type StubEnvironment,
  type StubJob,
  type StubPull,
  type StubReview,
} from './bodies.ts';
import { json, page, refusal, type StubFault } from './replies.ts';
import type { Repository, Route } from './route.ts';
import { commentsIn, textRoutes } from './text-routes.ts';
import type { StubText } from './texts.ts';

import {
  blobBody,
  branchBody,
  comparisonBody,
  contentsBody,
  fullRepositoryBody,
  treeBody,
} from './git-bodies.ts';
import type { GitObjects } from './git-objects.ts';

export type { StubReview } from './bodies.ts';
export type { StubFault } from './replies.ts';

/** How a stub is started. */
export interface StubOptions {
  /** Where the API begins: a GitHub Enterprise Server has it below a path. Default: at the root. */
  readonly path?: string;
}

/** A GitHub with repositories, workflow runs, their reviews, and tokens with permissions. */
export interface GitHubStub {
  /** What `GITHUB_API_URL` would be. */
  readonly url: string;
  /** Each request that came: method and path. */
  readonly requests: string[];
  addRun(repository: string, runId: string): void;
  review(runId: string, review: StubReview): void;
  addEnvironment(repository: string, name: string, environment: StubEnvironment): void;
  /** A pull request, and the commits that belong to it beside its last one and that of its merge. */
  addPull(repository: string, pull: StubPull, ...commits: readonly string[]): void;
  addCommit(repository: string, sha: string, commit: StubCommit): void;
  /** What an account may do in a repository; everybody else is no collaborator. */
  permit(repository: string, login: string, permission: string): void;
  /** A check run; of a job with an environment it has a deployment. */
  addCheckRun(repository: string, id: number, job?: StubJob): void;
  /** A token, and the account that it writes as; default: that of a job's. */
  addToken(token: string, permissions: readonly string[], login?: string): void;
  /** The comments of a pull request, or of an issue; what is pushed into them is there. */
  commentsOf(repository: string, issue: number): StubText[];
  /** The issues of a repository; what is pushed into them is there. */
  issuesOf(repository: string): StubText[];
  /** Does what the next such request asks for, by its method and path, and answers nothing. */
  loseNext(request: RegExp): void;
  /** The files of a repository, by its commits. */
  addGit(repository: string, git: GitObjects): void;
  /** Where clients reach it through something else: links to further pages lead there. */
  reachedAt(url: string): void;
  /** Answers the next requests by these, one each. */
  failNext(...faults: StubFault[]): void;
  /** Takes back what {@link GitHubStub.failNext} was given and no request came for. */
  failNone(): void;
  close(): Promise<void>;
}

interface Run {
  readonly repository: string;
  readonly reviews: StubReview[];
}

interface Token {
  readonly permissions: readonly string[];
  readonly login: string;
}

const REPOSITORY = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/u;

/** Starts a stand-in for GitHub's REST API on the loopback. */
export async function startGitHub({ path = '' }: StubOptions = {}): Promise<GitHubStub> {
  const runs = new Map<string, Run>();
  const repositories = new Map<string, Repository>();
  const tokens = new Map<string, Token>();
  const lost: RegExp[] = [];
  const faults: StubFault[] = [];
  const requests: string[] = [];
  let reached = '';

  const repositoryOf = (fullName: string): Repository => {
    const key = fullName.toLowerCase();
    const known = repositories.get(key);
    if (known !== undefined) return known;
    const made: Repository = {
      environments: new Map(),
      pulls: [],
      commits: new Map(),
      permissions: new Map(),
      checkRuns: new Map(),
      comments: new Map(),
      issues: [],
    };
    repositories.set(key, made);
    return made;
  };

  const routes: readonly Route[] = [
    {
      path: /^\/actions\/runs\/(\d+)\/approvals$/u,
      needs: 'actions: read',
      reply({ subject, fullName }) {
        const run = runs.get(subject);
        if (run?.repository.toLowerCase() !== fullName.toLowerCase()) return refusal(404, 'Not Found');
        return json(200, run.reviews.map(reviewBody));
      },
    },
    {
      path: /^\/environments\/([^/]+)$/u,
      needs: 'actions: read',
      reply({ repository, subject }) {
        const found = repository.environments.get(subject.toLowerCase());
        return found === undefined
          ? refusal(404, 'Not Found')
          : json(200, environmentBody(found.name, found.environment));
      },
    },
    {
      path: /^\/commits\/([^/]+)\/pulls$/u,
      needs: 'pull-requests: read',
      reply({ repository, subject, fullName }) {
        const found = repository.pulls.filter(({ commits }) => commits.includes(subject));
        return json(
          200,
          found.map(({ pull }) => pullBody(fullName, pull)),
        );
      },
    },
    {
      path: /^\/pulls\/(\d+)\/reviews$/u,
      needs: 'pull-requests: read',
      reply({ repository, subject, fullName, query, address }) {
        const found = repository.pulls.find(({ pull }) => String(pull.number) === subject)?.pull;
        if (found === undefined) return refusal(404, 'Not Found');
        const bodies = (found.reviews ?? []).map((each, index) =>
          pullReviewBody(fullName, found, each, index + 1),
        );
        return page(bodies, query, address);
      },
    },
    {
      path: /^\/commits\/([^/]+)$/u,
      needs: 'contents: read',
      reply({ repository, subject, fullName }) {
        const found = repository.commits.get(subject);
        if (found === undefined) return refusal(422, `No commit found for SHA: ${subject}`);
        return json(200, commitBody(fullName, subject, found));
      },
    },
    {
      path: /^\/collaborators\/([^/]+)\/permission$/u,
      needs: undefined,
      reply({ repository, subject }) {
        const found = repository.permissions.get(subject.toLowerCase());
        return found === undefined
          ? refusal(404, `${subject} is not a user`)
          : json(200, permissionBody(subject, found));
      },
    },
    {
      path: /^\/check-runs\/(\d+)$/u,
      needs: 'checks: read',
      reply: ({ repository, subject }) =>
        repository.checkRuns.has(subject)
          ? json(200, checkRunBody(subject, repository.checkRuns.get(subject)))
          : refusal(404, 'Not Found'),
    },
    {
      path: /^\/git\/trees\/([^/]+)$/u,
      needs: 'contents: read',
      reply({ repository, subject, query }) {
        const tree = repository.git?.tree(subject, query.get('recursive') === '1');
        return tree === undefined ? refusal(404, 'Not Found') : json(200, treeBody(subject, tree));
      },
    },
    {
      path: /^\/git\/blobs\/([^/]+)$/u,
      needs: 'contents: read',
      reply({ repository, subject }) {
        const blob = repository.git?.blob(subject);
        return blob === undefined ? refusal(404, 'Not Found') : json(200, blobBody(subject, blob));
      },
    },
    {
      path: /^\/branches\/([^/]+)$/u,
      needs: 'contents: read',
      reply({ repository, subject }) {
        const commit = repository.git?.branch(subject);
        return commit === undefined
          ? refusal(404, 'Branch not found')
          : json(200, branchBody(subject, commit, repository.git?.isProtected(subject)));
      },
    },
    {
      path: /^$/u,
      needs: undefined,
      reply: ({ fullName }) => json(200, fullRepositoryBody(fullName)),
    },
    {
      path: /^\/contents\/(.+)$/u,
      needs: 'contents: read',
      reply({ repository, subject, query }) {
        const body = contentsBody(repository.git, subject, query.get('ref') ?? 'main');
        return body === undefined ? refusal(404, 'Not Found') : json(200, body);
      },
    },
    {
      path: /^\/compare\/([^/]+)$/u,
      needs: 'contents: read',
      reply({ repository, subject, fullName }) {
        const [base = '', head = ''] = subject.split('...');
        const found = repository.git?.mergeBase(base, head);
        return found === undefined
          ? refusal(404, 'Not Found')
          : json(200, comparisonBody(fullName, base, found));
      },
    },
    {
      path: /^\/deployments\/(\d+)\/statuses$/u,
      needs: 'deployments: read',
      reply({ repository, subject }) {
        const job = repository.checkRuns.get(String(Number(subject) - 1));
        return job === undefined ? refusal(404, 'Not Found') : json(200, statusBodies(job));
      },
    },
    ...textRoutes(),
  ];

  const reply = (request: IncomingMessage, sent: string): StubFault => {
    const fault = faults.shift();
    if (fault !== undefined) return fault;
    const { pathname, searchParams } = new URL((request.url ?? '').slice(path.length), 'http://stub');
    if (request.method === 'GET' && pathname === '/meta')
      return json(200, { verifiable_password_authentication: false });
    const token = tokens.get((request.headers.authorization ?? '').replace(/^(?:bearer|token) /iu, ''));
    if (token === undefined) return refusal(401, 'Bad credentials');
    const { permissions, login } = token;
    if (request.method === 'POST' && pathname === '/graphql')
      return json(200, { data: { viewer: { login } } });
    const [, place = '', below = ''] = REPOSITORY.exec(pathname) ?? [];
    const route = routes.find(
      ({ method = 'GET', path: each }) => method === request.method && each.test(below),
    );
    if (route === undefined) return refusal(404, 'Not Found');
    const needed = (route.needs ?? 'metadata: read').replace(': ', '=');
    const headers = { 'x-accepted-github-permissions': needed };
    if (!mayDo(route.needs, permissions))
      return { ...refusal(403, 'Resource not accessible by integration'), headers };
    const fullName = decodeURIComponent(place);
    const [, subject = ''] = route.path.exec(below) ?? [];
    const replied = route.reply({
      repository: repositoryOf(fullName),
      fullName,
      subject: decodeURIComponent(subject),
      query: searchParams,
      body: sent === '' ? {} : (JSON.parse(sent) as Record<string, unknown>),
      login,
      address: `${reached}${pathname}`,
    });
    return { ...replied, headers: { ...headers, ...replied.headers } };
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = `${request.method} ${request.url}`;
    requests.push(call);
    const { status, body, headers = {} } = reply(request, await textOf(request));
    if (lost[0]?.test(call) === true) {
      lost.shift();
      request.socket.destroy();
      return;
    }
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(status === 204 ? undefined : body);
  };
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}${path}`;
  reached = url;
  return {
    url,
    requests,
    addRun: (repository, runId) => void runs.set(runId, { repository, reviews: [] }),
    review(runId, review) {
      const run = runs.get(runId);
      if (run === undefined) throw new Error(`There is no run ${runId}.`);
      run.reviews.push(review);
    },
    addEnvironment: (repository, name, environment) =>
      void repositoryOf(repository).environments.set(name.toLowerCase(), { name, environment }),
    addPull(repository, pull, ...commits) {
      const own = [pull.head, ...(pull.mergeCommit === undefined ? [] : [pull.mergeCommit])];
      repositoryOf(repository).pulls.push({ pull, commits: [...own, ...commits] });
    },
    addCommit: (repository, sha, commit) => void repositoryOf(repository).commits.set(sha, commit),
    permit: (repository, login, permission) =>
      void repositoryOf(repository).permissions.set(login.toLowerCase(), permission),
    addCheckRun: (repository, id, job) => void repositoryOf(repository).checkRuns.set(String(id), job),
    addToken: (token, permissions, login = 'github-actions[bot]') =>
      void tokens.set(token, { permissions, login }),
    commentsOf: (repository, issue) => commentsIn(repositoryOf(repository), issue),
    issuesOf: (repository) => repositoryOf(repository).issues,
    loseNext: (request) => void lost.push(request),
    addGit: (repository, git) => void (repositoryOf(repository).git = git),
    reachedAt: (address) => void (reached = address),
    failNext: (...next) => void faults.push(...next),
    failNone: () => void faults.splice(0),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Who may write may read too. */
function mayDo(needs: string | undefined, permissions: readonly string[]): boolean {
  return (
    needs === undefined ||
    [needs, needs.replace(/: read$/u, ': write')].some((each) => permissions.includes(each))
  );
}
