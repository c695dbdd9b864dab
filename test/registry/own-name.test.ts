import { describe, expect, test } from 'vitest';
import type { FullName } from '../../src/domain/full-name.ts';
import { mlflowRegistry } from '../../src/registry/mlflow/open.ts';
import type { Registry } from '../../src/registry/port.ts';
import { unityCatalogRegistry } from '../../src/registry/unity-catalog/open.ts';
import { clientOf, refusal, serve } from '../http/client-bench.ts';
import { all, registryAt } from './registry-bench.ts';

const NAME: FullName = { catalog: 'prod', schema: 'ml', model: 'fraud' };
const LEVELS = { catalog_name: 'prod', schema_name: 'ml' };
const ROW = { ...LEVELS, model_name: 'fraud', version: 1 };
const OTHER_ROW = { ...ROW, model_name: 'churn' };
const THIRD_ROW = { ...ROW, schema_name: 'other' };
const legacy = (kind: string, fields: object) => ({ [kind]: fields });

const REGISTRIES = {
  databricks: (host: string): Promise<Registry> => registryAt(host),
  'unity-catalog': async (host: string) => unityCatalogRegistry((await clientOf(host)).http),
  mlflow: async (host: string) => {
    const { http } = await clientOf(host);
    return mlflowRegistry(http, http);
  },
} as const;

/** A read, its right response, one without a name, and one about something else. */
type Row = readonly [
  keyof typeof REGISTRIES,
  string,
  (registry: Registry) => Promise<unknown>,
  right: unknown,
  unnamed: unknown,
  other: unknown,
];

const model = (registry: Registry) => registry.getRegisteredModel(NAME);
const extras = (registry: Registry) => registry.getModelExtras(NAME);
const version = (registry: Registry) => registry.getModelVersion(NAME, 1);
const versions = (registry: Registry) => all(registry.listModelVersions(NAME));
const alias = (registry: Registry) => registry.getAlias(NAME, 'Champion');
const catalog = (registry: Registry) => registry.getParent({ type: 'catalog', name: 'prod' });
const schema = (registry: Registry) => registry.getParent({ type: 'schema', name: 'prod.ml' });
const run = async (registry: Registry) => registry.getTrainingRun?.('r1');
const logged = async (registry: Registry) => registry.hasLoggedModel?.('m-1');

const FULL = 'prod.ml.fraud';
const OTHER = 'prod.ml.churn';
const V1 = { version: '1' };

const ROWS: readonly Row[] = [
  ['databricks', 'a model', model, { full_name: 'PROD.ml.fraud' }, {}, { full_name: OTHER }],
  [
    'databricks',
    'tags of a model',
    extras,
    legacy('registered_model', { name: FULL }),
    legacy('registered_model', {}),
    legacy('registered_model', { name: OTHER }),
  ],
  [
    'databricks',
    'a version',
    version,
    legacy('model_version', { ...V1, name: FULL }),
    legacy('model_version', V1),
    legacy('model_version', { ...V1, name: OTHER }),
  ],
  [
    'databricks',
    'a list of versions',
    versions,
    { model_versions: [ROW] },
    { model_versions: [ROW, { version: 2 }] },
    { model_versions: [ROW, OTHER_ROW] },
  ],
  ['databricks', 'an alias', alias, ROW, { version: 1 }, THIRD_ROW],
  ['databricks', 'a catalog', catalog, { name: 'Prod' }, { owner: 'ada' }, { name: 'staging' }],
  [
    'databricks',
    'a schema',
    schema,
    { name: 'ml', catalog_name: 'prod' },
    { name: 'ml' },
    { full_name: 'prod.other' },
  ],
  ['databricks', 'a run', run, { run: { info: { run_id: 'r1' } } }, {}, { run: { info: { run_id: 'r2' } } }],
  [
    'databricks',
    'a logged model',
    logged,
    { model: { info: { model_id: 'm-1' } } },
    { model: { info: {} } },
    { model: { info: { model_id: 'm-2' } } },
  ],
  ['unity-catalog', 'a model', model, { ...LEVELS, name: 'fraud' }, {}, { ...LEVELS, name: 'churn' }],
  ['unity-catalog', 'a version', version, ROW, { version: 1 }, OTHER_ROW],
  [
    'unity-catalog',
    'a list of versions',
    versions,
    { model_versions: [ROW] },
    { model_versions: [{ version: 1 }] },
    { model_versions: [ROW, THIRD_ROW] },
  ],
  ['unity-catalog', 'a catalog', catalog, { name: 'prod' }, {}, { name: 'staging' }],
  ['unity-catalog', 'a schema', schema, { full_name: 'prod.ml' }, {}, { full_name: 'prod.other' }],
  [
    'mlflow',
    'a model',
    model,
    legacy('registered_model', { name: FULL }),
    legacy('registered_model', {}),
    legacy('registered_model', { name: OTHER }),
  ],
  [
    'mlflow',
    'an alias',
    alias,
    legacy('registered_model', { name: FULL }),
    legacy('registered_model', { name: '' }),
    legacy('registered_model', { name: 'PROD.ml.fraud' }),
  ],
  [
    'mlflow',
    'a version',
    version,
    legacy('model_version', { ...V1, name: FULL }),
    legacy('model_version', V1),
    legacy('model_version', { ...V1, name: OTHER }),
  ],
];

describe.each(ROWS)('%s: %s', (kind, _what, read, right, unnamed, other) => {
  const answered = async (body: unknown) => {
    const host = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    return read(await REGISTRIES[kind](host));
  };

  test('is taken where it names what was asked for', async () => {
    await answered(right);
  });

  test('is no response where it names nothing, or another', async () => {
    for (const body of [unnamed, other]) {
      expect(await refusal(answered(body)), JSON.stringify(body)).toMatchObject({ code: 'protocol' });
    }
  });
});

test('an MLflow server finds versions of other models too: these are passed over, and one of no model is not', async () => {
  const answered = async (...rows: object[]) => {
    const host = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ model_versions: rows }));
    });
    return all((await REGISTRIES.mlflow(host)).listModelVersions(NAME));
  };
  const own = { name: FULL, version: '1' };
  expect(await answered(own, { name: 'PROD.ml.fraud', version: '2' })).toMatchObject([{ version: 1 }]);
  expect(await refusal(answered(own, { version: '2' }))).toMatchObject({ code: 'protocol' });
});
