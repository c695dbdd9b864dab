import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { DATABRICKS_RESOURCE, endpointsOf } from '../../src/auth/azure-cloud.ts';
import { signInBy } from '../../src/auth/sign-in.ts';
import type { AuthType } from '../../src/auth/settings.ts';
import { signInSettings } from '../../src/runtime/sign-in-settings.ts';
import type { RunTool } from '../../src/auth/port.ts';
import { clientOf, MODEL, refusal, serve } from '../http/client-bench.ts';
import { REFUSALS_PRINTED, TOKENS_PRINTED, type CliOutput } from './cli-outputs.ts';
import { emulator, jobVariables, open, SUBJECT, type Bench } from './sign-in-bench.ts';

const RESOURCE_ID = '/subscriptions/s1/resourceGroups/g/providers/Microsoft.Databricks/workspaces/w';
/** The day before the tokens of the recorded outputs end. */
const RECORDED_AT = Date.parse('2026-11-22T00:00:00Z');
const MANAGEMENT = 'https://management.core.windows.net/';

interface Seen {
  readonly path: string;
  readonly form: Record<string, string>;
  readonly headers: IncomingMessage['headers'];
}

/** A stand-in for Entra, the metadata address of a machine and a workspace's login. Its answers are those of the docs. */
async function azure(refuse?: {
  error: string;
  error_description: string;
}): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const url = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      const path = request.url ?? '';
      const form = Object.fromEntries(new URLSearchParams(body));
      seen.push({ path, form, headers: request.headers });
      if (path === '/aad/auth') {
        response.writeHead(302, { location: `${url}/tenant-1/oauth2/authorize?x=1` }).end();
        return;
      }
      if (refuse !== undefined) {
        response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify(refuse));
        return;
      }
      const resource = form['resource'] ?? new URL(path, url).searchParams.get('resource') ?? '';
      const token = resource === DATABRICKS_RESOURCE ? 'databricks-token' : 'management-token';
      response.end(JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: '3599' }));
    });
  });
  return { url, seen };
}

/** A sign-in whose addresses of Azure are the stand-in's. */
async function azureSignIn(
  method: AuthType,
  url: string,
  more: Record<string, string>,
  runTool?: RunTool,
): Promise<Bench> {
  const environment = { DATABRICKS_HOST: url, DATABRICKS_AUTH_TYPE: method, ...more };
  const bench = await open(environment, runTool === undefined ? {} : { runTool, at: RECORDED_AT });
  const endpoints = { entra: url, management: MANAGEMENT, metadata: url };
  const world = { ...bench.world, endpoints };
  const signIn = signInBy(
    world,
    method,
    { origin: more['DATABRICKS_HOST'] ?? url, path: '' },
    signInSettings(environment),
  );
  return { ...bench, signIn, world };
}

