import { describe, expect, test } from 'vitest';
import { signInBy } from '../../src/auth/sign-in.ts';
import type { AuthType } from '../../src/auth/settings.ts';
import { signInSettings } from '../../src/runtime/sign-in-settings.ts';
import { openGitHub } from '../../src/github/client.ts';
import { openTransport } from '../../src/http/transport.ts';
import { fakeClock } from '../actions/recording-runner.ts';
import { refusal, serve } from '../http/client-bench.ts';
import { signIdToken } from '../../emulator/index.ts';
import { open } from './sign-in-bench.ts';

const ID_TOKEN = signIdToken({ iss: 'https://issuer.example', sub: 's', aud: 'a', exp: 4_000_000_000 });

/** How a service fails that is no registry. */
const FAILURES = [
  ['an outage in text', 503, 'text/plain', 'upstream down'],
  ['a page', 200, 'text/html', '<html><title>Blocked by the firewall</title></html>'],
  ['a gateway that refuses', 403, 'text/plain', 'blocked by policy'],
  ['no JSON', 200, 'application/json', 'what?'],
  ['JSON without what was asked for', 200, 'application/json', '{}'],
] as const;

type Failure = readonly [what: string, status: number, type: string, body: string];

/** The refusal of a sign-in of which one service fails in this way; the others do not. */
async function signInWhere(
  failing: 'idtoken' | 'entra' | 'machine',
  method: AuthType,
  [, status, type, body]: Failure,
) {
  const bad = await serve((_request, response) =>
    response.writeHead(status, { 'content-type': type }).end(body),
  );
  const good = await serve((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url?.includes('/.well-known/') === true) response.writeHead(404).end('{}');
    else
      response.end(JSON.stringify({ value: ID_TOKEN, access_token: 'databricks-token', expires_in: 3600 }));
  });
  const environment = {
    DATABRICKS_HOST: good,
    DATABRICKS_AUTH_TYPE: method,
    DATABRICKS_CLIENT_ID: 'app',
    ARM_CLIENT_ID: 'app',
    ARM_CLIENT_SECRET: 'hush-hush',
    ARM_TENANT_ID: 'tenant',
    ACTIONS_ID_TOKEN_REQUEST_URL: `${failing === 'idtoken' ? bad : good}/idtoken`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'ask-for-id-tokens',
  };
  const { world } = await open(environment);
  const endpoints = {
    entra: failing === 'entra' ? bad : good,
    management: `${good}/`,
    metadata: failing === 'machine' ? bad : good,
  };
  const settings = signInSettings(environment);
  const signIn = signInBy({ ...world, endpoints }, method, { origin: good, path: '' }, settings);
  return refusal(signIn.headers());
}

describe.each([
  ['idtoken', 'github-oidc', "GitHub's service for ID tokens: ", 'status of GitHub'],
  ['idtoken', 'github-oidc-azure', "GitHub's service for ID tokens: ", 'status of GitHub'],
  ['entra', 'github-oidc-azure', 'Microsoft Entra: ', 'status of Microsoft Entra'],
  ['entra', 'azure-client-secret', 'Microsoft Entra: ', 'status of Microsoft Entra'],
  [
    'machine',
    'azure-msi',
    'The metadata service of this machine: ',
    'azure-msi works only on self-hosted runners',
  ],
] as const)('%s of %s', (failing, method, name, fix) => {
  test.each(FAILURES)('%s: it is named, and not the host', async (...failure) => {
    const error = await signInWhere(failing, method, failure);
    expect(error.outcome).toBe('unavailable');
    expect(error.message).toContain(name);
    expect(error.fix).toContain(fix);
    expect(error.fix).not.toMatch(/Databricks workspace|status of the workspace|Check the host/u);
  });
});

describe('GitHub refuses an ID token in its own form', () => {
  test.each([
    [403, '{"$id":"1","message":"The job is not authorized.","typeName":"AccessCheckException"}'],
    [401, '{"code":"unauthenticated","msg":"The job is not authorized."}'],
  ])('%i: denied, with what to check of the job', async (status, body) => {
    const error = await signInWhere('idtoken', 'github-oidc', ['', status, 'application/json', body]);
    expect(error).toMatchObject({ code: 'unauthenticated', outcome: 'denied' });
    expect(error.message).toContain('The job is not authorized.');
    expect(error.fix).toContain('Check "permissions: id-token: write" of the job');
  });
});

test.each(FAILURES)("GitHub's API: %s is GitHub's", async (_what, status, type, body) => {
  const host = await serve((_request, response) =>
    response.writeHead(status, { 'content-type': type }).end(body),
  );
  const { transport, close } = await openTransport({});
  const log = { info: () => undefined, debug: () => undefined, warning: () => undefined };
  const clock = fakeClock([]);
  const options = {
    host,
    transport,
    clock,
    random: () => 0.5,
    log,
    userAgent: 'test',
    token: 'token-of-github',
  };
  const error = await refusal(openGitHub(options).listReviews('acme/models', '42'));
  await close();
  expect(error.outcome).toBe('unavailable');
  expect(error.message).toMatch(/^GitHub: /u);
  expect(error.fix).toContain('status of GitHub');
});

test('a proxy on the way there keeps what is to be set of it', async () => {
  const { transport, close } = await openTransport({ HTTPS_PROXY: 'http://127.0.0.1:9' });
  const log = { info: () => undefined, debug: () => undefined, warning: () => undefined };
  const options = {
    host: 'https://api.github.example',
    transport,
    clock: fakeClock([]),
    random: () => 0.5,
    log,
  };
  const github = openGitHub({ ...options, userAgent: 'test', token: 'token-of-github' });
  const error = await refusal(github.listReviews('acme/models', '42'));
  await close();
  expect(error.message).toContain('GitHub: No response from the proxy in HTTPS_PROXY');
  expect(error.fix).toContain('Check the name and port in HTTPS_PROXY');
});
