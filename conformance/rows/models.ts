import { listAt, textAt, type RawResponse } from '../call.ts';
import { isDone, L, main, model, N, newModel, newVersion, SOURCE, verdictOf } from '../fixtures.ts';
import { partsOf, type RowContext } from '../row-context.ts';
import type { Row } from '../row.ts';
import { PREFIX } from '../scope.ts';
import { Unseen } from '../unseen.ts';
import { fact, type Sights } from './kinds.ts';

const group = 'Models and errors';

/** Switches of models and of how refusals are stated. */
export const modelSights = {
  existsStatus: {
    group,
    async see(context) {
      const json = { name: (await main(context)).name };
      const response = await context.first.call({
        method: 'POST',
        template: `${L}/registered-models/create`,
        json,
      });
      if (response.code !== 'RESOURCE_ALREADY_EXISTS') throw new Unseen(`answered ${verdictOf(response)}`);
      return String(response.status);
    },
  },
  statusOfCodes: {
    group,
    async see(context) {
      const query = { name: (await main(context)).name, version: 999 };
      const response = await context.first.call({
        method: 'GET',
        template: `${L}/model-versions/get`,
        query,
      });
      if (response.code !== 'RESOURCE_DOES_NOT_EXIST') throw new Unseen(`answered ${verdictOf(response)}`);
      return response.status === 404
        ? 'usual'
        : response.status === 400
          ? 'all-400'
          : String(response.status);
    },
  },
  renameTo: {
    group,
    async see(context) {
      const name = await newModel(context, 'rename');
      const [short, full] = [context.name('renamed_short'), context.name('renamed_full')];
      const rename = async (from: string, to: string) =>
        isDone(await model(context.first.call, 'PATCH', from, { json: { new_name: to } }), 400);
      const takesShort = await rename(name, partsOf(short).model);
      const takesFull = await rename(takesShort ? short : name, full);
      if (takesShort) return takesFull ? 'either' : 'short';
      return takesFull ? 'full' : 'neither';
    },
  },
  nativeEnriched: {
    group,
    async see(context) {
      const asked = await askNatively(context);
      const absent = Object.entries(asked).filter(([, response]) => isNoEndpoint(response));
      for (const [, response] of Object.entries(asked))
        if (!isNoEndpoint(response)) isDone(response, 400, 403);
      if (absent.length === 0) return 'true';
      const note = `absent: ${absent.map(([what, response]) => `${what} (${verdictOf(response)})`).join(', ')}`;
      return { value: absent.length === Object.keys(asked).length ? 'false' : 'some of them', note };
    },
  },
} satisfies Sights;

/** The responses of the enriched native family to each thing that a client asks of it. */
async function askNatively(context: RowContext): Promise<Readonly<Record<string, RawResponse>>> {
  const { call } = context.first;
  const name = await newModel(context, 'enriched');
  const { catalog: catalog_name, schema: schema_name, model: model_name } = partsOf(name);
  const place = { catalog_name, schema_name, model_name };
  const version = await newVersion(context, name);
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
function isNoEndpoint({ status, code }: RawResponse): boolean {
  return status === 501 || status === 405 || (status === 404 && code === 'ENDPOINT_NOT_FOUND');
}

/** What else is built on about models and refusals. */
export const modelFacts: readonly Row[] = [
  fact(
    'model-absent',
    {
      group,
      about: 'reading a model that does not exist, by a caller who can see the schema',
      assumed: '404 RESOURCE_DOES_NOT_EXIST',
    },
    async (context) => verdictOf(await model(context.first.call, 'GET', context.name('absent'))),
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
    { group, about: 'names of models are case-insensitive', assumed: '200' },
    async (context) =>
      verdictOf(await model(context.first.call, 'GET', (await main(context)).name.toUpperCase())),
  ),
  fact(
    'model-owner',
    { group, about: 'the creator of a model owns it, spelled as in Me', assumed: 'the caller' },
    async (context) => {
      const response = await model(context.first.call, 'GET', (await main(context)).name);
      const owner = textAt(response.body, 'owner');
      return context.first.caller.alsoKnownAs.includes(owner) ? 'the caller' : 'another spelling';
    },
  ),
  fact(
    'error-details',
    {
      group,
      about: 'refusals of the native family contain an ErrorInfo with a reason',
      assumed: 'with a reason',
    },
    async (context) => {
      const response = await model(context.first.call, 'GET', context.name('absent'));
      return listAt(response.body, 'details').length > 0 && response.reason !== ''
        ? 'with a reason'
        : 'without';
    },
  ),
  fact(
    'workspace-id-header',
    { group, about: 'responses name the workspace in x-databricks-org-id', assumed: 'yes' },
    async ({ first }) => {
      const response = await first.call({ method: 'GET', template: '/api/2.0/preview/scim/v2/Me' });
      return /^\d+$/u.test(response.header('x-databricks-org-id')) ? 'yes' : 'no';
    },
  ),
];
