import { describe, expect, test } from 'vitest';
import { noTags } from '../../conformance/rows/operations/own-versions.ts';
import { UNITY_CATALOG_CAPABILITIES } from '../../src/registry/unity-catalog/capabilities.ts';
import type { FaultRule, Switches } from '../../emulator/index.ts';
import { scratchEmulator } from './scratch-emulator.ts';
import { scratchWarehouse } from '../../emulator/seeds/scratch.ts';
import { runAgainst, SCHEMA } from './run-suite.ts';

/** What one row tells of a server that answers wrongly. */
async function verdictsOf(id: string, fault: FaultRule, switches: Partial<Switches> = {}) {
  const emulator = await scratchEmulator(switches);
  emulator.faults.add({ times: Infinity, ...fault });
  const { report } = await runAgainst(emulator.url, ['--only', id]);
  const [row] = report.rows;
  return [row?.verdict, row?.seen];
}

const VERSION = { method: 'GET', template: /model-versions\/get$/ } as const;
const LISTED = { method: 'GET', template: /models\/\{full_name\}\/versions$/ } as const;

test.each([
  ['marker-tags', 'tags', /^tags: /u],
  ['create-described', 'description', /^description and source: /u],
  ['create-described', 'source', /^description and source: /u],
  ['create-of-run', 'run_id', /^run, its workspace, logged model: /u],
  ['create-of-run', 'run_tracking_server_id', /^run, its workspace, logged model: /u],
  ['create-of-run', 'model_id', /^run, its workspace, logged model: /u],
  ['create-with-dependencies', 'model_version_dependencies', /^dependencies: /u],
])('%s differs where the version lacks %s', async (id, field, seen) => {
  expect(await verdictsOf(id, { ...VERSION, kind: { kind: 'missing-field', field } })).toEqual([
    'differs',
    expect.stringMatching(seen),
  ]);
});

test.each(['marker-tags', 'list-versions'])('%s differs where the version is never listed', async (id) => {
  expect(
    await verdictsOf(id, { ...LISTED, kind: { kind: 'missing-field', field: 'model_versions' } }),
  ).toEqual(['differs', 'not listed']);
});

test('a pending version that is never listed, or stays after its deletion was taken, is told', async () => {
  const unlisted = { ...LISTED, kind: { kind: 'missing-field', field: 'model_versions' } } as const;
  expect(await verdictsOf('pending-version', unlisted)).toEqual([
    'differs',
    expect.stringMatching(/^read and listed: /u),
  ]);
  const kept = {
    method: 'DELETE',
    template: /model-versions\/delete$/,
    kind: { kind: 'status', status: 200, body: '{}', contentType: 'application/json' },
  } as const;
  expect(await verdictsOf('pending-version', kept)).toEqual([
    'differs',
    expect.stringMatching(/^after the deletion: /u),
  ]);
});

test('a move of an alias that is not made is told', async () => {
  const kind = { kind: 'status', status: 200, body: '{}', contentType: 'application/json' } as const;
  expect(await verdictsOf('alias', { method: 'PUT', template: /aliases/, skip: 2, kind })).toEqual([
    'differs',
    expect.stringMatching(/^before, after setting twice/u),
  ]);
});

test('groups without their members are not taken for readable', async () => {
  const fault = { template: /\/Groups$/, kind: { kind: 'missing-field', field: 'members' } } as const;
  expect(await verdictsOf('groupMembers', fault)).toEqual(['differs', 'denied']);
});

test.each([
  ['create', 'POST', /models\/versions$/],
  ['finalize', 'PATCH', /finalize$/],
  ['credentials', 'POST', /temporary-model-version-credentials$/],
])('an enriched family without %s is told', async (_what, method, template) => {
  const kind = { kind: 'status', status: 404, errorCode: 'ENDPOINT_NOT_FOUND' } as const;
  expect(await verdictsOf('nativeEnriched', { method, template, kind })).toEqual(['differs', 'some of them']);
});

test('policies are asked of the schema, those above it included', async () => {
  const emulator = await scratchEmulator();
  await runAgainst(emulator.url, ['--only', 'policiesShown', '--only', 'policies-of-schema']);
  const asked = emulator.requests.filter(({ template }) => template.includes('/policies/'));
  expect(asked.map(({ path, query }) => [path.split('/').slice(-2).join('/'), query])).toEqual([
    ['schema/labs.scratchpad', { include_inherited: 'true' }],
    ['schema/labs.scratchpad', { include_inherited: 'true' }],
  ]);
});

