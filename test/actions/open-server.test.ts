import { describe, expect, test } from 'vitest';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { serve } from '../http/client-bench.ts';
import { world, type ActionRun } from './harness.ts';

// Answers of the open-source Unity Catalog server 0.6.0 as it starts by default, without authorization (observed).
const API = '/api/2.1/unity-catalog';
const MODEL = 'dev.ml.fraud';
const levels = { catalog_name: 'dev', schema_name: 'ml' };
const row = {
  ...levels,
  model_name: 'fraud',
  version: 1,
  status: 'READY',
  source: 'file:/x',
  created_by: null,
};
const RESPONSES: Readonly<Record<string, unknown>> = {
  [`${API}/catalogs/dev`]: { name: 'dev', owner: null },
  [`${API}/schemas/dev.ml`]: { name: 'ml', catalog_name: 'dev', owner: null },
  [`${API}/models/${MODEL}`]: { ...levels, name: 'fraud', owner: null },
  [`${API}/models/${MODEL}/versions`]: { model_versions: [row], next_page_token: null },
  [`${API}/models/${MODEL}/versions/1`]: row,
  [`${API}/permissions/catalog/dev`]: { privilege_assignments: [] },
  [`${API}/permissions/schema/dev.ml`]: { privilege_assignments: [] },
  [`${API}/permissions/registered_model/${MODEL}`]: { privilege_assignments: [] },
};
const NOBODY = { status: '400', detail: 'No user found.', schemas: [] };

async function runAt(
  action: Parameters<Awaited<ReturnType<typeof world>>['run']>[0],
  inputs: Readonly<Record<string, string>>,
  token: string,
): Promise<ActionRun & { readonly askedWho: number; readonly signed: boolean }> {
  let askedWho = 0;
  let signed = false;
  const host = await serve((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (request.headers.authorization !== undefined) signed = true;
    if (pathname.endsWith('/Me')) {
      askedWho += 1;
      return void response.writeHead(500).end(JSON.stringify(NOBODY));
    }
    const reply = RESPONSES[pathname];
    response.writeHead(reply === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reply ?? { error_code: 'NOT_FOUND', message: 'none' }));
  });
  const { run } = await world();
  const seen = await run(action, { registry: 'unity-catalog', ...inputs }, { host, token });
  return { ...seen, askedWho, signed };
}

describe.each([
  ['without a token', ''],
  ['with one, which is nobody', 'any-token-at-all-of-length'],
])('a server without authorization, %s', (_how, token) => {
  test('a version is found, and rights are not judged', async () => {
    const { outputs, log, askedWho, signed } = await runAt(findVersion, { model: MODEL }, token);
    expect(outputs).toMatchObject({ outcome: 'ok', uri: `models:/${MODEL}/1` });
    expect(log.join('\n')).toContain('the authorization of this registry is off');
    expect([askedWho, signed]).toEqual([1, token !== '']);
  });

  test('a gate is unsupported, and nobody waits for it', async () => {
    const { outputs, askedWho, slept, annotations } = await runAt(gateOnGrants, { model: MODEL }, token);
    expect(outputs).toMatchObject({ outcome: 'unsupported' });
    expect([askedWho, slept]).toEqual([1, []]);
    expect(JSON.stringify(annotations)).toContain(
      'the authorization of this registry is off, so every caller may do everything',
    );
  });

  test('the connection is there, of nobody', async () => {
    const { outputs } = await runAt(checkConnection, { model: MODEL }, token);
    expect(outputs).toMatchObject({ outcome: 'ok', principal: '', 'principal-kind': 'unknown' });
  });
});

test.each([
  ['require', { require: `${MODEL}: MANAGE, EXECUTE` }, 'MANAGE'],
  ['forbid', { forbid: `${MODEL}: ALL PRIVILEGES, OWNERSHIP`, except: 'admin' }, 'ALL PRIVILEGES'],
])('%s of a privilege that the server does not have is unsupported', async (_input, inputs, privilege) => {
  const { outputs, annotations } = await runAt(gateOnGrants, inputs, '');
  expect(outputs).toMatchObject({ outcome: 'unsupported' });
  expect(JSON.stringify(annotations)).toContain(`this registry has no privilege ${privilege}.`);
});
