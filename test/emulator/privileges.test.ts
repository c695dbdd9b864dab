import { expect, test } from 'vitest';
import { L, N, bench, folder, model, roles, verdict, type Role, type Sent } from './request-bench.ts';

interface Operation {
  method: string;
  path: string;
  sent?: Sent;
  /** Roles that may; everybody else is refused with 403. */
  may: readonly Role[];
}

const owners: readonly Role[] = ['owner', 'groupOwner'];
const viewers: readonly Role[] = [...owners, 'reader', 'schemaReader', 'allPrivileges'];
const managers: readonly Role[] = [...owners, 'manager', 'schemaOwner', 'catalogOwner', 'admin'];
const versioners: readonly Role[] = [...owners, 'versioner', 'allPrivileges'];
const taggers: readonly Role[] = [...owners, 'tagger', 'allPrivileges'];
const changes = { changes: [{ principal: 'nobody@example.com', add: ['EXECUTE'] }] };

const operations: Record<string, Operation> = {
  'get a model, older family': {
    method: 'GET',
    path: `${L}/registered-models/get`,
    sent: { query: { name: model } },
    may: viewers,
  },
  'get a model, native': { method: 'GET', path: `${N}/models/${model}`, may: viewers },
  'get a version, older family': {
    method: 'GET',
    path: `${L}/model-versions/get`,
    sent: { query: { name: model, version: '1' } },
    may: viewers,
  },
  'get a version, native': { method: 'GET', path: `${N}/models/${model}/versions/1`, may: viewers },
  'list versions': { method: 'GET', path: `${N}/models/${model}/versions`, may: viewers },
  'resolve an alias': { method: 'GET', path: `${N}/models/${model}/aliases/Champion`, may: viewers },
  'read a file': { method: 'GET', path: `/api/2.0/fs/files${folder}/MLmodel`, may: viewers },
  'list files': { method: 'GET', path: `/api/2.0/fs/directories${folder}`, may: viewers },
  'presign a download': {
    method: 'POST',
    path: '/api/2.0/fs/create-download-url',
    sent: { json: { path: `${folder}/MLmodel` } },
    may: viewers,
  },
  'read credentials': {
    method: 'POST',
    path: `${L}/model-versions/generate-temporary-credentials`,
    sent: { json: { name: model, version: '1', operation: 'MODEL_VERSION_OPERATION_READ' } },
    may: viewers,
  },
  'create a model': {
    method: 'POST',
    path: `${L}/registered-models/create`,
    sent: { json: { name: 'prod.ml.other' } },
    may: ['schemaOwner', 'allPrivileges'],
  },
  'create a version': {
    method: 'POST',
    path: `${L}/model-versions/create`,
    sent: { json: { name: model, source: 'models:/x/1' } },
    may: versioners,
  },
  'set an alias, older family': {
    method: 'POST',
    path: `${L}/registered-models/alias`,
    sent: { json: { name: model, alias: 'next', version: '2' } },
    may: managers,
  },
  'set an alias, native': {
    method: 'PUT',
    path: `${N}/models/${model}/aliases/next`,
    sent: { json: { version_num: 2 } },
    may: managers,
  },
  'delete an alias': { method: 'DELETE', path: `${N}/models/${model}/aliases/Champion`, may: managers },
  'tag a model': {
    method: 'POST',
    path: `${L}/registered-models/set-tag`,
    sent: { json: { name: model, key: 'k', value: 'v' } },
    may: taggers,
  },
  'tag a version': {
    method: 'POST',
    path: `${L}/model-versions/set-tag`,
    sent: { json: { name: model, version: '1', key: 'k', value: 'v' } },
    may: taggers,
  },
  'untag a version': {
    method: 'DELETE',
    path: `${L}/model-versions/delete-tag`,
    sent: { json: { name: model, version: '1', key: 'k' } },
    may: taggers,
  },
  'describe a model': {
    method: 'PATCH',
    path: `${N}/models/${model}`,
    sent: { json: { comment: 'x' } },
    may: managers,
  },
  'describe a version': {
    method: 'PATCH',
    path: `${N}/models/${model}/versions/1`,
    sent: { json: { comment: 'x' } },
    may: managers,
  },
  'rename a model': {
    method: 'PATCH',
    path: `${N}/models/${model}`,
    sent: { json: { new_name: 'fraud2' } },
    may: ['schemaOwner'],
  },
  'delete a version': { method: 'DELETE', path: `${N}/models/${model}/versions/2`, may: managers },
  'delete a model': {
    method: 'DELETE',
    path: `${L}/registered-models/delete`,
    sent: { json: { name: model } },
    may: managers,
  },
  'change grants': {
    method: 'PATCH',
    path: `${N}/permissions/function/${model}`,
    sent: { json: changes },
    may: managers,
  },
  'change the owner': {
    method: 'PATCH',
    path: `${N}/models/${model}`,
    sent: { json: { owner: 'inner' } },
    may: managers,
  },
};

