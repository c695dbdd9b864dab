import { describe, expect, test } from 'vitest';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { validateSignature } from '../../src/actions/validate-signature.ts';
import type { Fault } from '../../emulator/index.ts';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { serve } from '../http/client-bench.ts';
import { world } from './harness.ts';

const RIGHTS = { template: /permissions/u, times: Number.POSITIVE_INFINITY } as const;

const OUTAGES: readonly (readonly [string, Fault])[] = [
  ['500', { kind: 'status', status: 500 }],
  ['503', { kind: 'status', status: 503 }],
  ['a page', { kind: 'html-login' }],
  ['a gateway', { kind: 'status', status: 403, body: 'blocked' }],
];

describe.each(OUTAGES)('rights that cannot be read for %s', (_what, kind) => {
  test.each([
    ['find-version', findVersion, { model: STAGING }],
    ['find-version of many', findVersion, { model: 'staging.ml_team.*' }],
    ['validate-signature', validateSignature, { model: STAGING, version: '1' }],
  ] as const)('are a note of %s, which reads what it was asked for', async (_action, action, inputs) => {
    const { run, emulator } = await world();
    const good = await run(action, inputs);
    emulator.faults.add({ ...RIGHTS, kind });
    const seen = await run(action, inputs);
    expect([seen.outputs['outcome'], seen.exitCode]).toEqual([good.outputs['outcome'], good.exitCode]);
    expect(JSON.stringify(seen.report)).toMatch(/privileges-unread|"Privileges","value":"unknown"/u);
    expect(seen.summary).not.toBe('');
  });

  test('are a fact of audit-aliases, which asks for those of a model that it could not read alone', async () => {
    const { run, emulator } = await world();
    emulator.metastore.createModel('prod.ml_team.secret', { owner: 'admin@example.com' });
    emulator.faults.add({ ...RIGHTS, kind });
    const all = await run(auditAliases, { models: PROD });
    expect([all.outputs['outcome'], all.requests.join().includes('permissions')]).toEqual(['ok', false]);
    const seen = await run(auditAliases, { models: `${PROD}\nprod.ml_team.secret` });
    expect([seen.outputs['outcome'], seen.outputs['models-seen'], seen.exitCode]).toEqual([
      'partial',
      '1',
      1,
    ]);
    expect(JSON.stringify(seen.report)).toContain('"Privileges","value":"unknown"');
  });

  test.each([
    ['set-alias', setAlias, { model: PROD, alias: 'Champion', version: '1' }],
    ['gate-on-grants', gateOnGrants, { model: STAGING, operations: 'read' }],
  ] as const)('stop %s, which decides by them', async (_action, action, inputs) => {
    const { run, emulator } = await world();
    emulator.faults.add({ ...RIGHTS, kind });
    const seen = await run(action, inputs);
    expect(seen.outputs['outcome']).toBe('unavailable');
    expect(seen.after).toEqual(seen.before);
  });
});

test('a Unity Catalog server whose permissions respond 500: the version is found, and nobody waits', async () => {
  const API = '/api/2.1/unity-catalog';
  const row = {
    catalog_name: 'dev',
    schema_name: 'ml',
    model_name: 'fraud',
    version: 1,
    status: 'READY',
    source: 'file:/x',
  };
  const responses: Readonly<Record<string, unknown>> = {
    '/api/1.0/unity-control/scim2/Me': { userName: 'ada@example.com' },
    [`${API}/catalogs/dev`]: { name: 'dev', owner: 'admin' },
    [`${API}/schemas/dev.ml`]: { name: 'ml', owner: 'admin' },
    [`${API}/models/dev.ml.fraud`]: { name: 'fraud', catalog_name: 'dev', schema_name: 'ml', owner: 'admin' },
    [`${API}/models/dev.ml.fraud/versions`]: { model_versions: [row] },
    [`${API}/models/dev.ml.fraud/versions/1`]: row,
  };
  const host = await serve((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const found = responses[pathname];
    const failing = pathname.includes('/permissions/');
    response.writeHead(failing ? 500 : found === undefined ? 404 : 200, {
      'content-type': 'application/json',
    });
    response.end(JSON.stringify(found ?? { error_code: failing ? 'INTERNAL' : 'NOT_FOUND', message: 'no' }));
  });
  const { run } = await world();
  const seen = await run(findVersion, { registry: 'unity-catalog', model: 'dev.ml.fraud' }, { host });
  expect(seen.outputs).toMatchObject({ outcome: 'ok', uri: 'models:/dev.ml.fraud/1' });
  expect(seen.slept).toEqual([]);
  expect(JSON.stringify(seen.report.checks)).toContain('privileges-unread');
});
