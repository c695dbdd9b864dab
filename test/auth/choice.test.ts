import { describe, expect, test } from 'vitest';
import { chooseMethod } from '../../src/auth/choice.ts';
import { signInSettings } from '../../src/runtime/sign-in-settings.ts';
import { faultsOf } from './sign-in-bench.ts';

const HOST = { DATABRICKS_HOST: 'https://adb-1.2.azuredatabricks.net' };
const ID_TOKENS = {
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://example.com/idtoken?api-version=2.0',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'ask',
};

function chosen(environment: Readonly<Record<string, string>>): string {
  const choice = chooseMethod(signInSettings(environment));
  return choice.ok ? choice.method : choice.faults.map(({ problem }) => problem).join(' ');
}

describe('the credential that is there decides', () => {
  test.each<[string, string, Record<string, string>]>([
    ['a token', 'pat', { DATABRICKS_TOKEN: 't' }],
    ['a token as input', 'pat', { INPUT_TOKEN: 't' }],
    ['a token in a job that may ask for ID tokens', 'pat', { DATABRICKS_TOKEN: 't', ...ID_TOKENS }],
    ['id and secret', 'oauth-m2m', { DATABRICKS_CLIENT_ID: 'c', DATABRICKS_CLIENT_SECRET: 's' }],
    [
      'id and secret in a job that may ask for ID tokens',
      'oauth-m2m',
      { 'INPUT_CLIENT-ID': 'c', 'INPUT_CLIENT-SECRET': 's', ...ID_TOKENS },
    ],
    ['an id in a job that may ask for ID tokens', 'github-oidc', { DATABRICKS_CLIENT_ID: 'c', ...ID_TOKENS }],
    ['an ID token in a variable', 'env-oidc', { DATABRICKS_OIDC_TOKEN: 'j', DATABRICKS_CLIENT_ID: 'c' }],
    ['an ID token in a named variable', 'env-oidc', { DATABRICKS_OIDC_TOKEN_ENV: 'J', J: 'j' }],
    [
      'an ID token in a file',
      'file-oidc',
      { DATABRICKS_OIDC_TOKEN_FILEPATH: '/t', DATABRICKS_CLIENT_ID: 'c' },
    ],
    ['the other name of that variable', 'file-oidc', { DATABRICKS_OIDC_TOKEN_FILE: '/t' }],
    ['id and secret of Entra', 'azure-client-secret', { ARM_CLIENT_ID: 'c', ARM_CLIENT_SECRET: 's' }],
    ['id of Entra', 'github-oidc-azure', { ARM_CLIENT_ID: 'c', ARM_TENANT_ID: 't', ...ID_TOKENS }],
    ['a managed identity', 'azure-msi', { ARM_USE_MSI: 'true', ARM_CLIENT_ID: 'c' }],
    ['auth-type over all', 'pat', { DATABRICKS_TOKEN: 't', ARM_CLIENT_ID: 'c', 'INPUT_AUTH-TYPE': 'pat' }],
    ['the Azure CLI by name', 'azure-cli', { DATABRICKS_AUTH_TYPE: 'azure-cli' }],
    ['the Databricks CLI by name', 'databricks-cli', { DATABRICKS_AUTH_TYPE: 'DATABRICKS-CLI' }],
  ])('%s: %s', (_what, method, environment) => {
    expect(chosen({ ...HOST, ...environment })).toBe(method);
  });
});

describe('a group that requests are to be made as', () => {
  const group = { DATABRICKS_GROUP_ID: '77' };

  test.each<[string, Record<string, string>]>([
    ['oauth-m2m', { DATABRICKS_CLIENT_ID: 'c', DATABRICKS_CLIENT_SECRET: 's' }],
    ['github-oidc', { DATABRICKS_CLIENT_ID: 'c', ...ID_TOKENS }],
    ['env-oidc', { DATABRICKS_OIDC_TOKEN: 'j' }],
  ])('is asked for by %s', (method, environment) => {
    expect(chosen({ ...HOST, ...group, ...environment })).toBe(method);
  });

  test.each<[string, Record<string, string>]>([
    ['pat', { DATABRICKS_TOKEN: 't' }],
    ['azure-client-secret', { ARM_CLIENT_ID: 'c', ARM_CLIENT_SECRET: 's' }],
    ['azure-cli', { DATABRICKS_AUTH_TYPE: 'azure-cli' }],
    ['databricks-cli', { DATABRICKS_AUTH_TYPE: 'databricks-cli' }],
    ['azure-msi', { ARM_USE_MSI: 'true', ARM_CLIENT_ID: 'c' }],
  ])('is refused with %s, which would be somebody else', (method, environment) => {
    expect(chosen({ ...HOST, ...group, ...environment })).toBe(
      `it names a group to act as, which ${method} does not support: requests would be made as another principal.`,
    );
  });
});