for (const [name, operation] of Object.entries(operations)) {
  test(`${name}: only those with the right`, async () => {
    for (const role of roles) {
      const { call, emulator } = await bench();
      const seen = await call(role, operation.method, operation.path, operation.sent);
      const expected = operation.may.includes(role) ? '200' : '403 PERMISSION_DENIED';
      expect(`${role}: ${verdict(seen)}`).toBe(`${role}: ${expected}`);
      expect(emulator.violations).toEqual([]);
    }
  });
}

test('refusals name the privilege and the securable as Databricks does', async () => {
  const { call } = await bench();
  const messages = async (role: Role, method: string, path: string, sent?: Sent): Promise<unknown> =>
    (await call(role, method, path, sent)).json['message'];
  expect(await messages('user', 'GET', `${N}/models/${model}`)).toBe(
    "User does not have EXECUTE on Routine or Model 'prod.ml.fraud'.",
  );
  expect(await messages('nobody', 'GET', `${N}/models/${model}`)).toBe(
    "User does not have USE CATALOG on Catalog 'prod'.",
  );
  expect(await messages('catalogOnly', 'GET', `${N}/models/${model}`)).toBe(
    "User does not have USE SCHEMA on Schema 'prod.ml'.",
  );
  expect(
    await messages('reader', 'PUT', `${N}/models/${model}/aliases/a`, { json: { version_num: 1 } }),
  ).toBe("User does not have MANAGE on Routine or Model 'prod.ml.fraud'.");
  expect(
    await messages('reader', 'POST', `${L}/model-versions/create`, { json: { name: model, source: 'x' } }),
  ).toBe("User does not have CREATE MODEL VERSION on Routine or Model 'prod.ml.fraud'.");
  expect(
    await messages('reader', 'POST', `${L}/registered-models/create`, { json: { name: 'prod.ml.b' } }),
  ).toBe("User does not have CREATE MODEL on Schema 'prod.ml'.");
});

test('a refused caller succeeds after the grant that the refusal asks for', async () => {
  const { call } = await bench();
  const alias = { json: { version_num: 2 } };
  expect((await call('user', 'PUT', `${N}/models/${model}/aliases/Champion`, alias)).status).toBe(403);
  const owner = { json: { owner: 'user@example.com' } };
  expect((await call('owner', 'PATCH', `${N}/models/${model}`, owner)).status).toBe(200);
  expect((await call('user', 'PUT', `${N}/models/${model}/aliases/Champion`, alias)).status).toBe(200);
  expect((await call('owner', 'GET', `${N}/models/${model}`)).status).toBe(403);
  const grant = { json: { changes: [{ principal: 'account users', add: ['EXECUTE'] }] } };
  expect((await call('user', 'PATCH', `${N}/permissions/function/${model}`, grant)).status).toBe(200);
  expect((await call('owner', 'GET', `${N}/models/${model}`)).status).toBe(200);
});

test('a catalog bound to other workspaces is not accessible, whoever asks', async () => {
  const { call, emulator } = await bench();
  emulator.metastore.createCatalog('prod', { owner: 'catalogOwner@example.com', boundWorkspaces: ['1'] });
  for (const role of ['owner', 'reader', 'admin'] as const) {
    const seen = await call(role, 'GET', `${N}/models/${model}`);
    expect(verdict(seen)).toBe('403 PERMISSION_DENIED');
    expect(seen.json['message']).toBe("Catalog 'prod' is not accessible in current workspace");
  }
  const bindings = await call('admin', 'GET', `${N}/bindings/catalog/prod`);
  expect(bindings.json).toEqual({ bindings: [{ workspace_id: 1, binding_type: 'BINDING_TYPE_READ_WRITE' }] });
});

test('tokens: none, unknown and expired are refused', async () => {
  const { emulator, call } = await bench();
  const bare = await fetch(`${emulator.url}${N}/models/${model}`);
  expect(bare.status).toBe(401);
  emulator.metastore.expireToken('token-owner');
  expect(verdict(await call('owner', 'GET', `${N}/models/${model}`))).toBe('401 UNAUTHENTICATED');
});