test.each([
  [
    'as another kind',
    { policy_type: 'POLICY_TYPE_GRANT', grant: { privileges: ['EXECUTE'] } },
    'unknown',
    undefined,
  ],
  ['with another privilege', { deny: { privileges: ['EXECUTE'] } }, 'differs', 'another privilege'],
  ['with nothing that it denies', { deny: {} }, 'differs', 'a policy without privileges'],
  [
    'spelled otherwise',
    { deny: { privileges: ['MANAGE_ACCESS_CONTROL'] } },
    'as assumed',
    'MANAGE ACCESS CONTROL',
  ],
])('a policy that denies, %s', async (_what, changed, verdict, seen) => {
  const policy = { name: 'locked', policy_type: 'POLICY_TYPE_DENY', to_principals: ['x'], ...changed };
  const body = JSON.stringify({ policies: [policy] });
  const kind = { kind: 'status', status: 200, body, contentType: 'application/json' } as const;
  expect(await verdictsOf('policies-that-deny', { template: /policies/, kind })).toEqual([verdict, seen]);
});

test.each([
  ['metastore-summary', /metastore_summary$/, 'owner', 'owner: no, inheritance: yes'],
  ['file-location', /get-download-uri$/, 'artifact_uri', 'another scheme: '],
  ['list-of-metastore', /unity-catalog\/models$/, 'schema_name', 'without some of them'],
])('%s tells an answer that lacks something', async (id, template, field, seen) => {
  expect(await verdictsOf(id, { template, kind: { kind: 'missing-field', field } })).toEqual([
    'differs',
    seen,
  ]);
});

test('a principal that is not found by its name is told', async () => {
  const fault = {
    template: /\/ServicePrincipals$/,
    kind: { kind: 'missing-field', field: 'Resources' },
  } as const;
  expect(await verdictsOf('directory-by-name', fault)).toEqual(['differs', 'a principal is not found']);
});

test('rows about tags do not apply to a registry without them', () => {
  expect(noTags(UNITY_CATALOG_CAPABILITIES)).toBe('the registry has no tags');
});

describe('the audit log, by a warehouse', () => {
  test.each<[switches: Partial<Switches>, verdict: readonly [string, string]]>([
    [{}, ['as assumed', 'alias_arg full_name_arg version_num']],
    [{ auditKeys: 'plain' }, ['differs', 'alias name version']],
    [{ auditKeys: 'none', warehouseStart: 3 }, ['differs', 'full_name_arg']],
  ])('under %o the keys of a row are seen', async (switches, verdict) => {
    const emulator = await scratchEmulator(switches, ({ workspace }) => {
      workspace.addWarehouse(scratchWarehouse, {
        users: ['7d0c52a4-7e5f-4b1f-9c93-fe91c2d1a001'],
        state: 'STOPPED',
      });
    });
    const { report } = await runAgainst(emulator.url, ['--only', 'audit-keys']);
    expect([report.rows[0]?.verdict, report.rows[0]?.seen]).toEqual(verdict);
  });

  test('rows that have not arrived are unknown, and never other keys', async () => {
    const emulator = await scratchEmulator({ auditLag: 15 });
    const { report } = await runAgainst(emulator.url, ['--only', 'audit-keys']);
    expect([report.rows[0]?.verdict, report.rows[0]?.note]).toEqual([
      'unknown',
      expect.stringContaining('rows arrive late'),
    ]);
  });

  test('who may not read it is refused, by our client too', async () => {
    const emulator = await scratchEmulator({}, (metastore) => {
      metastore.revoke('schema', 'system.access', '7d0c52a4-7e5f-4b1f-9c93-fe91c2d1a001', ['SELECT']);
    });
    const { report } = await runAgainst(emulator.url, ['--only', 'audit-log', '--only', 'audit-keys']);
    expect(report.rows.map(({ verdict, note }) => [verdict, note])).toEqual([
      ['differs', expect.stringContaining('SELECT on Table')],
      ['unknown', expect.stringContaining('SELECT on Table')],
    ]);
  });

  test('without a warehouse its rows are not tried', async () => {
    const emulator = await scratchEmulator();
    const base = ['--schema', SCHEMA];
    const { report } = await runAgainst(emulator.url, ['--only', 'audit-keys'], { base });
    expect(report.rows[0]?.verdict).toBe('not tried');
    expect(emulator.requests.filter(({ path }) => path.startsWith('/api/2.0/sql'))).toEqual([]);
  });
});