describe('faults of the configuration', () => {
  test('nothing: every way in one sentence', () => {
    expect(faultsOf({})).toEqual([
      'Input `host` is missing. Add `host: https://adb-123.4.azuredatabricks.net` to the step or set the variable DATABRICKS_HOST.',
      'Input `token`: no credentials are given. Give client-id and "permissions: id-token: write" (GitHub OIDC, no secret), or client-id and client-secret, or azure-client-id with azure-client-secret or id-token: write, or auth-type azure-cli after azure/login, or token, or set the variable DATABRICKS_TOKEN. docs/sign-in.md explains each.',
    ]);
  });

  test('that the job may ask for ID tokens is no credential', () => {
    expect(faultsOf({ ...HOST, ...ID_TOKENS })[0]).toMatch(/^Input `token`: no credentials are given\./u);
  });

  test('an empty secret is nothing, whatever else the machine has', () => {
    expect(faultsOf({ ...HOST, DATABRICKS_TOKEN: ' ', HOME: '/root' })[0]).toMatch(
      /^Input `token`: no credentials are given/u,
    );
  });

  test('more than one way, each with the setting that tells', () => {
    expect(
      faultsOf({ ...HOST, DATABRICKS_TOKEN: 't', 'INPUT_CLIENT-SECRET': 's', DATABRICKS_CLIENT_ID: 'c' }),
    ).toEqual([
      'Input `auth-type`: more than one way to sign in is configured: DATABRICKS_TOKEN (pat) and input client-secret (oauth-m2m). Keep one, or choose with `auth-type: pat`.',
    ]);
    expect(faultsOf({ ...HOST, DATABRICKS_TOKEN: 't', ARM_CLIENT_ID: 'c' })[0]).toContain(
      'DATABRICKS_TOKEN (pat) and ARM_CLIENT_ID (github-oidc-azure)',
    );
  });

  test('a client id alone in a job that may not ask: the missing line of the workflow', () => {
    expect(faultsOf({ ...HOST, DATABRICKS_CLIENT_ID: 'c' })).toEqual([
      'Variable `DATABRICKS_CLIENT_ID` selects github-oidc, but this job may not request an ID token from GitHub. Add "permissions: id-token: write" to the job. (The caller of a reusable workflow must grant it too; a pull request from a fork never gets it.) Or add client-secret.',
    ]);
  });

  test.each(['', 'http://pipelines.example.com/idtoken', 'idtoken?api-version=2.0'])(
    'an address for ID tokens that is "%s" is told before anything is sent',
    (address) => {
      const job = { ...HOST, ...ID_TOKENS, ACTIONS_ID_TOKEN_REQUEST_URL: address };
      const faults = faultsOf({ ...job, DATABRICKS_CLIENT_ID: 'c' });
      expect(faults).toEqual([
        address === ''
          ? (expect.stringContaining('this job may not request an ID token from GitHub') as string)
          : 'Variable `ACTIONS_ID_TOKEN_REQUEST_URL` is not an https:// address. GitHub sets this variable. Remove it from every "env:" and step of the workflow.',
      ]);
    },
  );

  test.each([
    [
      'oauth-m2m',
      { DATABRICKS_CLIENT_ID: 'c' },
      ['Input `client-secret` is missing, but oauth-m2m needs it.'],
    ],
    ['pat', { DATABRICKS_CLIENT_ID: 'c' }, ['Input `token` is missing, but pat needs it.']],
    ['file-oidc', {}, ['Variable `DATABRICKS_OIDC_TOKEN_FILEPATH` is missing, but file-oidc needs it.']],
    ['env-oidc', {}, ['Variable `DATABRICKS_OIDC_TOKEN` is empty, but env-oidc reads the ID token from it.']],
    [
      'azure-client-secret',
      {},
      [
        'Input `azure-client-id` is missing, but azure-client-secret needs it.',
        'Input `azure-client-secret` is missing, but azure-client-secret needs it.',
      ],
    ],
    [
      'github-oidk',
      {},
      ['Input `auth-type`: "github-oidk" is not a sign-in method. Did you mean github-oidc?'],
    ],
  ])('auth-type %s and half of what it needs', (type, more, problems) => {
    const faults = faultsOf({ ...HOST, ...more, DATABRICKS_AUTH_TYPE: type });
    expect(faults).toHaveLength(problems.length);
    for (const [index, problem] of problems.entries()) expect(faults[index]).toContain(problem);
  });
});
