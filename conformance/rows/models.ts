import { listAt, textAt } from '../call.ts';
import { isDone, L, main, model, N, newModel, verdictOf } from '../fixtures.ts';
import { Unseen, type Row } from '../row.ts';
import { PREFIX } from '../scope.ts';
import { partsOf } from '../world.ts';
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
      const params = { kind: 'FUNCTION', name: await newModel(world, 'enriched') };
      const json = { changes: { add_tags: [{ key: 'conformance', value: 'yes' }] } };
      const template = `${N}/securable-tags/{kind}/{name}`;
      const told = await world.first.call({ method: 'PATCH', template, params, json });
      return String(isDone(told, 404, 501));
    },
  },
} satisfies Sights;

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
