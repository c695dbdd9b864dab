import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { world, type ActionRun } from '../actions/harness.ts';
import { clientOf, MODEL, refusal, serve } from '../http/client-bench.ts';

const MODELS = { source: `models:/${STAGING}/1`, destination: PROD };
const NONE = { DATABRICKS_TOKEN: '' };
const JOB = {
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://github.example/idtoken',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'ask-for-id-tokens',
};

async function file(name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-unsendable-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** A run that has to be refused for its inputs alone. */
async function refused(
  action: Action,
  inputs: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>>,
): Promise<ActionRun> {
  const { run, emulator } = await world();
  const seen = await run(action, inputs, { environment });
  expect(seen.outputs).toMatchObject({ outcome: 'invalid' });
  expect(emulator.requests).toEqual([]);
  expect(seen.slept).toEqual([]);
  return seen;
}

const said = ({ report, annotations, log }: ActionRun) => JSON.stringify([report.error, annotations, log]);

describe.each([
  ['U+200B', 'a\u200btoken-of-some-length'],
  ['U+2026', 'a-token-that-was-cut\u2026'],
  ['U+00E9', 'a-token-with-an-\u00e9-inside'],
  ['U+0007', 'a-token-that-\u0007-rings-a-bell'],
  ['U+1F511', 'a-token-with-a-\u{1f511}-inside'],
])('%s', (character, value) => {
  const inputs: readonly [string, Action, Record<string, string>, Record<string, string>][] = [
    ['token', checkConnection, { token: value }, NONE],
    ['DATABRICKS_TOKEN', setAlias, { model: PROD, alias: 'a', version: '1' }, { DATABRICKS_TOKEN: value }],
    ['client-secret', checkConnection, { 'client-id': 'app', 'client-secret': value }, NONE],
    ['client-id', checkConnection, { 'client-id': value, 'client-secret': 'hush-hush' }, NONE],
    ['client-id', checkConnection, { 'client-id': value }, { ...NONE, ...JOB }],
    [
      'DATABRICKS_CLIENT_SECRET',
      checkConnection,
      { 'client-id': 'app' },
      { ...NONE, DATABRICKS_CLIENT_SECRET: value },
    ],
    ['workspace-id', checkConnection, { 'workspace-id': value }, {}],
    [
      'azure-client-secret',
      checkConnection,
      { 'azure-client-id': 'app', 'azure-client-secret': value },
      NONE,
    ],
    [
      'ARM_TENANT_ID',
      checkConnection,
      { 'azure-client-id': 'app', 'azure-client-secret': 'hush-hush' },
      { ...NONE, ARM_TENANT_ID: value },
    ],
    [
      'azure-workspace-resource-id',
      checkConnection,
      { 'auth-type': 'azure-cli', 'azure-workspace-resource-id': value },
      NONE,
    ],
    [
      'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
      checkConnection,
      { 'client-id': 'app' },
      { ...NONE, ...JOB, ACTIONS_ID_TOKEN_REQUEST_TOKEN: value },
    ],
    [
      'source-token',
      promote,
      { ...MODELS, 'source-host': 'https://other.example', 'source-token': value },
      {},
    ],
    ['github-token', promote, { ...MODELS, 'github-token': value, 'approval-environment': 'production' }, {}],
    ['token', checkConnection, { registry: 'mlflow', token: value }, NONE],
    ['token', checkConnection, { registry: 'unity-catalog', token: value }, NONE],
  ];
  test.each(inputs)('in %s', async (input, action, given, environment) => {
    const seen = await refused(action, given, environment);
    expect(said(seen)).toContain(
      `\`${input}\` contains the character ${character}, which cannot be sent in an HTTP header.`,
    );
  });

  test('in a profile, and in a file', async () => {
    const path = await file('.databrickscfg', `[prod]\nclient_id = app\nclient_secret = ${value}\n`);
    const inProfile = { ...NONE, DATABRICKS_CONFIG_FILE: path };
    expect(said(await refused(checkConnection, { profile: 'prod' }, inProfile))).toContain(
      `Setting client_secret in profile prod contains the character ${character}`,
    );
    const token = await file('id-token', `a.b${value}.c`);
    const inFile = { ...NONE, DATABRICKS_OIDC_TOKEN_FILEPATH: token };
    const { run, emulator } = await world();
    const seen = await run(checkConnection, { 'client-id': 'app' }, { environment: inFile });
    expect(seen.outputs).toMatchObject({ outcome: 'invalid' });
    expect(said(seen)).toContain('the file of DATABRICKS_OIDC_TOKEN_FILEPATH does not hold an ID token');
    // Only what the host says to everybody may have been read.
    expect(emulator.requests.filter(({ path: asked }) => !asked.startsWith('/.well-known/'))).toEqual([]);
  });
});

test('a password of HTTP Basic may have any character that can be seen, and none that cannot', async () => {
  const heard: string[] = [];
  const host = await serve((request, response) => {
    heard.push(Buffer.from(request.headers.authorization?.slice('Basic '.length) ?? '', 'base64').toString());
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"registered_models":[{"name":"fraud"}]}');
  });
  const { run } = await world();
  const inputs = { registry: 'mlflow' };
  const good = await run(checkConnection, inputs, { host, token: 'ada:pässwörd-\u{1f511}-long' });
  expect([good.outputs['outcome'], heard.at(-1)]).toEqual(['ok', 'ada:pässwörd-\u{1f511}-long']);
  const bad = await run(checkConnection, inputs, { host, token: 'ada:pass\u200bword-long' });
  expect(bad.outputs['outcome']).toBe('invalid');
  expect(said(bad)).toContain('Variable `DATABRICKS_TOKEN` contains the character U+200B');
});

test('whatever else no request can carry is sent by nobody, once, and is no silence of the host', async () => {
  let requests = 0;
  const host = await serve((_request, response) => {
    requests += 1;
    response.end('{}');
  });
  const { http, slept } = await clientOf(host, {
    authorizer: { headers: async () => ({ authorization: 'Bearer a\u200bb' }) },
  });
  const error = await refusal(http.json(MODEL));
  expect(error).toMatchObject({ code: 'rejected', outcome: 'error' });
  expect(error.message).toBe(
    'GET /api/2.1/unity-catalog/models/{name} was not sent: invalid authorization header.',
  );
  expect([requests, slept]).toEqual([0, []]);
});
