import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { PromoteError } from '../../src/domain/errors.ts';
import { errorOfGitHub } from '../../src/github/errors.ts';
import { openOctokit, type Octokit } from '../../src/github/octokit.ts';
import { HttpClient } from '../../src/http/client.ts';
import { openTransport } from '../../src/http/transport.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Handler = (request: IncomingMessage, response: ServerResponse, origin: string) => unknown;

/** Octokit beside a server of GitHub's form, below a path as on GitHub Enterprise Server, and the requests that came. */
async function scene(
  handler: Handler,
): Promise<{ octokit: Octokit; requests: IncomingMessage[]; origin: string }> {
  const requests: IncomingMessage[] = [];
  let origin = '';
  const server = createServer((request, response) => {
    requests.push(request);
    response.setHeader('content-type', 'application/json; charset=utf-8');
    handler(request, response, origin);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { transport, close } = await openTransport({});
  closers.push(close, async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const host = `${origin}/api/v3`;
  const quiet = () => undefined;
  const http = new HttpClient({
    host,
    transport,
    userAgent: 'uc-promote/test',
    clock: { now: () => Date.now(), sleep: async () => undefined },
    random: () => 0.5,
    log: { debug: quiet, info: quiet, warning: quiet },
    errorOf: errorOfGitHub,
    authorizer: { headers: async () => ({ authorization: 'Bearer right-token' }) },
  });
  return { octokit: await openOctokit(http, host), requests, origin };
}

const LIST = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
const ISSUE = { owner: 'acme', repo: 'models', issue_number: 7 };

function pages(next: (page: number, origin: string) => string | undefined): Handler {
  return (request, response, origin) => {
    const page = Number(new URL(request.url ?? '', origin).searchParams.get('page') ?? '1');
    const link = next(page, origin);
    if (link !== undefined) response.setHeader('link', `<${link}>; rel="next"`);
    response.end(JSON.stringify([{ id: page }]));
  };
}

test('every page is read through our client, with its token and its retries, below the path of the server', async () => {
  let failures = 0;
  const read = pages((page, origin) =>
    page < 3 ? `${origin}/api/v3/repositories/1/issues/7/comments?per_page=1&page=${page + 1}` : undefined,
  );
  const { octokit, requests } = await scene((request, response, origin) => {
    if (request.url?.includes('page=2') === true && failures === 0) {
      failures += 1;
      response.writeHead(503).end('{"message":"down"}');
    } else read(request, response, origin);
  });
  const found = await octokit.paginate(LIST, { ...ISSUE, per_page: 1 });
  expect(found.map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(requests.map(({ url }) => url)).toEqual([
    '/api/v3/repos/acme/models/issues/7/comments?per_page=1',
    '/api/v3/repositories/1/issues/7/comments?per_page=1&page=2',
    '/api/v3/repositories/1/issues/7/comments?per_page=1&page=2',
    '/api/v3/repositories/1/issues/7/comments?per_page=1&page=3',
  ]);
  for (const { headers } of requests) {
    expect(headers).toMatchObject({
      authorization: 'Bearer right-token',
      'user-agent': 'uc-promote/test',
      'x-github-api-version': '2022-11-28',
    });
  }
});

test.each(['http://127.0.0.1:9/api/v3/steal?page=2', 'http://127.0.0.1.evil.example/api/v3/x'])(
  'a page at another address is not asked for: %s',
  async (link) => {
    const { octokit, requests } = await scene(pages(() => link));
    const failure = await octokit.paginate(LIST, ISSUE).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PromoteError);
    expect(requests).toHaveLength(1);
  },
);

test('a conflict is a failure and no empty page', async () => {
  const { octokit } = await scene((_request, response) => response.writeHead(409).end('{"message":"busy"}'));
  await expect(octokit.paginate(LIST, ISSUE)).rejects.toThrow('HTTP 409: busy');
});

test('a write whose response is lost is not sent again, unless the call says that it may be', async () => {
  const { octokit, requests } = await scene((request) => request.socket.destroy());
  const comment = { ...ISSUE, body: 'hello' };
  const write = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
  await expect(octokit.request(write, comment)).rejects.toBeInstanceOf(PromoteError);
  expect(requests).toHaveLength(1);
  await expect(octokit.request(write, { ...comment, request: { repeat: 'safe' } })).rejects.toBeInstanceOf(
    PromoteError,
  );
  expect(requests.length).toBeGreaterThan(2);
});

test('a body is sent as JSON and nothing of Octokit’s own headers but the media type', async () => {
  const { octokit, requests } = await scene(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.end(
      JSON.stringify({ id: 1, echoed: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown }),
    );
  });
  const { data } = await octokit.rest.issues.createComment({ ...ISSUE, body: 'grüße\n::error::no' });
  expect(data).toEqual({ id: 1, echoed: { body: 'grüße\n::error::no' } });
  expect(requests[0]?.headers.accept).toBe('application/vnd.github.v3+json');
});
