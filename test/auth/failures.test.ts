import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { signIdToken } from '../../emulator/index.ts';
import type { RunTool } from '../../src/auth/port.ts';
import { AUTH_TYPES, type AuthType } from '../../src/auth/settings.ts';
import { signInBy } from '../../src/auth/sign-in.ts';
import { signInSettings } from '../../src/runtime/sign-in-settings.ts';
import { clientOf, refusal, serve } from '../http/client-bench.ts';
import { faultsOf, open } from './sign-in-bench.ts';

/** How a sign-in, or the first call by its credential, may fail. */
type Failure = 'refused' | 'outage' | 'strange';

/** Each way to sign in: its variables, what is said when one is missing, and the fix that a refusal names. */
interface Row {
  readonly variables: (url: string) => Promise<Record<string, string>>;
  /** A variable that is taken away, and a part of the fault; absent: the machine itself knows who it is. */
  readonly missing?: readonly [variable: string, said: string];
  readonly fix: string;
}

const ID_TOKEN = signIdToken({ iss: 'https://issuer.example', sub: 's', aud: 'a', exp: 4_000_000_000 });
const ENTRA = { ARM_CLIENT_ID: 'app', ARM_TENANT_ID: 'tenant' };
const job = (url: string) => ({
  ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/idtoken`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'ask-for-id-tokens',
});

async function idTokenFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-id-token-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'token');
  await writeFile(file, `${ID_TOKEN}\n`);
  return file;
}

/** A row for every way: a new one without a row is no valid program. Sources: auth-and-http §5, §9. */
const ROWS: Readonly<Record<AuthType, Row>> = {
  pat: {
    variables: async () => ({ DATABRICKS_TOKEN: 'dapi-0123456789' }),
    missing: ['DATABRICKS_TOKEN', '`token` is missing, but pat needs it'],
    fix: 'Check that the token (DATABRICKS_TOKEN) belongs to this host and has not expired.',
  },
  'oauth-m2m': {
    variables: async () => ({ DATABRICKS_CLIENT_ID: 'app', DATABRICKS_CLIENT_SECRET: 'hush-hush' }),
    missing: ['DATABRICKS_CLIENT_SECRET', '`client-secret` is missing, but oauth-m2m needs it'],
    fix: 'A secret expires',
  },
  'github-oidc': {
    variables: async (url) => ({ ...job(url), DATABRICKS_CLIENT_ID: 'app' }),
    missing: ['ACTIONS_ID_TOKEN_REQUEST_URL', 'Add "permissions: id-token: write" to the job'],
    fix: 'No federation policy accepts this ID token',
  },
  'env-oidc': {
    variables: async () => ({ DATABRICKS_OIDC_TOKEN: ID_TOKEN, DATABRICKS_CLIENT_ID: 'app' }),
    missing: ['DATABRICKS_OIDC_TOKEN', 'env-oidc reads the ID token from it'],
    fix: 'No federation policy accepts this ID token',
  },
  'file-oidc': {
    variables: async () => ({
      DATABRICKS_OIDC_TOKEN_FILEPATH: await idTokenFile(),
      DATABRICKS_CLIENT_ID: 'app',
    }),
    missing: ['DATABRICKS_OIDC_TOKEN_FILEPATH', 'file-oidc needs it'],
    fix: 'No federation policy accepts this ID token',
  },
  'azure-client-secret': {
    variables: async () => ({ ...ENTRA, ARM_CLIENT_SECRET: 'hush-hush' }),
    missing: ['ARM_CLIENT_SECRET', '`azure-client-secret` is missing, but azure-client-secret needs it'],
    fix: 'client secrets of Entra expire',
  },
  'github-oidc-azure': {
    variables: async (url) => ({ ...job(url), ...ENTRA }),
    missing: ['ARM_CLIENT_ID', '`azure-client-id` is missing, but github-oidc-azure needs it'],
    fix: 'No federated credential in Entra accepts this ID token',
  },
  'azure-msi': {
    variables: async () => ({ ARM_USE_MSI: 'true' }),
    fix: 'If the machine has several, name one in azure-client-id',
  },
  'azure-devops-oidc': {
    variables: async (url) => ({
      SYSTEM_OIDCREQUESTURI: `${url}/idtoken`,
      SYSTEM_ACCESSTOKEN: 'ask-azure-devops',
      DATABRICKS_CLIENT_ID: 'app',
    }),
    missing: ['SYSTEM_ACCESSTOKEN', 'azure-devops-oidc asks for an ID token with it'],
    fix: 'No federation policy accepts this ID token',
  },
  'azure-cli': { variables: async () => ({}), fix: 'Run azure/login before this step' },
  'databricks-cli': { variables: async () => ({}), fix: 'Sign in with "databricks auth login"' },
};

/** A host, token endpoint, Entra and metadata address in one, which fails; the issuer of ID tokens does not. */
function failing(failure: Failure): Promise<string> {
  return serve((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url?.startsWith('/idtoken') === true) {
      response.end(JSON.stringify({ value: ID_TOKEN, oidcToken: ID_TOKEN }));
      return;
    }
    if (request.url?.includes('/.well-known/') === true) response.writeHead(404).end('{}');
    else if (failure === 'strange') response.end('what?');
    else if (failure === 'outage') response.writeHead(503).end('{"error_code":"TEMPORARILY_UNAVAILABLE"}');
    else response.writeHead(401).end('{"error":"invalid_client","error_description":"No."}');
  });
}

/** A CLI that fails in the same way. */
const TOOLS: Readonly<Record<Failure, RunTool>> = {
  refused: async () => ({ exitCode: 1, stdout: '', stderr: 'ERROR: AADSTS700082: The token has expired.' }),
  outage: async () => ({ exitCode: 1, stdout: '', stderr: 'Error: dial tcp: lookup x: no such host' }),
  strange: async () => ({ exitCode: 0, stdout: 'what?', stderr: '' }),
};

/** The refusal of a first call that is signed by this method. */
async function firstCall(method: AuthType, failure: Failure, runTool: RunTool = TOOLS[failure]) {
  const url = await failing(failure);
  const environment = {
    DATABRICKS_HOST: url,
    DATABRICKS_AUTH_TYPE: method,
    ...(await ROWS[method].variables(url)),
  };
  const { world, clock } = await open(environment, { runTool });
  const endpoints = { entra: url, management: `${url}/`, metadata: url };
  const signIn = signInBy(
    { ...world, endpoints },
    method,
    { origin: url, path: '' },
    signInSettings(environment),
  );
  const { http } = await clientOf(url, { authorizer: signIn, clock });
  const me = '/api/2.0/preview/scim/v2/Me';
  return refusal(http.json({ method: 'GET', template: me, retry: 'safe' }));
}

test('every way to sign in has a row', () => {
  expect(Object.keys(ROWS).sort()).toEqual([...AUTH_TYPES].sort());
});

describe.each(AUTH_TYPES)('%s', (method) => {
  const { missing, fix, variables } = ROWS[method];

  test('refused: denied, with what to do', async () => {
    const error = await firstCall(method, 'refused');
    expect(error).toMatchObject({ code: 'unauthenticated', outcome: 'denied' });
    expect(error.fix).toContain(fix);
    expect(error.fix?.length).toBeLessThan(300);
  });

  test('nobody answers: unavailable, never a refusal', async () => {
    const error = await firstCall(method, 'outage');
    expect(error).toMatchObject({ code: 'unavailable', outcome: 'unavailable' });
    expect(error.message).not.toMatch(/refused:/u);
  });

  test('an answer that is none: unavailable, and nothing of it is taken for a token', async () => {
    expect(await firstCall(method, 'strange')).toMatchObject({ code: 'protocol', outcome: 'unavailable' });
  });

  test.runIf(missing !== undefined)('half of what it needs: told before anything is sent', async () => {
    const [variable = '', said = ''] = missing ?? [];
    const environment = {
      DATABRICKS_HOST: 'https://adb-1.2.azuredatabricks.net',
      DATABRICKS_AUTH_TYPE: method,
      ...(await variables('https://github.example')),
      [variable]: '',
    };
    const faults = faultsOf(environment);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(said);
  });
});

test.each(['azure-cli', 'databricks-cli'] as const)('%s: not there, and not ending', async (method) => {
  const absent = firstCall(method, 'strange', () => Promise.reject(new Error('Unable to locate executable')));
  expect(await absent).toMatchObject({ code: 'invalid-input', outcome: 'invalid' });
  const late = Object.assign(new Error('no end after 30 s'), { code: 'ETIMEDOUT' });
  const slow = await firstCall(method, 'strange', () => Promise.reject(late));
  expect(slow).toMatchObject({ code: 'unavailable', outcome: 'unavailable' });
  expect(slow.message).toContain('no end after 30 s');
});

test.each(['azure-cli', 'databricks-cli'] as const)(
  '%s: ended by a signal refused nobody, whatever it printed before',
  async (method) => {
    for (const stdout of ['', '{"accessToken":"token-of-nobody"}']) {
      const ended = await firstCall(method, 'strange', async () => ({
        signal: 'SIGKILL',
        stdout,
        stderr: 'WARNING: x',
      }));
      expect(ended).toMatchObject({ code: 'unavailable', outcome: 'unavailable' });
      expect(ended.message).toContain('was terminated by the signal SIGKILL');
    }
  },
);

test.each([
  ['azure-cli', 126, '/usr/bin/az: line 2: /opt/az/bin/python3: Permission denied'],
  ['azure-cli', 127, "/usr/bin/env: 'python3': No such file or directory"],
  ['databricks-cli', 127, 'pyenv: databricks: command not found'],
] as const)(
  '%s: a script whose own program is not there refused nobody (%d)',
  async (method, exitCode, stderr) => {
    const error = await firstCall(method, 'strange', async () => ({ exitCode, stdout: '', stderr }));
    expect(error).toMatchObject({ code: 'invalid-input', outcome: 'invalid' });
    expect(error.message).toContain(stderr);
    expect(error.fix).toMatch(/^Install (?:az|databricks) on the runner\./u);
  },
);
