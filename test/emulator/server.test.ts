import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { routes, startEmulator } from '../../emulator/index.ts';
import { L, N, at, bench, call, model, verdict } from './request-bench.ts';

test('strange fields, parameters, bodies, paths and methods are refused and noted', async () => {
  const { call: ask, emulator } = await bench();
  const tries = [
    await ask('owner', 'PATCH', `${N}/models/${model}`, { json: { coment: 'typo' } }),
    await ask('owner', 'GET', `${N}/models/${model}`, { query: { include_alias: 'true' } }),
    await ask('owner', 'POST', `${L}/registered-models/alias`, {
      json: { name: model, alias: 'a', version: 2 },
    }),
    await ask('owner', 'POST', `${N}/models/${model}`, { json: {} }),
    await ask('owner', 'GET', '/api/2.1/unity-catalog/nothing'),
  ];
  expect(tries.map(verdict)).toEqual([
    '400 MALFORMED_REQUEST',
    '400 MALFORMED_REQUEST',
    '400 INVALID_PARAMETER_VALUE',
    '405 ENDPOINT_NOT_FOUND',
    '404 ENDPOINT_NOT_FOUND',
  ]);
  expect(emulator.violations).toEqual([
    "PATCH /api/2.1/unity-catalog/models/{full_name}: unknown body field 'coment'.",
    "GET /api/2.1/unity-catalog/models/{full_name}: unknown query parameter 'include_alias'.",
    `POST /api/2.1/unity-catalog/models/${model}: no such endpoint with this method.`,
    'GET /api/2.1/unity-catalog/nothing: no such endpoint.',
  ]);
});

test('not strict: strange fields are ignored, as Databricks does', async () => {
  const { call: ask, emulator } = await bench({ strict: false });
  expect((await ask('owner', 'PATCH', `${N}/models/${model}`, { json: { comment: 'c', x: 1 } })).status).toBe(
    200,
  );
  expect((await ask('owner', 'GET', `${N}/models/${model}`, { query: { x: '1' } })).status).toBe(200);
  expect(emulator.violations).toEqual([]);
});

test('newer MLflow repeats path parameters in query and body: no violation', async () => {
  const { call: ask, emulator } = await bench();
  const get = await ask('owner', 'GET', `${N}/models/${model}`, {
    query: { full_name: model, include_aliases: 'true' },
  });
  const json = { full_name: model, alias: 'a', version_num: 1 };
  const put = await ask('owner', 'PUT', `${N}/models/${model}/aliases/a`, { json });
  const del = await ask('owner', 'DELETE', `${N}/models/${model}/aliases/a`, {
    json: { full_name: model, alias: 'a' },
  });
  expect([get.status, put.status, del.status, emulator.violations]).toEqual([200, 200, 200, []]);
});

test('the request log: numbers, templates, principals, bodies without secrets, sizes, times', async () => {
  const { call: ask, emulator } = await bench();
  await ask('owner', 'POST', `${L}/registered-models/alias`, {
    json: { name: model, alias: 'a', version: '2' },
  });
  await ask('reader', 'GET', `${N}/models/${model}`, { query: { include_aliases: 'true' } });
  const upload = { path: '/Models/prod/ml/fraud/1/x', session_token: 'secret' };
  await ask('owner', 'POST', '/api/2.0/fs/create-abort-upload-url', { json: upload });
  expect(emulator.requests).toMatchObject([
    {
      number: 1,
      method: 'POST',
      template: `${L}/registered-models/alias`,
      principal: 'owner@example.com',
      status: 200,
      write: true,
      json: { alias: 'a' },
      bytesOut: 2,
    },
    {
      number: 2,
      path: `${N}/models/${model}`,
      template: `${N}/models/{full_name}`,
      query: { include_aliases: 'true' },
      write: false,
      bytesIn: 0,
    },
    { number: 3, status: 404, errorCode: 'NOT_FOUND', json: { session_token: '***' } },
  ]);
  for (const record of emulator.requests) expect(record.endedAt).toBeGreaterThanOrEqual(record.startedAt);
});

test('bodies that are no JSON objects', async () => {
  const { call: ask } = await bench();
  for (const raw of ['{', '[]', '"x"']) {
    expect(verdict(await ask('owner', 'POST', `${L}/registered-models/create`, { raw }))).toBe(
      '400 INVALID_PARAMETER_VALUE',
    );
  }
});

test('names with escaped characters find their object', async () => {
  const { call: ask, emulator } = await bench();
  emulator.metastore.createModel('prod.ml.a#b%c', { owner: 'owners' });
  const seen = await ask('owner', 'GET', `${N}/models/${encodeURIComponent('prod.ml.a#b%c')}`);
  expect(seen.json['full_name']).toBe('prod.ml.a#b%c');
});

