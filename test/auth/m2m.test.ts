import { expect, test } from 'vitest';
import { PROMOTER } from '../../emulator/seeds/demo-models.ts';
import { refusal, serve } from '../http/client-bench.ts';
import { emulator, open, principalOf, tokenRequests } from './sign-in-bench.ts';

function variables(url: string, secret: string): Record<string, string> {
  return { DATABRICKS_HOST: url, DATABRICKS_CLIENT_ID: PROMOTER, DATABRICKS_CLIENT_SECRET: secret };
}

test('one token request for many calls at once: HTTP Basic, and the form of the official SDKs', async () => {
  const host = await emulator();
  const { signIn } = await open(variables(host.url, host.metastore.addSecret(PROMOTER)));
  const all = await Promise.all(Array.from({ length: 20 }, () => signIn.headers()));
  expect(new Set(all.map((each) => each['authorization'])).size).toBe(1);
  expect(principalOf(host, all[0] ?? {})).toBe(PROMOTER);
  expect(tokenRequests(host)).toEqual([
    {
      call: 'POST /oidc/v1/token',
      scheme: 'basic',
      form: { grant_type: 'client_credentials', scope: 'all-apis' },
      status: 200,
    },
  ]);
});

test('a wrong secret: refused once, with what to check', async () => {
  const host = await emulator();
  const { signIn } = await open(variables(host.url, 'dose-wrong'));
  expect(await refusal(signIn.headers())).toMatchObject({
    message:
      'Signing in with oauth-m2m was refused: invalid_client: Client authentication failed (POST /oidc/v1/token)',
    code: 'unauthenticated',
    outcome: 'denied',
    serverCode: 'invalid_client',
  });
  expect(tokenRequests(host)).toHaveLength(1);
});

test('an outage of the token endpoint is tried again', async () => {
  const host = await emulator();
  host.faults.add({
    method: 'POST',
    template: '/oidc/v1/token',
    kind: { kind: 'status', status: 503 },
    times: 2,
  });
  const { signIn } = await open(variables(host.url, host.metastore.addSecret(PROMOTER)));
  expect(principalOf(host, await signIn.headers())).toBe(PROMOTER);
  expect(tokenRequests(host)).toHaveLength(3);
});

test('a host without discovery: the public path', async () => {
  const paths: string[] = [];
  const url = await serve((request, response) => {
    paths.push(`${request.method} ${request.url}`);
    response.statusCode = request.url === '/oidc/v1/token' ? 200 : 404;
    response.end(JSON.stringify({ access_token: 'tok', expires_in: '3600' }));
  });
  const { signIn, seen } = await open(variables(url, 's'));
  expect(await signIn.headers()).toEqual({ authorization: 'Bearer tok' });
  expect(paths.sort()).toEqual([
    'GET /.well-known/databricks-config',
    'GET /oidc/.well-known/oauth-authorization-server',
    'POST /oidc/v1/token',
  ]);
  expect(seen.masked).toEqual(['tok']);
});

test.each([
  ['the document', { token_endpoint: 'https://login.evil.example/token' }, {}],
  ['the metadata', {}, { oidc_endpoint: 'https://evil.example/oidc' }],
  ['a lookalike', { token_endpoint: 'https://evilcloud.databricks.com.example/token' }, {}],
  ['another port of the host', { token_endpoint: 'http://127.0.0.1:9/token' }, {}],
  ['plain HTTP elsewhere', { token_endpoint: 'http://127.0.0.2:9/token' }, {}],
])('a token endpoint that is not trusted, by %s: nothing is sent', async (_what, document, metadata) => {
  const posts: string[] = [];
  const url = await serve((request, response) => {
    if (request.method === 'POST') posts.push(String(request.url));
    response.end(JSON.stringify(request.url?.startsWith('/.well') === true ? metadata : document));
  });
  const { signIn } = await open(variables(url, 's'));
  const error = await refusal(signIn.headers());
  expect(error).toMatchObject({ code: 'protocol', outcome: 'unavailable' });
  expect(error.message).toMatch(/^The host sends sign-ins to .* Nothing was sent there\.$/u);
  expect(posts).toEqual([]);
});

test('the query of a token endpoint is kept; one that is wrongly encoded is told, and nothing is sent', async () => {
  for (const [path, posts, outcome] of [
    ['/token?p=a%20b', ['/token?p=a+b'], undefined],
    ['/oidc/v1/token?p=1', ['/oidc/v1/token?p=1'], undefined],
    ['/token%zz', [], 'unavailable'],
  ] as const) {
    const seen: string[] = [];
    const url = await serve((request, response) => {
      if (request.method === 'POST') seen.push(String(request.url));
      const endpoint = { token_endpoint: `http://${request.headers.host}${path}` };
      response.end(JSON.stringify(request.method === 'POST' ? { access_token: 'tok' } : endpoint));
    });
    const { signIn } = await open(variables(url, 's'));
    if (outcome === undefined) expect(await signIn.headers()).toEqual({ authorization: 'Bearer tok' });
    else expect(await refusal(signIn.headers())).toMatchObject({ outcome, code: 'protocol' });
    expect(seen).toEqual(posts);
  }
});

test('a host that serves an account: the document that its metadata names', async () => {
  const seen: string[] = [];
  const url = await serve((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    const base = `http://${request.headers.host}`;
    const bodies: Record<string, unknown> = {
      '/.well-known/databricks-config': {
        oidc_endpoint: `${base}/oidc/accounts/{account_id}`,
        account_id: 'a1',
      },
      '/oidc/accounts/a1/.well-known/oauth-authorization-server': {
        token_endpoint: `${base}/oidc/accounts/a1/v1/token`,
      },
      '/oidc/accounts/a1/v1/token': { access_token: 'tok', expires_in: 60 },
      '/oidc/accounts/a2/v1/token': { access_token: 'tok', expires_in: 60 },
    };
    const body = bodies[request.url ?? ''];
    response.statusCode = body === undefined ? 404 : 200;
    response.end(JSON.stringify(body ?? {}));
  });
  const { signIn } = await open({ ...variables(url, 's'), 'INPUT_WORKSPACE-ID': '42' });
  expect(await signIn.headers()).toEqual({ authorization: 'Bearer tok', 'x-databricks-workspace-id': '42' });
  expect(seen.at(-1)).toBe('POST /oidc/accounts/a1/v1/token');
  const pasted = await open(variables(`${url}/?w=ws-1&a=a2`, 's'));
  expect(await pasted.signIn.headers()).toMatchObject({ 'x-databricks-workspace-id': 'ws-1' });
  expect(seen.at(-1)).toBe('POST /oidc/accounts/a2/v1/token');
});

test('an answer without a token is no success', async () => {
  const url = await serve((_request, response) => response.end(JSON.stringify({ access_token: 'a\nb' })));
  const { signIn, seen } = await open(variables(url, 's'));
  expect(await refusal(signIn.headers())).toMatchObject({ code: 'protocol', outcome: 'unavailable' });
  expect(seen.masked).toEqual([]);
});

test('a discovery document that was named and tells nothing is a fault, and no other place is tried', async () => {
  const posts: string[] = [];
  const url = await serve((request, response) => {
    if (request.method === 'POST') posts.push(String(request.url));
    response.end('{}');
  });
  const { signIn } = await open({ ...variables(url, 's'), DATABRICKS_DISCOVERY_URL: `${url}/document` });
  const error = await refusal(signIn.headers());
  expect(error).toMatchObject({ code: 'protocol', outcome: 'unavailable' });
  expect(error.fix).toContain('Check DATABRICKS_DISCOVERY_URL');
  expect(posts).toEqual([]);
});
