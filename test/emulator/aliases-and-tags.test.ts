import { expect, test } from 'vitest';
import { L, N, at, bench, model, verdict, type Bench } from './request-bench.ts';

const set = async ({ call }: Bench, alias: string, version: number): Promise<string> =>
  verdict(
    await call('owner', 'PUT', `${N}/models/${model}/aliases/${encodeURIComponent(alias)}`, {
      json: { version_num: version },
    }),
  );

const refused = '400 INVALID_PARAMETER_VALUE';

for (const [alias, expected] of [
  ['Champion_2-b', '200'],
  ['größe', '200'],
  ['v', '200'],
  ['v1a', '200'],
  ['a'.repeat(255), '200'],
  ['a'.repeat(256), refused],
  ['latest', refused],
  ['LATEST', refused],
  ['v12', refused],
  ['V3', refused],
  ['a b', refused],
  ['a.b', refused],
  [' ', refused],
] as const) {
  test(`alias ${alias.slice(0, 12)} (${alias.length}): ${expected}`, async () => {
    expect(await set(await bench(), alias, 1)).toBe(expected);
  });
}

test('set again moves, without regard to case; the spelling stays', async () => {
  const world = await bench();
  expect(await set(world, 'CHAMPION', 2)).toBe('200');
  expect(world.emulator.state().models[model]?.aliases).toEqual({ Champion: 2 });
  for (const alias of ['champion', 'Champion']) {
    const older = await world.call('owner', 'GET', `${L}/registered-models/alias`, {
      query: { name: model, alias },
    });
    expect(at(older.json, 'model_version', 'version')).toBe('2');
  }
});

test('both families write one alias, and each reads it in its own spelling', async () => {
  const { call } = await bench();
  const sent = { json: { name: model, alias: 'next', version: '2' } };
  expect((await call('owner', 'POST', `${L}/registered-models/alias`, sent)).json).toEqual({});
  const older = await call('owner', 'GET', `${L}/registered-models/get`, { query: { name: model } });
  expect(at(older.json, 'registered_model', 'aliases')).toEqual([
    { alias: 'Champion', version: '1' },
    { alias: 'next', version: '2' },
  ]);
  const native = await call('owner', 'GET', `${N}/models/${model}`, { query: { include_aliases: 'true' } });
  expect(native.json['aliases']).toEqual([
    { alias_name: 'Champion', version_num: 1 },
    { alias_name: 'next', version_num: 2 },
  ]);
  expect('aliases' in (await call('owner', 'GET', `${N}/models/${model}`)).json).toBe(false);
  const version = await call('owner', 'GET', `${N}/models/${model}/versions/2`, {
    query: { include_aliases: 'true' },
  });
  expect(version.json['aliases']).toEqual([{ alias_name: 'next', version_num: 2 }]);
  const gone = { json: { name: model, alias: 'NEXT' } };
  expect((await call('owner', 'DELETE', `${L}/registered-models/alias`, gone)).json).toEqual({});
});

test('missing versions and aliases', async () => {
  const world = await bench();
  expect(await set(world, 'x', 9)).toBe('404 RESOURCE_DOES_NOT_EXIST');
  const seen = await world.call('owner', 'GET', `${N}/models/${model}/aliases/nobody`);
  expect([seen.status, seen.json['message']]).toEqual([
    404,
    "Registered Model Alias 'nobody' does not exist.",
  ]);
});

test('aliases die with their version', async () => {
  const world = await bench();
  await world.call('owner', 'DELETE', `${N}/models/${model}/versions/1`);
  expect(world.emulator.state().models[model]?.aliases).toEqual({});
});

test('PATCH of a model takes aliases and ignores them', async () => {
  const { call, emulator } = await bench();
  const aliases = [{ alias_name: 'Champion', version_num: 2 }];
  expect(
    (await call('owner', 'PATCH', `${N}/models/${model}`, { json: { aliases, comment: 'c' } })).status,
  ).toBe(200);
  expect(emulator.state().models[model]?.aliases).toEqual({ Champion: 1 });
});

test('tags: set, overwrite, delete, on model and version apart', async () => {
  const { call, emulator } = await bench();
  const tag = async (json: Record<string, unknown>, method = 'POST', verb = 'set-tag'): Promise<string> =>
    verdict(
      await call(
        'owner',
        method,
        `${L}/${'version' in json ? 'model-versions' : 'registered-models'}/${verb}`,
        { json: { name: model, ...json } },
      ),
    );
  expect(await tag({ key: 'k', value: 'model' })).toBe('200');
  expect(await tag({ version: '1', key: 'k', value: 'one' })).toBe('200');
  expect(await tag({ version: '1', key: 'k', value: 'two' })).toBe('200');
  expect(await tag({ version: '1', key: 'K' })).toBe('200');
  const state = emulator.state().models[model];
  expect([state?.tags, state?.versions['1']?.tags, state?.versions['2']?.tags]).toEqual([
    { k: 'model' },
    { K: '', k: 'two' },
    {},
  ]);
  expect(await tag({ version: '1', key: 'k' }, 'DELETE', 'delete-tag')).toBe('200');
  expect(emulator.state().models[model]?.versions['1']?.tags).toEqual({ K: '' });
  const many = (count: number, extra: string): [string, string][] => [
    [extra, 'x'],
    ...Array.from({ length: count - 1 }, (_, index): [string, string] => [`t${index}`, 'v']),
  ];
  emulator.metastore.setTags(model, Object.fromEntries(many(50, 'k')));
  expect(await tag({ key: 'k', value: 'fits' })).toBe('200');
  expect(await tag({ key: 'one-more', value: 'v' })).toBe(refused);
  expect(await tag({ key: 'k', value: 'v'.repeat(1001) })).toBe(refused);
  expect(await tag({ key: 'k'.repeat(256), value: 'v' })).toBe(refused);
  expect(await tag({ key: '', value: 'v' })).toBe(refused);
});