test('signing in: host metadata, discovery, client credentials', async () => {
  const { emulator } = await bench();
  emulator.metastore.addSecret('app-1', 'hush');
  const config = await call(emulator, undefined, 'GET', '/.well-known/databricks-config');
  expect(config.json['oidc_endpoint']).toBe(`${emulator.url}/oidc`);
  const discovery = await call(emulator, undefined, 'GET', '/oidc/.well-known/oauth-authorization-server');
  const token = async (secret: string, grant = 'client_credentials'): Promise<Record<string, unknown>> => {
    const headers = {
      authorization: `Basic ${btoa(`app-1:${secret}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
    };
    const raw = new URLSearchParams({ grant_type: grant, scope: 'all-apis' }).toString();
    return (
      await call(emulator, undefined, 'POST', String(discovery.json['token_endpoint']), { raw, headers })
    ).json;
  };
  expect(await token('wrong')).toEqual({
    error: 'invalid_client',
    error_description: expect.any(String) as string,
  });
  expect(await token('hush', 'password')).toMatchObject({ error: 'unsupported_grant_type' });
  const given = await token('hush');
  expect(given).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
  const me = await call(emulator, String(given['access_token']), 'GET', '/api/2.0/preview/scim/v2/Me');
  expect([me.json['applicationId'], me.headers.get('x-databricks-org-id')]).toEqual([
    'app-1',
    '4242424242424242',
  ]);
  emulator.metastore.now = () => Date.now() + 3_700_000;
  expect(
    (await call(emulator, String(given['access_token']), 'GET', '/api/2.0/preview/scim/v2/Me')).status,
  ).toBe(401);
});

test('close ends connections that are idle and requests that hang', async () => {
  const emulator = await startEmulator({ latencyMs: 60_000 });
  const hanging = request(`${emulator.url}/x`);
  hanging.end();
  const ended = once(hanging, 'error');
  await once(hanging, 'socket');
  await new Promise((resolve) => setTimeout(resolve, 30));
  await emulator.close();
  await ended;
});

test('a data directory keeps everything over a restart', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'uc-emulator-test-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const first = await startEmulator({ dataDir, seed: 'demo' });
  const name = 'prod.ml_team.fraud_detection';
  await call(first, 'emulator-promoter', 'POST', `${L}/model-versions/create`, {
    json: { name, source: 's' },
  });
  const put = { raw: new Uint8Array(9_000_000).fill(7) };
  await call(
    first,
    'emulator-promoter',
    'PUT',
    '/api/2.0/fs/files/Models/prod/ml_team/fraud_detection/2/big',
    put,
  );
  await call(first, 'emulator-promoter', 'PUT', `${N}/models/${name}/aliases/Next`, {
    json: { version_num: 2 },
  });
  const before = first.state();
  await first.close();
  const second = await startEmulator({ dataDir, seed: 'demo' });
  onTestFinished(() => second.close());
  expect(second.state()).toEqual(before);
  expect(before.models[name]?.aliases).toEqual({ Champion: 1, Next: 2 });
  const big = await call(
    second,
    'emulator-promoter',
    'GET',
    '/api/2.0/fs/files/Models/prod/ml_team/fraud_detection/2/big',
  );
  expect(big.text.length).toBe(9_000_000);
});

test('the demo: who may do what', async () => {
  const emulator = await startEmulator({ seed: 'demo' });
  onTestFinished(() => emulator.close());
  const staging = 'staging.ml_team.fraud_detection';
  const prod = 'prod.ml_team.fraud_detection';
  const get = async (token: string, name: string): Promise<number> =>
    (await call(emulator, token, 'GET', `${N}/models/${name}`)).status;
  const tokens = ['emulator-promoter', 'emulator-trainer', 'emulator-reader', 'emulator-admin'];
  const seen = await Promise.all(
    tokens.map(async (token) => [await get(token, staging), await get(token, prod)]),
  );
  expect(seen).toEqual([
    [200, 200],
    [200, 403],
    [403, 403],
    [403, 403],
  ]);
  const me = await call(emulator, 'emulator-promoter', 'GET', '/api/2.0/preview/scim/v2/Me');
  expect(at(me.json, 'groups', 0, 'display')).toBe('ml-deployers');
  const metadata = await Promise.all(
    [1, 2].map(
      async (version) =>
        (
          await call(
            emulator,
            'emulator-promoter',
            'GET',
            `/api/2.0/fs/files/Models/staging/ml_team/fraud_detection/${version}/MLmodel`,
          )
        ).text,
    ),
  );
  expect(metadata.map((text) => /^signature:/m.test(text))).toEqual([true, false]);
});

test('the command line prints URL and tokens, and ends on a signal with exit code 0', async () => {
  const main = new URL('../../emulator/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [
    main,
    '--port',
    '0',
    '--seed',
    'demo',
    '--switch',
    'aliasLimit=none',
    '--mix',
    '3',
  ]);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.includes('emulator-admin')) child.kill('SIGTERM');
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(output).toMatch(/^Unity Catalog emulator: http:\/\/127\.0\.0\.1:[0-9]+\n {2}emulator-promoter /);
  expect(code).toBe(0);
});

test('every route says where it is known from, and none stands twice', () => {
  const keys = routes.map((route) => `${route.method} ${route.template}`);
  expect(new Set(keys).size).toBe(keys.length);
  for (const route of routes) expect(route.source.section.length).toBeGreaterThan(5);
  expect(existsSync(new URL('../../emulator/index.ts', import.meta.url))).toBe(true);
});
