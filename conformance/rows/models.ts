import { listAt, textAt, type Told } from '../call.ts';
import { isDone, L, main, model, N, newModel, newVersion, SOURCE, verdictOf } from '../fixtures.ts';
import { partsOf, type World } from '../row-context.ts';
import type { Row } from '../row.ts';
import { PREFIX } from '../scope.ts';
import { Unseen } from '../unseen.ts';
import { fact, type Sights } from './kinds.ts';

const group = 'Models and errors';

/** Switches of models and of how refusals are told. */
export const modelSights = {
  existsStatus: {
    group,
    async see(world) {
      const json = { name: (await main(world)).name };
      const told = await world.first.call({
        method: 'POST',
        template: `${L}/registered-models/create`,
        json,
      });
      if (told.code !== 'RESOURCE_ALREADY_EXISTS') throw new Unseen(`answered ${verdictOf(told)}`);
      return String(told.status);
    },
  },
  statusOfCodes: {
    group,
    async see(world) {
      const query = { name: (await main(world)).name, version: 999 };
      const told = await world.first.call({ method: 'GET', template: `${L}/model-versions/get`, query });
      if (told.code !== 'RESOURCE_DOES_NOT_EXIST') throw new Unseen(`answered ${verdictOf(told)}`);
      return told.status === 404 ? 'usual' : told.status === 400 ? 'all-400' : String(told.status);
    },
  },
  renameTo: {
    group,
    async see(world) {
      const name = await newModel(world, 'rename');
      const [short, full] = [world.name('renamed_short'), world.name('renamed_full')];
      const rename = async (from: string, to: string) =>
        isDone(await model(world.first.call, 'PATCH', from, { json: { new_name: to } }), 400);
      const takesShort = await rename(name, partsOf(short).model);
      const takesFull = await rename(takesShort ? short : name, full);
      if (takesShort) return takesFull ? 'either' : 'short';
      return takesFull ? 'full' : 'neither';
    },
  },
  nativeEnriched: {
    group,
    async see(world) {
      const asked = await askNatively(world);
      const absent = Object.entries(asked).filter(([, told]) => isNoEndpoint(told));
      for (const [, told] of Object.entries(asked)) if (!isNoEndpoint(told)) isDone(told, 400, 403);
      if (absent.length === 0) return 'true';
      const note = `absent: ${absent.map(([what, told]) => `${what} (${verdictOf(told)})`).join(', ')}`;
      return { value: absent.length === Object.keys(asked).length ? 'false' : 'some of them', note };
    },
  },
} satisfies Sights;

/** What the enriched native family answers to each thing that a client asks of it. */
async function askNatively(world: World): Promise<Readonly<Record<string, Told>>> {
  const { call } = world.first;
  const name = await newModel(world, 'enriched');
  const { catalog: catalog_name, schema: schema_name, model: model_name } = partsOf(name);
  const place = { catalog_name, schema_name, model_name };
  const version = await newVersion(world, name);
  const params = { name, version: String(version), kind: 'FUNCTION' };
  const changes = { add_tags: [{ key: 'conformance', value: 'yes' }] };
  return {
    create: await call({
      method: 'POST',
      template: `${N}/models/versions`,
      json: { ...place, source: SOURCE },
    }),
    tags: await call({
      method: 'PATCH',
      template: `${N}/securable-tags/{kind}/{name}`,
      params,
      json: { changes },
    }),
    credentials: await call({
      method: 'POST',
      template: `${N}/temporary-model-version-credentials`,
      json: { ...place, version, operation: 'READ_WRITE_MODEL_VERSION' },
    }),
    finalize: await call({
      method: 'PATCH',
      template: `${N}/models/{name}/versions/{version}/finalize`,
      params,
      json: {},
    }),
  };
}

/** A refusal of the path itself, and of nothing in it. */
function isNoEndpoint({ status, code }: Told): boolean {
  return status === 501 || status === 405 || (status === 404 && code === 'ENDPOINT_NOT_FOUND');
}

/** What else is built on about models and refusals. */
export const modelFacts: readonly Row[] = [
  fact(
    'model-absent',
    {
      group,
      about: 'reading a model that does not exist, by who may see the schema',
      assumed: '404 RESOURCE_DOES_NOT_EXIST',
    },
    async (world) => verdictOf(await model(world.first.call, 'GET', world.name('absent'))),
  ),
  fact(
    'model-name-levels',
    { group, about: 'a name without three levels', assumed: '400 INVALID_PARAMETER_VALUE' },
    async ({ first }) =>
      verdictOf(
        await first.call({
          method: 'GET',
          template: `${L}/registered-models/get`,
          query: { name: `${PREFIX}no_levels` },
        }),
      ),
  ),
  fact(
    'model-name-case',
    { group, about: 'names of models compare without case', assumed: '200' },
    async (world) => verdictOf(await model(world.first.call, 'GET', (await main(world)).name.toUpperCase())),
  ),
  fact(
    'model-owner',
    { group, about: 'who creates a model owns it, spelled as Me says', assumed: 'the caller' },
    async (world) => {
      const told = await model(world.first.call, 'GET', (await main(world)).name);
      const owner = textAt(told.body, 'owner');
      return world.first.caller.alsoKnownAs.includes(owner) ? 'the caller' : 'another spelling';
    },
  ),
  fact(
    'error-details',
    {
      group,
      about: 'refusals of the native family carry an ErrorInfo with a reason',
      assumed: 'with a reason',
    },
    async (world) => {
      const told = await model(world.first.call, 'GET', world.name('absent'));
      return listAt(told.body, 'details').length > 0 && told.reason !== '' ? 'with a reason' : 'without';
    },
  ),
  fact(
    'workspace-id-header',
    { group, about: 'answers name the workspace in x-databricks-org-id', assumed: 'yes' },
    async ({ first }) => {
      const told = await first.call({ method: 'GET', template: '/api/2.0/preview/scim/v2/Me' });
      return /^\d+$/u.test(told.header('x-databricks-org-id')) ? 'yes' : 'no';
    },
  ),
];
