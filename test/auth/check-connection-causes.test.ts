import { describe, expect, test } from 'vitest';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';
import { world } from '../actions/harness.ts';
import { serve } from '../http/client-bench.ts';

const ME = /scim\/v2\/Me$/u;
const ALWAYS = Number.POSITIVE_INFINITY;

describe('who the caller is, is not said', () => {
  test.each([
    [
      'in the form of SCIM',
      '{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"detail":"no","status":"403"}',
    ],
    ['in the form of other calls', '{"error_code":"PERMISSION_DENIED","message":"missing scope scim"}'],
  ])('%s: the fix is about the principal, for each action', async (_form, body) => {
    for (const [action, inputs] of [
      [checkConnection, {}],
      [gateOnGrants, { model: STAGING, operations: 'read' }],
    ] as const) {
      const { run, emulator } = await world();
      emulator.faults.add({ path: ME, times: ALWAYS, kind: { kind: 'status', status: 403, body } });
      const seen = await run(action, inputs);
      expect(seen.outputs['outcome']).toBe('denied');
      expect(seen.report.error?.fix).toContain('Assign it to the workspace and activate it there');
      expect(JSON.stringify(seen.report)).not.toContain('Run gate-on-grants');
    }
  });
});

describe('a principal that is inactive', () => {
  test('by what the workspace says of it', async () => {
    const { run, emulator } = await world();
    const body = JSON.stringify({ userName: PROMOTER, applicationId: PROMOTER, active: false, groups: [] });
    emulator.faults.add({ path: ME, times: ALWAYS, kind: { kind: 'status', status: 200, body } });
    const seen = await run(checkConnection, {});
    expect(seen.outputs['outcome']).toBe('denied');
    expect(seen.report.error?.message).toContain(`The principal ${PROMOTER} is inactive in this workspace`);
    expect(seen.report.error?.fix).toContain('activate it');
  });

  test.each([
    [403, 'Service principal 5d1f2c1e is inactive.'],
    [401, 'User ada has been deactivated'],
  ])('by a refusal of %i', async (status, message) => {
    const { run, emulator } = await world();
    const body = JSON.stringify({ error_code: 'PERMISSION_DENIED', message });
    emulator.faults.add({ path: /^\/api/u, times: ALWAYS, kind: { kind: 'status', status, body } });
    const seen = await run(checkConnection, {});
    expect(seen.outputs['outcome']).toBe('denied');
    expect(seen.report.error?.fix).toContain('Have an administrator activate the principal');
  });
});

describe('files that may be read neither way', () => {
  test.each([
    ['denied', 'none', 'denied', 'Check EXECUTE on the model'],
    ['disabled', 'refused', 'unsupported', 'whether the Files API serves /Models'],
    ['absent', 'none', 'unsupported', 'whether the Files API serves /Models'],
  ] as const)('%s, %s', async (filesApi, vendedCredentials, outcome, fix) => {
    const { run, emulator } = await world({ switches: { filesApi, vendedCredentials } });
    emulator.metastore.grant('function', PROD, PROMOTER, ['EXECUTE']);
    const seen = await run(checkConnection, { model: PROD });
    expect(seen.outputs['outcome']).toBe(outcome);
    expect(seen.report.error?.fix).toContain(fix);
    expect(seen.report.error?.fix).not.toMatch(/gate-on-grants|intended host/u);
  });
});

test.each([
  ['the Age that a cache adds is no skew', '120', []],
  ['one that is no number says nothing', 'soon', []],
  ['without it the clock is judged', undefined, ['Clock']],
] as const)('%s', async (_what, age, warned) => {
  const { run, emulator } = await world();
  const host = await serve((request, response) => {
    response.setHeader('date', new Date(Date.now() - 120_000).toUTCString());
    if (age !== undefined) response.setHeader('age', age);
    if (request.url?.startsWith('/.well-known') === true) response.end('{"host_type":"workspace"}');
    else response.writeHead(307, { location: `${emulator.url}${request.url}` }).end();
  });
  const { report } = await run(checkConnection, { registry: 'databricks' }, { host });
  const found = report.checks.filter(({ decision }) => (decision?.findings.length ?? 0) > 0);
  expect(found.map(({ name }) => name)).toEqual(warned);
});
