import { describe, expect, test } from 'vitest';
import { refusal, serve } from '../http/client-bench.ts';
import { all, PROD, registryAt, registryBench } from './registry-bench.ts';

const numbers = (rows: readonly { version: number }[]) =>
  rows.map(({ version }) => version).sort((a, b) => a - b);

describe('every page of a list, whatever its pages look like', () => {
  for (const switches of [
    {},
    { smallPages: true },
    { emptyPages: true },
    { smallPages: true, emptyPages: true, shuffledLists: true, numbersAsStrings: true, unknownFields: true },
  ]) {
    test(`versions, models, grants and files under ${JSON.stringify(switches)}`, async () => {
      const { registry, emulator } = await registryBench({ switches }, 'emulator-admin');
      const { metastore } = emulator;
      for (let count = 2; count <= 11; count += 1) metastore.addVersion('prod.ml_team.fraud_detection', {});
      for (let count = 0; count < 7; count += 1) metastore.createModel(`prod.ml_team.m${count}`);
      metastore.createSchema('prod.second');
      metastore.createModel('prod.second.other');
      for (let count = 0; count < 9; count += 1) {
        metastore.addUser(`u${count}@example.com`);
        metastore.grant('catalog', 'prod', `u${count}@example.com`, ['USE_CATALOG']);
      }
      const files = Object.fromEntries(
        Array.from({ length: 9 }, (_, index) => [`d${index % 3}/f${index}`, 'x']),
      );
      const version = metastore.addVersion('prod.ml_team.fraud_detection', { files });

      expect(numbers(await all(registry.listModelVersions(PROD)))).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
      ]);
      expect(await all(registry.listRegisteredModels({ catalog: 'prod', schema: 'ml_team' }))).toHaveLength(
        8,
      );
      expect(await all(registry.listRegisteredModels({ catalog: 'PROD' }))).toHaveLength(9);
      const grants = await registry.getEffectiveGrants({ type: 'catalog', name: 'prod' });
      expect(grants.filter(({ principal }) => principal.startsWith('u'))).toHaveLength(9);
      expect(await registry.openSource(PROD, version).list()).toHaveLength(9);
    });
  }
});

/** How a row names its model. */
const OWN_LEVELS = { catalog_name: 'prod', schema_name: 'ml_team', model_name: 'fraud_detection' };

/** A server whose every list has one more page, with the token that `next` gives for the one it was asked with. */
async function endless(next: (token: string | null, count: number) => string) {
  let count = 0;
  const host = await serve((request, response) => {
    count += 1;
    const token = new URL(request.url ?? '', 'http://x').searchParams.get('page_token');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        model_versions: [{ ...OWN_LEVELS, version: count }],
        next_page_token: next(token, count),
      }),
    );
  });
  return { registry: await registryAt(host), count: () => count };
}

describe('a list without end is an error and not a loop', () => {
  test('the same token again', async () => {
    const { registry, count } = await endless(() => 'again');
    expect(await refusal(all(registry.listModelVersions(PROD)))).toMatchObject({
      code: 'protocol',
      outcome: 'unavailable',
      message:
        'The response to GET /api/2.1/unity-catalog/models/{name}/versions returns the same page repeatedly.',
    });
    expect(count()).toBe(2);
  });

  test('two tokens in turn', async () => {
    const { registry, count } = await endless((token) => (token === 'a' ? 'b' : 'a'));
    expect(await refusal(all(registry.listModelVersions(PROD)))).toMatchObject({ code: 'protocol' });
    expect(count()).toBe(3);
  });

  test('an empty token ends the list', async () => {
    const { registry, count } = await endless(() => '');
    expect(numbers(await all(registry.listModelVersions(PROD)))).toEqual([1]);
    expect(count()).toBe(1);
  });

  test.each(['versions', 'models', 'grants'])(
    'new %s on every page: an error before they fill the memory',
    async (kind) => {
      let pages = 0;
      const row = {
        versions: { catalog_name: 'prod', schema_name: 'ml_team', model_name: 'fraud_detection', version: 1 },
        models: { catalog_name: 'prod', schema_name: 'ml_team', name: 'm' },
        grants: { principal: 'a@example.com', privileges: [{ privilege: 'EXECUTE' }] },
      }[kind];
      const page = Array.from({ length: 10_000 }, () => row);
      const rows = { model_versions: page, registered_models: page, privilege_assignments: page };
      const host = await serve((_request, response) => {
        pages += 1;
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ ...rows, next_page_token: String(pages) }));
      });
      const registry = await registryAt(host);
      const list = {
        versions: () => all(registry.listModelVersions(PROD)),
        models: () => all(registry.listRegisteredModels({ catalog: 'prod' })),
        grants: () => registry.getEffectiveGrants({ type: 'catalog', name: 'prod' }),
      }[kind];
      const error = await refusal(list?.() ?? Promise.reject(new Error(kind)));
      expect(error).toMatchObject({ code: 'protocol', outcome: 'unavailable' });
      expect(error.message).toContain('has too many entries (more than 100000)');
      expect(pages).toBe(11);
    },
  );

  test('null and absent lists are empty', async () => {
    for (const body of ['{}', '{"model_versions":null,"next_page_token":null}', '{"model_versions":[]}']) {
      const host = await serve((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(body);
      });
      expect(await all((await registryAt(host)).listModelVersions(PROD))).toEqual([]);
    }
  });
});

