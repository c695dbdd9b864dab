import { expect, test } from 'vitest';
import { L, N, at, bench, folder, model, verdict, type Bench } from './request-bench.ts';

interface List {
  path: string;
  member: string;
  key: readonly string[];
  size: string;
  query?: Record<string, string>;
  expected: readonly (string | number)[];
}

const numbers = Array.from({ length: 9 }, (_, index) => index + 1);
const models = ['a', 'b', 'c', 'd', 'fraud'].map((name) => `prod.ml.${name}`);
const principals = Array.from({ length: 7 }, (_, index) => `p${index}@example.com`);

const lists: Record<string, List> = {
  'models, older family': {
    path: `${L}/registered-models/search`,
    member: 'registered_models',
    key: ['name'],
    size: 'max_results',
    expected: models,
  },
  'models, native': {
    path: `${N}/models`,
    member: 'registered_models',
    key: ['full_name'],
    size: 'max_results',
    expected: models,
  },
  'models of a schema': {
    path: `${N}/models`,
    member: 'registered_models',
    key: ['full_name'],
    size: 'max_results',
    query: { catalog_name: 'prod', schema_name: 'ml' },
    expected: models,
  },
  'versions, older family': {
    path: `${L}/model-versions/search`,
    member: 'model_versions',
    key: ['version'],
    size: 'max_results',
    query: { filter: `name='${model}'` },
    expected: numbers.map(String),
  },
  'versions, native': {
    path: `${N}/models/${model}/versions`,
    member: 'model_versions',
    key: ['version'],
    size: 'max_results',
    expected: numbers,
  },
  directory: {
    path: `/api/2.0/fs/directories${folder}`,
    member: 'contents',
    key: ['name'],
    size: 'page_size',
    expected: ['MLmodel', 'data'],
  },
  grants: {
    path: `${N}/privilege-assignments/catalog/other`,
    member: 'privilege_assignments',
    key: ['principal'],
    size: 'page_size',
    expected: principals,
  },
  'effective grants': {
    path: `${N}/effective-privilege-assignments/schema/other.s`,
    member: 'effective_privilege_assignments',
    key: ['principal'],
    size: 'page_size',
    expected: principals,
  },
  'effective grants, older form': {
    path: `${N}/effective-permissions/catalog/other`,
    member: 'privilege_assignments',
    key: ['principal'],
    size: 'max_results',
    query: { max_results: '0' },
    expected: principals,
  },
};

function fill({ emulator: { metastore } }: Bench): void {
  for (const name of models.slice(0, 4)) metastore.createModel(name, { owner: 'owners' });
  for (let count = 3; count <= 9; count += 1) metastore.addVersion(model);
  metastore.createCatalog('other');
  metastore.createSchema('other.s');
  for (const principal of principals) {
    metastore.addUser(principal);
    metastore.grant('catalog', 'other', principal, ['USE_CATALOG', 'USE_SCHEMA']);
  }
}

async function walk(
  world: Bench,
  list: List,
  query: Record<string, string>,
): Promise<{ keys: unknown[]; sizes: number[] }> {
  const keys: unknown[] = [];
  const sizes: number[] = [];
  let token = '';
  do {
    const sent = { query: { ...list.query, ...query, ...(token === '' ? {} : { page_token: token }) } };
    const role = list.path.includes('other') ? 'admin' : 'owner';
    const seen = await world.call(role, 'GET', list.path, sent);
    expect(seen.status).toBe(200);
    const rows = (seen.json[list.member] as unknown[] | undefined) ?? [];
    keys.push(...rows.map((row) => at(row, ...list.key)));
    sizes.push(rows.length);
    token = (seen.json['next_page_token'] as string | undefined) ?? '';
  } while (token !== '' && sizes.length < 50);
  return { keys, sizes };
}

const sorted = (keys: readonly unknown[]): unknown[] =>
  [...keys].sort((a, b) => String(a).localeCompare(String(b)));

for (const [name, list] of Object.entries(lists)) {
  test(`${name}: every row once, whatever the pages are like`, async () => {
    const plain = await bench();
    fill(plain);
    expect(sorted((await walk(plain, list, {})).keys)).toEqual(sorted(list.expected));
    for (const shuffledLists of [false, true]) {
      const world = await bench({ switches: { smallPages: true, emptyPages: true, shuffledLists } });
      fill(world);
      const { keys, sizes } = await walk(world, list, {});
      expect(sorted(keys)).toEqual(sorted(list.expected));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(2);
      expect(sizes[0]).toBe(0);
    }
  });
}

test('the size asked for is kept, and odd sizes and tokens are refused', async () => {
  const world = await bench();
  fill(world);
  const versions = lists['versions, native'];
  if (!versions) throw new Error('the table lacks a row');
  expect((await walk(world, versions, { max_results: '4' })).sizes).toEqual([4, 4, 1]);
  expect((await walk(world, versions, { max_results: '0' })).sizes).toEqual([9]);
  for (const query of [{ max_results: '-1' }, { page_token: 'nonsense' }]) {
    expect(verdict(await world.call('owner', 'GET', versions.path, { query }))).toBe(
      '400 INVALID_PARAMETER_VALUE',
    );
  }
  const grants = `${N}/effective-permissions/function/${model}`;
  for (const [size, expected] of [
    ['149', '400 INVALID_PARAMETER_VALUE'],
    ['150', '200'],
    ['0', '200'],
  ] as const) {
    expect(verdict(await world.call('owner', 'GET', grants, { query: { max_results: size } }))).toBe(
      expected,
    );
  }
});

test('filters of the version search: only an exact name', async () => {
  const { call } = await bench();
  const search = async (filter: string): Promise<string> => {
    const seen = await call('owner', 'GET', `${L}/model-versions/search`, { query: { filter } });
    return seen.status === 200
      ? String((seen.json['model_versions'] as unknown[] | undefined)?.length ?? 0)
      : verdict(seen);
  };
  expect(await search(`name='${model}'`)).toBe('2');
  expect(await search("name='prod.ml.absent'")).toBe('0');
  expect(await search("tags.a='b'")).toBe('400 INVALID_PARAMETER_VALUE');
  expect(await search('')).toBe('400 INVALID_PARAMETER_VALUE');
});

test('lists hold what the caller may see, with BROWSE also the rest in short', async () => {
  const world = await bench();
  fill(world);
  const list = async (role: 'reader' | 'nobody', query: Record<string, string> = {}): Promise<unknown[]> =>
    ((await world.call(role, 'GET', `${N}/models`, { query })).json['registered_models'] as
      unknown[] | undefined) ?? [];
  expect((await list('reader')).map((row) => at(row, 'full_name'))).toEqual([model]);
  expect(await list('nobody')).toEqual([]);
  world.emulator.metastore.grant('catalog', 'prod', 'nobody@example.com', ['BROWSE']);
  expect(await list('nobody')).toEqual([]);
  const browsed = await list('nobody', { include_browse: 'true' });
  expect(browsed.map((row) => [at(row, 'browse_only'), at(row, 'storage_location')])).toEqual(
    models.map(() => [true, undefined]),
  );
  const one = await world.call('nobody', 'GET', `${N}/models/${model}`, {
    query: { include_browse: 'true' },
  });
  expect(one.json['browse_only']).toBe(true);
  const half = await world.call('owner', 'GET', `${N}/models`, { query: { catalog_name: 'prod' } });
  expect(verdict(half)).toBe('400 INVALID_PARAMETER_VALUE');
});
