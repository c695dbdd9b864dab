import { expect, test } from 'vitest';
import { N, bench, model, verdict, type Bench, type Role } from './request-bench.ts';

const path = (kind: string, type: string, name: string): string => `${N}/${kind}/${type}/${name}`;

async function rows(
  { call }: Bench,
  kind: string,
  type: string,
  name: string,
  principal?: string,
): Promise<unknown> {
  const query = principal === undefined ? {} : { principal };
  return (await call('admin', 'GET', path(kind, type, name), { query })).json['privilege_assignments'] ?? [];
}

test('direct grants: own rows of the securable only', async () => {
  const world = await bench();
  expect(await rows(world, 'permissions', 'function', model)).toEqual([
    { principal: 'reader@example.com', privileges: ['EXECUTE'] },
    { principal: 'tagger@example.com', privileges: ['APPLY_TAG'] },
    { principal: 'versioner@example.com', privileges: ['CREATE_MODEL_VERSION'] },
    { principal: 'manager@example.com', privileges: ['MANAGE'] },
  ]);
});

test('effective grants: direct ones, then inherited ones with where they come from; owners never', async () => {
  const world = await bench();
  expect(await rows(world, 'effective-permissions', 'function', model, 'schemaReader@example.com')).toEqual([
    {
      principal: 'schemaReader@example.com',
      privileges: [
        { privilege: 'USE_SCHEMA', inherited_from_type: 'SCHEMA', inherited_from_name: 'prod.ml' },
        { privilege: 'EXECUTE', inherited_from_type: 'SCHEMA', inherited_from_name: 'prod.ml' },
        { privilege: 'USE_CATALOG', inherited_from_type: 'CATALOG', inherited_from_name: 'prod' },
      ],
    },
  ]);
  const all = JSON.stringify(await rows(world, 'effective-permissions', 'function', model));
  expect(all).toContain('ALL_PRIVILEGES');
  expect(all).not.toContain('owners');
});

test('change: spelling with blanks, several principals, revoking; all or nothing', async () => {
  const world = await bench();
  const change = async (role: Role, changes: unknown[], type = 'schema', name = 'prod.ml'): Promise<string> =>
    verdict(await world.call(role, 'PATCH', path('permissions', type, name), { json: { changes } }));
  const user = 'nobody@example.com';
  expect(await change('admin', [{ principal: user, add: ['USE SCHEMA', 'CREATE_MODEL'], remove: [] }])).toBe(
    '200',
  );
  expect(await rows(world, 'permissions', 'schema', 'prod.ml', user)).toEqual([
    { principal: user, privileges: ['USE_SCHEMA', 'CREATE_MODEL'] },
  ]);
  expect(
    await change('admin', [
      { principal: user, remove: ['USE_SCHEMA'] },
      { principal: 'who@example.com', add: ['EXECUTE'] },
    ]),
  ).toBe('404 PRINCIPAL_DOES_NOT_EXIST');
  expect(await change('admin', [{ principal: user, add: ['FLY'] }])).toBe('400 INVALID_PARAMETER_VALUE');
  expect(await change('manager', [{ principal: user, add: ['CREATE_MODEL'] }], 'function', model)).toBe(
    '400 INVALID_PARAMETER_VALUE',
  );
  expect(await rows(world, 'permissions', 'schema', 'prod.ml', user)).toEqual([
    { principal: user, privileges: ['USE_SCHEMA', 'CREATE_MODEL'] },
  ]);
  expect(await change('reader', [{ principal: user, add: ['EXECUTE'] }])).toBe('403 PERMISSION_DENIED');
  const groups = [
    { principal: 'owners', add: ['EXECUTE'] },
    { principal: 'app-1', add: ['APPLY_TAG'] },
  ];
  expect(await change('manager', groups, 'function', model)).toBe('200');
});

test('revoking ALL PRIVILEGES takes what it implied, not MANAGE', async () => {
  const world = await bench();
  const { metastore } = world.emulator;
  metastore.grant('function', model, 'user@example.com', ['ALL_PRIVILEGES', 'EXECUTE', 'MANAGE']);
  const changes = [{ principal: 'user@example.com', remove: ['ALL PRIVILEGES'] }];
  await world.call('owner', 'PATCH', path('permissions', 'function', model), { json: { changes } });
  expect(await rows(world, 'permissions', 'function', model, 'user@example.com')).toEqual([
    { principal: 'user@example.com', privileges: ['MANAGE'] },
  ]);
});

test('missing securables and unknown types', async () => {
  const { call } = await bench();
  const get = async (type: string, name: string): Promise<string> =>
    verdict(await call('owner', 'GET', path('permissions', type, name)));
  expect(await get('catalog', 'nope')).toBe('404 CATALOG_DOES_NOT_EXIST');
  expect(await get('schema', 'prod.nope')).toBe('404 SCHEMA_DOES_NOT_EXIST');
  expect(await get('function', 'prod.ml.nope')).toBe('404 RESOURCE_DOES_NOT_EXIST');
  expect(await get('registered_model', model)).toBe('400 INVALID_PARAMETER_VALUE');
});

test('catalogs, schemas and the metastore tell their owner', async () => {
  const { call } = await bench();
  const owner = async (role: Role, where: string): Promise<unknown> => {
    const seen = await call(role, 'GET', `${N}${where}`);
    return seen.status === 200 ? seen.json['owner'] : verdict(seen);
  };
  expect(await owner('owner', '/catalogs/prod')).toBe('catalogOwner@example.com');
  expect(await owner('owner', '/schemas/prod.ml')).toBe('schemaOwner@example.com');
  expect(await owner('owner', '/metastore_summary')).toBe('metastore-admins');
  expect(await owner('nobody', '/catalogs/prod')).toBe('403 PERMISSION_DENIED');
  expect(await owner('nobody', '/schemas/prod.ml')).toBe('403 PERMISSION_DENIED');
  expect(await owner('owner', '/catalogs/nope')).toBe('404 CATALOG_DOES_NOT_EXIST');
});

test('groups of the workspace: by name, by id, direct members', async () => {
  const { call } = await bench();
  const list = await call('owner', 'GET', '/api/2.0/preview/scim/v2/Groups', {
    query: { filter: 'displayName eq "owners"' },
  });
  const [group] = list.json['Resources'] as {
    id: string;
    displayName: string;
    members: { display: string }[];
  }[];
  expect([group?.displayName, group?.members.map((member) => member.display)]).toEqual([
    'owners',
    ['inner', 'owner@example.com'],
  ]);
  const members = await call('owner', 'GET', `/api/2.0/identity/groups/${group?.id ?? ''}/direct-members`);
  expect((members.json['direct_group_members'] as unknown[]).length).toBe(2);
  const missing = await call('owner', 'GET', '/api/2.0/preview/scim/v2/Groups/1');
  expect(missing.json).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    detail: 'Group with id 1 not found.',
    status: '404',
  });
});