describe('a listing of files that leads astray is refused whole', () => {
  const root = '/Models/prod/ml_team/fraud_detection/1';
  for (const [title, contents, message] of [
    ['out of the version', [{ path: '/Models/prod/ml_team/other/1/x' }], /outside of the version/u],
    ['upwards', [{ path: `${root}/../2/MLmodel` }], /not a safe file name/u],
    ['upwards in the middle', [{ path: `${root}/a/../../x` }], /not a safe file name/u],
    ['by a backslash', [{ path: `${root}/a\\..\\x` }], /not a safe file name/u],
    ['by the end of a name', [{ path: `${root}/a\0b` }], /not a safe file name/u],
    ['by an empty segment', [{ path: `${root}/a//b` }], /not a safe file name/u],
    ['twice the same', [{ path: `${root}/a` }, { path: `${root}/a` }], /twice/u],
    [
      'in a circle',
      [{ path: `${root}/d`, is_directory: true }],
      /outside|twice|deep|file and as a directory/u,
    ],
    ['a negative size', [{ path: `${root}/a`, file_size: -1 }], /the invalid size -1/u],
    [
      'a size beyond integers',
      [{ path: `${root}/a`, file_size: '99999999999999999999' }],
      /the size|file_size/u,
    ],
    ['no path', [{ name: 'x' }], /lacks a required field/u],
  ] as const) {
    test(title, async () => {
      const host = await serve((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ contents }));
      });
      const registry = await registryAt(host);
      const error = await refusal(registry.openSource(PROD, 1).list());
      expect(error).toMatchObject({ code: 'protocol', outcome: 'unavailable' });
      expect(error.message).toMatch(message);
    });
  }
});

test('an answer without a field that decides names the field and the call', async () => {
  for (const [body, message] of [
    ['{"model_version":{"status":"READY"}}', /lacks a required field: model_version\.version/u],
    ['{"model_version":{"version":"many"}}', /lacks a required field: model_version\.version/u],
    ['{}', /lacks a required field: model_version/u],
    ['[]', /lacks a required field: the whole/u],
    ['"text"', /lacks a required field: the whole/u],
    ['null', /lacks a required field: the whole/u],
  ] as const) {
    const host = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
    const error = await refusal((await registryAt(host)).getModelVersion(PROD, 1));
    expect(error).toMatchObject({ code: 'protocol', outcome: 'unavailable' });
    expect(error.message).toMatch(message);
    expect(error.message).toContain('GET /api/2.0/mlflow/unity-catalog/model-versions/get');
  }
});

test('a version by another number than was asked for is no answer', async () => {
  const { registry, emulator } = await registryBench();
  emulator.faults.add({
    template: /model-versions\/get$/u,
    kind: { kind: 'set-field', field: 'version', value: '42' },
  });
  expect(await refusal(registry.getModelVersion(PROD, 1))).toMatchObject({ code: 'protocol' });
});
