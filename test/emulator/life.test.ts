import { expect, test } from 'vitest';
import { L, N, at, bench, model, verdict, type Bench } from './request-bench.ts';

async function create(world: Bench, json: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const sent = { json: { name: model, source: 'models:/staging.ml.fraud/1', ...json } };
  const seen = await world.call('owner', 'POST', `${L}/model-versions/create`, sent);
  expect(seen.status).toBe(200);
  return at(seen.json, 'model_version') as Record<string, unknown>;
}

test('a version: created pending, filled, finalized, deleted; its number is never used again', async () => {
  const world = await bench();
  const made = await create(world, {
    description: 'copy',
    run_id: 'r1',
    run_tracking_server_id: '77',
    feature_deps: '',
    tags: [{ key: 'origin', value: 'here' }],
    model_version_dependencies: [{ type: 'DATABRICKS_UC_FUNCTION', name: 'prod.ml.f' }],
  });
  expect(made).toMatchObject({
    name: model,
    version: '3',
    status: 'PENDING_REGISTRATION',
    user_id: 'owner@example.com',
    source: 'models:/staging.ml.fraud/1',
    tags: [{ key: 'origin', value: 'here' }],
    storage_location: expect.stringMatching(/^s3:\/\//) as string,
    model_id: expect.stringMatching(/^m-/) as string,
  });
  const put = await world.call('owner', 'PUT', '/api/2.0/fs/files/Models/prod/ml/fraud/3/MLmodel', {
    raw: 'x',
  });
  expect(put.status).toBe(204);
  const done = await world.call('owner', 'POST', `${L}/model-versions/finalize`, {
    json: { name: model, version: '3' },
  });
  expect(at(done.json, 'model_version', 'status')).toBe('READY');
  const native = await world.call('owner', 'GET', `${N}/models/${model}/versions/3`);
  expect(native.json).toMatchObject({
    version: 3,
    status: 'READY',
    comment: 'copy',
    run_id: 'r1',
    run_workspace_id: 77,
    model_version_dependencies: { dependencies: [{ function: { function_full_name: 'prod.ml.f' } }] },
  });
  expect((await world.call('owner', 'DELETE', `${N}/models/${model}/versions/3`)).json).toEqual({});
  expect(verdict(await world.call('owner', 'GET', `${N}/models/${model}/versions/3`))).toBe(
    '404 RESOURCE_DOES_NOT_EXIST',
  );
  expect((await create(world))['version']).toBe('4');
});

test('the enriched native family lives the same life', async () => {
  const world = await bench();
  const [catalog_name, schema_name, model_name] = model.split('.');
  const names = { catalog_name, schema_name, model_name };
  const made = await world.call('owner', 'POST', `${N}/models/versions`, {
    json: {
      ...names,
      source: 's',
      tags: [{ key: 'a', value: 'b' }],
      model_version_dependencies: { dependencies: [{ table: { table_full_name: 'a.b.c' } }] },
    },
  });
  expect(made.json).toMatchObject({
    version: 3,
    status: 'PENDING_REGISTRATION',
    tags: [{ key: 'a', value: 'b' }],
  });
  const given = await world.call('owner', 'POST', `${N}/temporary-model-version-credentials`, {
    json: { ...names, version: 3, operation: 'READ_WRITE_MODEL_VERSION' },
  });
  expect(given.json).toMatchObject({ storage_mode: 'DEFAULT_STORAGE' });
  const sent = { json: { full_name: model, version: 3 } };
  const done = await world.call('owner', 'PATCH', `${N}/models/${model}/versions/3/finalize`, sent);
  expect(done.json['status']).toBe('READY');
  const changes = { changes: { add_tags: [{ key: 'c', value: 'd' }], remove: ['a'] } };
  expect(
    (await world.call('owner', 'PATCH', `${N}/subentity-tags/FUNCTION/${model}/3`, { json: changes })).json,
  ).toEqual({});
  expect(world.emulator.state().models[model]?.versions['3']?.tags).toEqual({ c: 'd' });
  expect(world.emulator.violations).toEqual([]);
});

test('errors of versions and models carry the codes of Databricks', async () => {
  const { call } = await bench();
  const get = async (path: string, query: Record<string, string>): Promise<string> =>
    verdict(await call('owner', 'GET', path, { query }));
  expect(await get(`${L}/model-versions/get`, { name: model, version: '9' })).toBe(
    '404 RESOURCE_DOES_NOT_EXIST',
  );
  expect(await get(`${L}/model-versions/get`, { name: model, version: '1.5' })).toBe(
    '400 INVALID_PARAMETER_VALUE',
  );
  expect(await get(`${L}/model-versions/get`, { name: model })).toBe('400 INVALID_PARAMETER_VALUE');
  expect(await get(`${L}/registered-models/get`, { name: 'fraud' })).toBe('400 INVALID_PARAMETER_VALUE');
  expect(await get(`${L}/registered-models/get`, { name: 'nope.ml.fraud' })).toBe(
    '404 CATALOG_DOES_NOT_EXIST',
  );
  expect(await get(`${L}/registered-models/get`, { name: 'prod.nope.fraud' })).toBe(
    '404 SCHEMA_DOES_NOT_EXIST',
  );
  const absent = await call('owner', 'GET', `${N}/models/prod.ml.absent`);
  expect(absent.json).toEqual({
    error_code: 'RESOURCE_DOES_NOT_EXIST',
    message: "Routine or Model 'prod.ml.absent' does not exist.",
    details: [expect.objectContaining({ reason: 'RESOURCE_DOES_NOT_EXIST' })],
  });
  const again = await call('schemaOwner', 'POST', `${L}/registered-models/create`, { json: { name: model } });
  expect(again.json['message']).toBe("Routine or Model 'fraud' already exists");
});

test('writes with tokens for reading are refused: credentials of a READY version', async () => {
  const { call } = await bench();
  const json = { name: model, version: '1', operation: 'MODEL_VERSION_OPERATION_READ_WRITE' };
  const path = `${L}/model-versions/generate-temporary-credentials`;
  expect(verdict(await call('owner', 'POST', path, { json }))).toBe('403 PERMISSION_DENIED');
  const s3 = await bench({ switches: { filesMode: 's3' }, s3: { bucket: 'mine', sessionToken: 'st' } });
  const given = await s3.call('owner', 'POST', path, {
    json: { ...json, operation: 'MODEL_VERSION_OPERATION_READ' },
  });
  expect(at(given.json, 'credentials', 'aws_temp_credentials', 'session_token')).toBe('st');
  const where = await s3.call('owner', 'GET', `${L}/model-versions/get-download-uri`, {
    query: { name: model, version: '1' },
  });
  expect(where.json['artifact_uri']).toMatch(/^s3:\/\/mine\//);
});

test('runs and logged models: absent unless added, each version with a model id of its own', async () => {
  const { call, emulator } = await bench();
  const run = '/api/2.0/mlflow/runs/get';
  const seen = await call('owner', 'GET', `${L}/model-versions/get`, {
    query: { name: model, version: '1' },
  });
  const id = String(at(seen.json, 'model_version', 'model_id'));
  expect(verdict(await call('owner', 'GET', run, { query: { run_id: 'r1' } }))).toBe(
    '404 RESOURCE_DOES_NOT_EXIST',
  );
  expect(verdict(await call('owner', 'GET', `/api/2.0/mlflow/logged-models/${id}`))).toBe(
    '404 RESOURCE_DOES_NOT_EXIST',
  );
  emulator.metastore.addRun({ runId: 'r1', workspaceId: '99', tags: { a: 'b' } });
  emulator.metastore.addLoggedModel({ modelId: id, sourceRunId: 'r1' });
  const found = await call('owner', 'GET', run, { query: { run_id: 'r1' } });
  expect([found.headers.get('x-databricks-org-id'), at(found.json, 'run', 'data', 'tags')]).toEqual([
    '99',
    [{ key: 'a', value: 'b' }],
  ]);
  const logged = await call('owner', 'GET', `/api/2.0/mlflow/logged-models/${id}`);
  expect(at(logged.json, 'model', 'info', 'source_run_id')).toBe('r1');
});

test('state: the same after reads, a deep copy, different after a write', async () => {
  const { call, emulator } = await bench();
  const before = emulator.state();
  await call('owner', 'GET', `${N}/models/${model}`);
  await call('reader', 'PUT', `${N}/models/${model}/aliases/Champion`, { json: { version_num: 2 } });
  expect(emulator.state()).toEqual(before);
  await call('owner', 'PUT', `${N}/models/${model}/aliases/Champion`, { json: { version_num: 2 } });
  expect(emulator.state()).not.toEqual(before);
  expect(before.models[model]?.aliases).toEqual({ Champion: 1 });
});
