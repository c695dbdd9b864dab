import { describe, expect, test } from 'vitest';
import { refusal } from '../../http/client-bench.ts';
import { all, PROD, registryBench, STAGING } from '../registry-bench.ts';

const PROMOTER = '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe';
const NOTHING = { ...PROD, model: 'nothing' };

describe('what exists, in domain words', () => {
  for (const numbersAsStrings of [false, true]) {
    test(`a model, a version, its extras and an alias (numbers as ${numbersAsStrings ? 'texts' : 'numbers'})`, async () => {
      const { registry } = await registryBench({ switches: { numbersAsStrings, unknownFields: true } });
      expect(await registry.getRegisteredModel(PROD)).toEqual({
        name: PROD,
        owner: 'ml-deployers',
        description: 'Scores card transactions for fraud, in production.',
        aliases: [{ alias: 'Champion', version: 1 }],
      });
      expect(await registry.getModelVersion(STAGING, 1)).toMatchObject({
        name: STAGING,
        version: 1,
        status: 'READY',
        description: 'Trained on the third quarter.',
        runId: 'a1b2c3d4e5f60718293a4b5c6d7e8f90',
        tags: expect.arrayContaining([{ key: 'dataset', value: 'transactions_q3' }]) as unknown,
      });
      expect(await registry.getModelExtras(STAGING)).toEqual({
        aliases: [],
        tags: [{ key: 'team', value: 'risk' }],
      });
      expect([await registry.getAlias(PROD, 'Champion'), await registry.getAlias(PROD, 'cHAMPION')]).toEqual([
        1, 1,
      ]);
    });
  }

  test('the caller: a service principal by its application id, a user by e-mail', async () => {
    const { registry } = await registryBench();
    expect(await registry.getCaller()).toMatchObject({
      principal: PROMOTER,
      displayName: 'promoter',
      kind: 'service-principal',
      groups: ['ml-deployers'],
    });
    const asUser = await registryBench({}, 'emulator-trainer');
    expect(await asUser.registry.getCaller()).toMatchObject({ principal: 'ada@example.com', kind: 'user' });
    const renamed = await registryBench({ switches: { servicePrincipalUserName: 'displayName' } });
    expect(await renamed.registry.getCaller()).toMatchObject({ principal: PROMOTER });
  });

  test('parents with their owners, and grants with where they come from', async () => {
    const { registry } = await registryBench();
    expect(await registry.getParent({ type: 'schema', name: 'prod.ml_team' })).toMatchObject({
      owner: 'admin@example.com',
    });
    expect(await registry.getParent({ type: 'catalog', name: 'prod' })).toMatchObject({
      owner: 'admin@example.com',
    });
    const grants = await registry.getEffectiveGrants(
      { type: 'function', name: 'staging.ml_team.fraud_detection' },
      PROMOTER,
    );
    expect(grants).toContainEqual(
      expect.objectContaining({
        principal: 'ml-deployers',
        privileges: expect.arrayContaining([
          { privilege: 'EXECUTE', inheritedFrom: { type: 'schema', name: 'staging.ml_team' } },
        ]) as unknown,
      }),
    );
  });
});

for (const permissionPathCase of ['either', 'lower', 'upper'] as const) {
  test(`grants and policies are read where paths take the type in ${permissionPathCase} case`, async () => {
    const { registry, emulator } = await registryBench(
      { switches: { permissionPathCase } },
      'emulator-admin',
    );
    emulator.metastore.addPolicy({
      name: 'open models',
      onType: 'catalog',
      onName: 'prod',
      to: ['account users'],
      privileges: ['EXECUTE'],
      whenTag: ['tier', 'open'],
    });
    const schema = { type: 'schema', name: 'prod.ml_team' } as const;
    for (let count = 0; count < 2; count += 1) {
      expect(await registry.getEffectiveGrants(schema)).not.toEqual([]);
      expect(await registry.listPolicies?.(schema)).toEqual([
        { name: 'open models', kind: 'grants', to: ['account users'], except: [], privileges: ['EXECUTE'] },
      ]);
    }
    // Each learns it once.
    expect(emulator.requests.filter(({ status }) => status === 400)).toHaveLength(
      permissionPathCase === 'upper' ? 2 : 0,
    );
  });
}

describe('what does not exist is undefined or null, whatever the status that says so', () => {
  for (const statusOfCodes of ['usual', 'all-400'] as const) {
    test(statusOfCodes, async () => {
      const { registry } = await registryBench({ switches: { statusOfCodes } }, 'emulator-admin');
      expect([
        await registry.getRegisteredModel(NOTHING),
        await registry.getModelVersion(PROD, 99),
        await registry.getModelVersion(NOTHING, 1),
        await registry.getModelExtras(NOTHING),
        await registry.getParent({ type: 'catalog', name: 'nowhere' }),
        await registry.getParent({ type: 'schema', name: 'prod.nowhere' }),
        await registry.getAlias(PROD, 'Nobody'),
        await registry.getAlias(NOTHING, 'Nobody'),
      ]).toEqual([undefined, undefined, undefined, undefined, undefined, undefined, null, null]);
    });
  }

  test('what may not be seen is a refusal and not an absence', async () => {
    const { registry } = await registryBench({}, 'emulator-reader');
    for (const read of [
      registry.getRegisteredModel(PROD),
      registry.getModelVersion(PROD, 1),
      registry.getAlias(PROD, 'Champion'),
      registry.getModelExtras(PROD),
    ]) {
      expect(await refusal(read)).toMatchObject({
        code: 'permission-denied',
        outcome: 'denied',
        httpStatus: 403,
      });
    }
  });
});

