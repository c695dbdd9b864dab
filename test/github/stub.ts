import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A review as a test tells it; what GitHub adds is made here. */
export interface StubReview {
  readonly state?: string;
  /** Null for an account that was deleted. */
  readonly login: string | null;
  readonly type?: 'User' | 'Bot';
  readonly comment?: string;
  readonly environments: readonly string[];
}

/** An answer in place of the right one. */
export interface StubFault {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a stub is started. */
export interface StubOptions {
  /** Where the API begins: a GitHub Enterprise Server has it below a path. Default: at the root. */
  readonly path?: string;
}

/** A GitHub with workflow runs, their reviews, and tokens with permissions. */
export interface GitHubStub {
  /** What `GITHUB_API_URL` would be. */
  readonly url: string;
  /** Each request that came: method and path. */
  readonly requests: string[];
  addRun(repository: string, runId: string): void;
  review(runId: string, review: StubReview): void;
  addToken(token: string, permissions: readonly string[]): void;
  /** Answers the next requests by these, one each. */
  failNext(...faults: StubFault[]): void;
  close(): Promise<void>;
}

interface Run {
  readonly repository: string;
  readonly reviews: StubReview[];
}

const APPROVALS = /^\/repos\/([^/]+\/[^/]+)\/actions\/runs\/(\d+)\/approvals$/u;

/** Starts a stand-in for GitHub's REST API on the loopback. */
export async function startGitHub({ path = '' }: StubOptions = {}): Promise<GitHubStub> {
  const runs = new Map<string, Run>();
  const tokens = new Map<string, readonly string[]>();
  const faults: StubFault[] = [];
  const requests: string[] = [];

  const reply = (request: IncomingMessage): StubFault => {
    const fault = faults.shift();
    if (fault !== undefined) return fault;
    const route = (request.url ?? '').slice(path.length);
    if (request.method === 'GET' && route === '/meta')
      return json(200, { verifiable_password_authentication: false });
    const permissions = tokens.get((request.headers.authorization ?? '').replace(/^(?:bearer|token) /iu, ''));
    if (permissions === undefined) return refusal(401, 'Bad credentials');
    const [, repository, runId] = APPROVALS.exec(route) ?? [];
    if (request.method !== 'GET' || runId === undefined) return refusal(404, 'Not Found');
    if (!permissions.includes('actions: read')) return refusal(403, 'Resource not accessible by integration');
    const run = runs.get(runId);
    if (run?.repository.toLowerCase() !== decodeURIComponent(repository ?? '').toLowerCase()) {
      return refusal(404, 'Not Found');
    }
    return json(200, run.reviews.map(reviewBody));
  };

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    requests.push(`${request.method} ${request.url}`);
    const { status, body, headers = {} } = reply(request);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    requests,
    addRun: (repository, runId) => void runs.set(runId, { repository, reviews: [] }),
    review(runId, review) {
      const run = runs.get(runId);
      if (run === undefined) throw new Error(`There is no run ${runId}.`);
      run.reviews.push(review);
    },
    addToken: (token, permissions) => void tokens.set(token, permissions),
    failNext: (...next) => void faults.push(...next),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(status: number, body: unknown): StubFault {
  return { status, body: JSON.stringify(body) };
}

function refusal(status: number, message: string): StubFault {
  return json(status, { message, documentation_url: 'https://docs.github.com/rest', status: String(status) });
}

/** `environment-approvals` of GitHub's description of its REST API. */
function reviewBody({ state = 'approved', login, type = 'User', comment = '', environments }: StubReview) {
  const time = '2026-11-22T10:00:00Z';
  return {
    state,
    comment,
    environments: environments.map((name, index) => ({
      id: 100 + index,
      node_id: `ENV_${index}`,
      name,
      url: `https://api.github.com/repos/acme/models/environments/${encodeURIComponent(name)}`,
      html_url: `https://github.com/acme/models/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
      created_at: time,
      updated_at: time,
    })),
    user: login === null ? null : userBody(login, type),
  };
}

/** `simple-user` of GitHub's description. */
function userBody(login: string, type: 'User' | 'Bot') {
  const url = `https://api.github.com/users/${encodeURIComponent(login)}`;
  const lists = [
    'followers',
    'following',
    'gists',
    'starred',
    'subscriptions',
    'organizations',
    'repos',
    'events',
    'received_events',
  ];
  return {
    login,
    id: 1,
    node_id: 'U_1',
    avatar_url: 'https://avatars.githubusercontent.com/u/1?v=4',
    gravatar_id: '',
    url,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    ...Object.fromEntries(lists.map((name) => [`${name}_url`, `${url}/${name}`])),
    type,
    site_admin: false,
  };
}