describe('azure-client-secret', () => {
  const client = { ARM_CLIENT_ID: 'app', ARM_CLIENT_SECRET: 'hush' };

  test('asks the tenant of the workspace for one token', async () => {
    const { url, seen } = await azure();
    const { signIn, seen: reported } = await azureSignIn('azure-client-secret', url, client);
    expect(await signIn.headers()).toEqual({ authorization: 'Bearer databricks-token' });
    expect(reported.log.join('\n')).toMatch(/^debug: GET \/aad\/auth 302 \d+ ms$/mu);
    expect(seen.map(({ path, form }) => [path, form])).toEqual([
      ['/aad/auth', {}],
      [
        '/tenant-1/oauth2/token',
        {
          grant_type: 'client_credentials',
          resource: DATABRICKS_RESOURCE,
          client_id: 'app',
          client_secret: 'hush',
        },
      ],
    ]);
    expect(seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  test('remembers the tenant for the next token', async () => {
    const { url, seen } = await azure();
    const { signIn, clock } = await azureSignIn('azure-client-secret', url, client);
    await signIn.headers();
    clock.pass(3_590_000);
    await signIn.headers();
    expect(seen.map(({ path }) => path)).toEqual([
      '/aad/auth',
      '/tenant-1/oauth2/token',
      '/tenant-1/oauth2/token',
    ]);
  });

  test.each([
    ['nothing', undefined, 'No response from the host (UND_ERR_SOCKET) at GET /aad/auth.'],
    ['503', 503, 'HTTP 503: the workspace does not state its Microsoft Entra tenant (GET /aad/auth)'],
  ])(
    'the workspace answers %s when it is asked for its tenant: unavailable',
    async (_what, status, message) => {
      let asked = 0;
      const url = await serve((request, response) => {
        asked += 1;
        if (status === undefined) request.socket.destroy();
        else response.writeHead(status).end();
      });
      const { signIn } = await azureSignIn('azure-client-secret', url, client);
      expect(await refusal(signIn.headers())).toMatchObject({ message, outcome: 'unavailable' });
      expect(asked).toBe(2);
    },
  );

  test('with the resource id of the workspace, the management of Azure vouches too', async () => {
    const { url, seen } = await azure();
    const { signIn, seen: reported } = await azureSignIn('azure-client-secret', url, {
      ...client,
      ARM_TENANT_ID: 't',
      DATABRICKS_AZURE_RESOURCE_ID: RESOURCE_ID,
    });
    expect(await signIn.headers()).toEqual({
      authorization: 'Bearer databricks-token',
      'x-databricks-azure-sp-management-token': 'management-token',
      'x-databricks-azure-workspace-resource-id': RESOURCE_ID,
    });
    expect(seen.map(({ path }) => path)).toEqual(['/t/oauth2/token', '/t/oauth2/token']);
    expect(reported.masked.sort()).toEqual(['databricks-token', 'management-token']);
  });

  test('a refusal of Entra keeps its code', async () => {
    const { url } = await azure({
      error: 'invalid_client',
      error_description: 'AADSTS7000222: The provided client secret keys are expired.',
    });
    const { signIn } = await azureSignIn('azure-client-secret', url, { ...client, ARM_TENANT_ID: 't' });
    const error = await refusal(signIn.headers());
    expect(error).toMatchObject({ code: 'unauthenticated', outcome: 'denied', serverCode: 'invalid_client' });
    expect(error.message).toContain('AADSTS7000222');
  });
});

test('github-oidc-azure sends the ID token as its assertion, and explains a refusal by its claims', async () => {
  const host = await emulator();
  const variables = { ...jobVariables(host), ARM_CLIENT_ID: 'app', ARM_TENANT_ID: 't' };
  const good = await azure();
  const { signIn } = await azureSignIn('github-oidc-azure', good.url, variables);
  expect(await signIn.headers()).toEqual({ authorization: 'Bearer databricks-token' });
  expect(good.seen[0]?.form).toMatchObject({
    client_id: 'app',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  });
  expect(host.requests.find(({ path }) => path.endsWith('/idtoken'))?.query['audience']).toBe(
    'api://AzureADTokenExchange',
  );
  const bad = await azure({
    error: 'invalid_request',
    error_description: 'AADSTS700213: No matching record',
  });
  const error = await refusal((await azureSignIn('github-oidc-azure', bad.url, variables)).signIn.headers());
  expect(error.advice?.at(-1)).toEqual({
    kind: 'command',
    text: `az ad app federated-credential create --id app --parameters '{"name":"github-actions","issuer":"https://token.actions.githubusercontent.com","subject":"${SUBJECT}","audiences":["api://AzureADTokenExchange"]}'`,
  });
});

test('azure-msi asks the address of the machine, with its header', async () => {
  const { url, seen } = await azure();
  const { signIn } = await azureSignIn('azure-msi', url, { ARM_CLIENT_ID: 'app' });
  expect(await signIn.headers()).toEqual({ authorization: 'Bearer databricks-token' });
  expect(seen[0]?.path).toBe(
    `/metadata/identity/oauth2/token?api-version=2018-02-01&resource=${DATABRICKS_RESOURCE}&client_id=app`,
  );
  expect(seen[0]?.headers['metadata']).toBe('true');
});

describe('CLIs', () => {
  const url = 'http://127.0.0.1:9';
  const asked = {
    az: ['az', 'account', 'get-access-token', '--resource', DATABRICKS_RESOURCE, '--output', 'json'],
    databricks: ['databricks', 'auth', 'token', '--host', url],
  };
  const byTool = ({ tool }: CliOutput) => (tool === 'az' ? 'azure-cli' : 'databricks-cli');

  test.each(TOKENS_PRINTED)('%s', async (_name, output, expiresAt) => {
    const calls: string[][] = [];
    const { signIn, seen } = await azureSignIn(byTool(output), url, {}, async (tool, args) => {
      calls.push([tool, ...args]);
      return output;
    });
    const token = output.tool === 'az' ? 'recorded-azure-token' : 'recorded-databricks-token';
    expect(await signIn.headers()).toEqual({ authorization: `Bearer ${token}` });
    expect(await signIn.open()).toBe(expiresAt);
    expect(calls).toEqual([asked[output.tool]]);
    expect([seen.masked, seen.log.join('\n')]).toEqual([[token], expect.not.stringContaining(token)]);
  });

  test.each(REFUSALS_PRINTED)('%#: a refusal is told in its own words', async (output, reported) => {
    const { signIn } = await azureSignIn(byTool(output), url, {}, async () => output);
    const error = await refusal(signIn.headers());
    expect(error).toMatchObject({ code: 'unauthenticated', outcome: 'denied' });
    expect(error.message).toContain(reported);
    expect(error.message).not.toContain('\n');
  });

  test('not signed in, not there, and an output that is none', async () => {
    const responses: RunTool[] = [
      async () => ({ exitCode: 1, stdout: '', stderr: "ERROR: Please run 'az login' to setup account.\n" }),
      () => Promise.reject(new Error('Unable to locate executable file: az')),
      async () => ({ exitCode: 0, stdout: 'tok secret', stderr: '' }),
    ];
    const messages = await Promise.all(
      responses.map(async (runTool) => {
        const { signIn } = await azureSignIn('azure-cli', 'http://127.0.0.1:9', {}, runTool);
        return (await refusal(signIn.headers())).message;
      }),
    );
    expect(messages).toEqual([
      "Signing in with azure-cli failed: az printed: ERROR: Please run 'az login' to setup account.",
      'Signing in with azure-cli failed: az could not be run: Unable to locate executable file: az',
      'The output of az contains no token.',
    ]);
  });
});

test.each([
  ['PUBLIC', 'https://login.microsoftonline.com'],
  ['usgovernment', 'https://login.microsoftonline.us'],
  ['AzureUSGovernmentCloud', 'https://login.microsoftonline.us'],
  ['AzureChinaCloud', 'https://login.chinacloudapi.cn'],
  ['AzureCloud', 'https://login.microsoftonline.com'],
])('ARM_ENVIRONMENT %s', async (name, entra) => {
  const { world } = await open({ DATABRICKS_HOST: 'http://127.0.0.1:9', DATABRICKS_TOKEN: 't' });
  expect(endpointsOf(world, signInSettings({ ARM_ENVIRONMENT: name })).entra).toBe(entra);
});

describe('Entra refuses by 400, in whatever form', () => {
  const said = "AADSTS90002: Tenant 'tenant-9' not found.";
  test.each([
    ['JSON', 'application/json', JSON.stringify({ error: 'invalid_request', error_description: said })],
    ['text', 'text/plain', said],
    ['a page', 'text/html', `<html><title>Sign in</title><body><div>${said}</div></body></html>`],
  ])('%s: denied, with the tenant and the audience', async (_form, contentType, body) => {
    const url = await serve((_request, response) =>
      response.writeHead(400, { 'content-type': contentType }).end(body),
    );
    const variables = { ARM_CLIENT_ID: 'app', ARM_CLIENT_SECRET: 'hush', ARM_TENANT_ID: 'tenant-9' };
    const { signIn } = await azureSignIn('azure-client-secret', url, variables);
    const error = await refusal(signIn.headers());
    expect(error).toMatchObject({ code: 'unauthenticated', outcome: 'denied' });
    expect(error.message).toContain(said);
    expect(error.message).toContain(`from the tenant tenant-9, for the audience ${DATABRICKS_RESOURCE}`);
  });

  test('a gateway in front of it is no refusal', async () => {
    const url = await serve((_request, response) => response.writeHead(400).end('Bad gateway request'));
    const variables = { ARM_CLIENT_ID: 'app', ARM_CLIENT_SECRET: 'hush', ARM_TENANT_ID: 't' };
    const { signIn } = await azureSignIn('azure-client-secret', url, variables);
    expect(await refusal(signIn.headers())).toMatchObject({ code: 'protocol', outcome: 'unavailable' });
  });
});

describe('az is asked for the tenant of the workspace', () => {
  const args = ['account', 'get-access-token', '--resource', DATABRICKS_RESOURCE, '--output', 'json'];
  const token = async () => ({ exitCode: 0, stdout: '{"accessToken":"databricks-token"}', stderr: '' });

  test.each([
    ['where it says it', {}, ['--tenant', 'tenant-1']],
    ['unless one is given', { ARM_TENANT_ID: 't' }, ['--tenant', 't']],
    ['or a subscription', { DATABRICKS_AZURE_RESOURCE_ID: RESOURCE_ID }, ['--subscription', 's1']],
  ])('%s', async (_when, variables, added) => {
    const { url } = await azure();
    const calls: (readonly string[])[] = [];
    const { signIn } = await azureSignIn('azure-cli', url, variables, async (_tool, given) => {
      calls.push(given);
      return token();
    });
    await signIn.headers();
    expect(calls[0]).toEqual([...args, ...added]);
  });

  test('who is signed in to another one is denied, with the tenant and the audience', async () => {
    const { url } = await azure();
    const { signIn } = await azureSignIn('azure-cli', url, {}, async () => ({
      exitCode: 1,
      stdout: '',
      stderr: 'ERROR: AADSTS50020: User account from identity provider does not exist in tenant.',
    }));
    const error = await refusal(signIn.headers());
    expect(error).toMatchObject({ code: 'unauthenticated', outcome: 'denied' });
    expect(error.fix).toContain(
      `in the tenant tenant-1. The token is for the audience ${DATABRICKS_RESOURCE}`,
    );
  });

  test('the identity of a machine, whose tenant az does not take, is asked without one', async () => {
    const { url } = await azure();
    const calls: (readonly string[])[] = [];
    const { signIn } = await azureSignIn('azure-cli', url, {}, async (_tool, given) => {
      calls.push(given);
      return given.includes('--tenant')
        ? {
            exitCode: 1,
            stdout: '',
            stderr: "ERROR: Tenant shouldn't be specified for managed identity account",
          }
        : token();
    });
    expect(await signIn.headers()).toEqual({ authorization: 'Bearer databricks-token' });
    expect(calls).toEqual([[...args, '--tenant', 'tenant-1'], args]);
  });
});

describe('a workspace that refuses the claims of a token by 400', () => {
  const ISSUERS = [
    'https://sts.windows.net/tenant-of-workspace/',
    'https://sts.windows.net/tenant-of-caller/',
  ];
  const [wanted = '', given = ''] = ISSUERS;
  const java = 'io.jsonwebtoken.IncorrectClaimException: Expected';
  const claims: readonly [string, string, readonly string[]][] = [
    [
      'audience',
      `${java} aud claim to be: ${DATABRICKS_RESOURCE}, but was: ${MANAGEMENT}.`,
      [DATABRICKS_RESOURCE, MANAGEMENT, '--resource'],
    ],
    [
      'tenant',
      `${java} iss claim to be: ${wanted}, but was: ${given}`,
      ['tenant tenant-of-caller', 'belongs to tenant-of-workspace', 'azure-tenant-id'],
    ],
    ['signature', 'io.jsonwebtoken.security.SignatureException: JWT signature does not match', ['token']],
  ];
  const forms: readonly [string, (message: string) => { type: string; body: string }][] = [
    ['text', (body) => ({ type: 'text/plain', body })],
    ['JSON', (message) => ({ type: 'application/json', body: JSON.stringify({ error_code: 400, message }) })],
    [
      'JSON with a code',
      (message) => ({
        type: 'application/json',
        body: JSON.stringify({ error_code: 'INVALID_PARAMETER_VALUE', message }),
      }),
    ],
    [
      'a page',
      (message) => ({
        type: 'text/html',
        body: `<html><title>Error 400 ${message}</title><pre>    ${message}</pre></html>`,
      }),
    ],
    [
      'a page with a title alone',
      (message) => ({ type: 'text/html', body: `<html><title>Error 400 ${message}</title></html>` }),
    ],
  ];
  describe.each(forms)('as %s', (_form, write) => {
    test.each(claims)('%s: denied, named, and sent once', async (_claim, message, named) => {
      let requests = 0;
      const { type, body } = write(message);
      const host = await serve((_request, response) => {
        requests += 1;
        response.writeHead(400, { 'content-type': type }).end(body);
      });
      const { signIn } = await azureSignIn('azure-cli', host, { ARM_TENANT_ID: 't' }, async () => ({
        exitCode: 0,
        stdout: '{"accessToken":"databricks-token"}',
        stderr: '',
      }));
      const { http } = await clientOf(host, { authorizer: signIn });
      const error = await refusal(http.json(MODEL));
      expect(error).toMatchObject({ code: 'unauthenticated', outcome: 'denied', httpStatus: 400 });
      for (const text of named) expect(error.fix).toContain(text);
      expect(requests).toBe(1);
    });
  });
});