describe('writes', () => {
  test('aliases, tags, descriptions, owners: written, and gone again', async () => {
    const { registry, emulator } = await registryBench();
    const version = { kind: 'version', name: PROD, version: 1 } as const;
    const model = { kind: 'model', name: PROD } as const;
    await registry.setAlias(PROD, 'Blue', 1);
    await registry.setTag(version, 'k', 'v = "ü" 🚀');
    await registry.setTag(model, 'm', '');
    await registry.setDescription(version, 'of the version');
    await registry.setDescription(model, 'of the model');
    expect(emulator.state().models['prod.ml_team.fraud_detection']).toMatchObject({
      aliases: { Blue: 1, Champion: 1 },
      tags: { m: '' },
      description: 'of the model',
      versions: { 1: { tags: { k: 'v = "ü" 🚀' }, description: 'of the version' } },
    });
    await registry.deleteAlias(PROD, 'Blue');
    await registry.deleteTag(version, 'k');
    await registry.deleteTag(model, 'm');
    await registry.setOwner(PROD, 'admin@example.com');
    expect(emulator.state().models['prod.ml_team.fraud_detection']).toMatchObject({
      aliases: { Champion: 1 },
      tags: {},
      owner: 'admin@example.com',
      versions: { 1: { tags: {} } },
    });
  });

  test('deleting an alias that is not there is told as the registry tells it', async () => {
    const strict = await registryBench({ switches: { deleteMissingAlias: 'error' } });
    expect(await refusal(strict.registry.deleteAlias(PROD, 'Nobody'))).toMatchObject({ code: 'not-found' });
    const lenient = await registryBench({ switches: { deleteMissingAlias: 'ok' } });
    await lenient.registry.deleteAlias(PROD, 'Nobody');
  });

  test('a version from creation over its files to READY, and a pending one deleted', async () => {
    const { registry, emulator } = await registryBench();
    const number = await registry.createModelVersion({
      name: PROD,
      source: 'models:/staging.ml_team.fraud_detection/1',
      tags: [{ key: 'a', value: '1' }],
      description: 'd',
      dependencies: [{ type: 'DATABRICKS_UC_FUNCTION', name: 'prod.ml_team.f' }],
    });
    expect((await registry.getModelVersion(PROD, number))?.status).toBe('PENDING_REGISTRATION');
    const sink = registry.openSink(PROD, number);
    await sink.write({ path: 'MLmodel', size: 3 }, async () => Buffer.from('abc'));
    await registry.finalizeModelVersion(PROD, number);
    expect(await registry.getModelVersion(PROD, number)).toMatchObject({
      status: 'READY',
      description: 'd',
      tags: [{ key: 'a', value: '1' }],
    });
    expect(await registry.openSource(PROD, number).list()).toEqual([{ path: 'MLmodel', size: 3 }]);
    const second = await registry.createModelVersion({ name: PROD, source: 'x', tags: [] });
    await registry.deleteModelVersion(PROD, second);
    expect(Object.keys(emulator.state().models['prod.ml_team.fraud_detection']?.versions ?? {})).toEqual([
      '1',
      '2',
    ]);
  });

  test('a model is created once; a second one is told apart', async () => {
    const { registry } = await registryBench();
    await registry.createRegisteredModel({ ...PROD, model: 'brand_new' });
    for (const existsStatus of [400, 409] as const) {
      const other = await registryBench({ switches: { existsStatus } });
      const error = await refusal(other.registry.createRegisteredModel(PROD));
      expect(error).toMatchObject({ code: 'already-exists', outcome: 'conflict', httpStatus: existsStatus });
    }
  });
});

test('names with letters of any script and percent signs reach the registry as they are', async () => {
  const { registry, emulator } = await registryBench({}, 'emulator-admin');
  const name = { catalog: 'prod', schema: 'ml_team', model: 'modèle-日本_50%#1' };
  const full = `prod.ml_team.${name.model}`;
  emulator.metastore.createModel(full);
  emulator.metastore.addVersion(full, { files: { 'a b/ü%.txt': 'x', MLmodel: '' } });
  await registry.setAlias(name, 'Ünï_1', 1);
  await registry.setTag({ kind: 'version', name, version: 1 }, 'ключ', 'значение');
  expect(await registry.getAlias(name, 'ünï_1')).toBe(1);
  expect(emulator.state().models[full]).toMatchObject({
    aliases: { Ünï_1: 1 },
    versions: { 1: { tags: { ключ: 'значение' } } },
  });
  const source = registry.openSource(name, 1);
  expect((await source.list()).map(({ path }) => path).sort()).toEqual(['MLmodel', 'a b/ü%.txt']);
  expect(Buffer.from((await source.read('a b/ü%.txt', 10)) ?? []).toString()).toBe('x');
});

test('requests are counted, tries among them: what was read is fresh while the count stays', async () => {
  const { registry, emulator } = await registryBench();
  expect(registry.requestsBegun).toBe(0);
  emulator.faults.add({ at: 2, kind: { kind: 'status', status: 503 } });
  await registry.getAlias(PROD, 'Champion');
  await registry.getAlias(PROD, 'Champion');
  expect(registry.requestsBegun).toBe(3);
});

test('an iteration that is left early asks for no further page', async () => {
  const { registry, emulator } = await registryBench({ switches: { smallPages: true } });
  for (let count = 0; count < 9; count += 1)
    emulator.metastore.addVersion('prod.ml_team.fraud_detection', {});
  for await (const row of registry.listModelVersions(PROD)) {
    expect(row.name).toEqual(PROD);
    break;
  }
  expect(emulator.requests).toHaveLength(1);
  expect(await all(registry.listModelVersions(PROD))).toHaveLength(10);
});
