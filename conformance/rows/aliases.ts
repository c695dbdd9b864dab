import { at, listAt } from '../call.ts';
import {
  isDone,
  L,
  main,
  model,
  N,
  newModel,
  newVersion,
  readyVersion,
  setAlias,
  verdictOf,
} from '../fixtures.ts';
import type { RowContext } from '../row-context.ts';
import type { Row } from '../row.ts';
import { Unseen } from '../unseen.ts';
import { pagesOf, untilListed, VERSIONS_OF } from '../walk.ts';
import { fact, type Sights } from './kinds.ts';

const group = 'Aliases';

/** A model with two pending versions, whose aliases the rows of this file set. */
async function labelled(context: RowContext): Promise<string> {
  return context.once('labelled', async () => {
    const name = await newModel(context, 'aliases');
    await newVersion(context, name);
    await newVersion(context, name);
    return name;
  });
}

async function aliasesOf({ first }: RowContext, name: string): Promise<unknown[]> {
  const response = await model(first.call, 'GET', name, { query: { include_aliases: true } });
  return listAt(response.body, 'aliases').map((row) => at(row, 'alias_name'));
}

/** When a model was changed last, by itself. */
async function updatedAt({ first }: RowContext, name: string): Promise<string> {
  const found = at((await model(first.call, 'GET', name)).body, 'updated_at');
  // A whole number of 64 bits may be a text.
  if (typeof found !== 'number' && typeof found !== 'string')
    throw new Unseen('the model shows no updated_at');
  return String(found);
}

/** Statuses with which a limit of objects may refuse. */
const LIMIT_STATUSES = [400, 403, 409, 429];

/** Switches of aliases, seen by their owner. */
export const aliasSights = {
  aliasCaseReturned: {
    group,
    async see(context) {
      const name = await newModel(context, 'spelling');
      isDone(await setAlias(context.first.call, name, 'Champion', await newVersion(context, name)));
      const [spelled] = await aliasesOf(context, name);
      return spelled === 'Champion' ? 'as-set' : spelled === 'champion' ? 'lower' : 'another spelling';
    },
  },
  aliasLimit: {
    group,
    async see(context) {
      const name = await newModel(context, 'limit');
      const [one, two] = [await newVersion(context, name), await newVersion(context, name)];
      const set = async (index: number, version: number) =>
        setAlias(context.first.call, name, `a${index}`, version);
      for (let index = 1; index <= 10; index += 1) isDone(await set(index, one));
      const perModel = await set(11, two);
      if (!isDone(perModel, ...LIMIT_STATUSES)) return { value: 'per-model', note: verdictOf(perModel) };
      const perVersion = await set(12, one);
      if (!isDone(perVersion, ...LIMIT_STATUSES))
        return { value: 'per-version', note: verdictOf(perVersion) };
      return { value: 'none', note: '12 aliases, 11 of one version' };
    },
  },
  limitRefusal: {
    group,
    async see(context) {
      const name = await newModel(context, 'limit-refusal');
      const version = await newVersion(context, name);
      for (let index = 1; index <= 11; index += 1) {
        const response = await setAlias(context.first.call, name, `a${index}`, version);
        if (!isDone(response, ...LIMIT_STATUSES)) return verdictOf(response);
      }
      throw new Unseen('11 aliases of one version are accepted, so no limit shows');
    },
  },
  aliasCharacters: {
    group,
    async see(context) {
      const response = await setAlias(context.first.call, await labelled(context), 'a b', 1);
      return isDone(response, 400) ? 'any' : { value: 'word', note: verdictOf(response) };
    },
  },
  deleteMissingAlias: {
    group,
    async see(context) {
      const params = { name: await labelled(context), alias: 'gone' };
      const template = `${N}/models/{name}/aliases/{alias}`;
      const response = await context.first.call({ method: 'DELETE', template, params });
      return isDone(response, 400, 404) ? 'ok' : { value: 'error', note: verdictOf(response) };
    },
  },
  aliasUpdatesModel: {
    group,
    async see(context) {
      const name = await newModel(context, 'updated');
      const { call } = context.first;
      const versions = [await newVersion(context, name), await newVersion(context, name)];
      const changes = [
        ...versions.map((version) => () => setAlias(call, name, 'live', version)),
        () =>
          call({
            method: 'DELETE',
            template: `${N}/models/{name}/aliases/{alias}`,
            params: { name, alias: 'live' },
          }),
      ];
      const seen: boolean[] = [];
      for (const change of changes) {
        const before = await updatedAt(context, name);
        // Times of a registry may be whole seconds.
        await context.clock.sleep(1_100);
        isDone(await change());
        seen.push((await updatedAt(context, name)) !== before);
      }
      const [first] = seen;
      if (seen.every((each) => each === first)) return String(first);
      return `set ${seen[0]}, moved ${seen[1]}, deleted ${seen[2]}`;
    },
  },
  searchHitsAliases: {
    group,
    async see(context) {
      const name = await labelled(context);
      isDone(await setAlias(context.first.call, name, 'listed', 1));
      await untilListed(context, name, 2);
      const rows = [
        ...(await pagesOf(context.first.call, VERSIONS_OF, { name })).flat(),
        ...(
          await pagesOf(context.first.call, `${L}/model-versions/search`, {}, { filter: `name='${name}'` })
        ).flat(),
      ];
      return String(rows.some((row) => listAt(row, 'aliases').length > 0));
    },
  },
} satisfies Sights;

/** What else is built on about aliases. */
export const aliasFacts: readonly Row[] = [
  fact(
    'alias-case',
    { group, about: 'aliases compare without case: setting CHAMPION moves Champion', assumed: 'one alias' },
    async (context) => {
      const name = await newModel(context, 'case');
      const [one, two] = [await newVersion(context, name), await newVersion(context, name)];
      isDone(await setAlias(context.first.call, name, 'Champion', one));
      isDone(await setAlias(context.first.call, name, 'CHAMPION', two));
      const found = await aliasesOf(context, name);
      return found.length === 1 ? 'one alias' : `${found.length} aliases`;
    },
  ),
  fact(
    'alias-reserved',
    {
      group,
      about: 'aliases v1 and latest are refused',
      assumed: '400 INVALID_PARAMETER_VALUE, 400 INVALID_PARAMETER_VALUE',
    },
    async (context) => {
      const name = await labelled(context);
      const { call } = context.first;
      const response = [await setAlias(call, name, 'v1', 1), await setAlias(call, name, 'latest', 1)];
      return response.map(verdictOf).join(', ');
    },
  ),
  fact(
    'alias-length',
    {
      group,
      about: 'an alias of 255 characters is accepted, one of 256 is not',
      assumed: '200, 400 INVALID_PARAMETER_VALUE',
    },
    async (context) => {
      const name = await labelled(context);
      const { call } = context.first;
      const response = [
        await setAlias(call, name, 'a'.repeat(255), 1),
        await setAlias(call, name, 'a'.repeat(256), 1),
      ];
      return response.map(verdictOf).join(', ');
    },
  ),
  fact(
    'alias-of-missing-version',
    {
      group,
      about: 'an alias on a version that does not exist is refused',
      assumed: '404 RESOURCE_DOES_NOT_EXIST',
    },
    async (context) => verdictOf(await setAlias(context.first.call, await labelled(context), 'nowhere', 999)),
  ),
  fact(
    'alias-absent',
    { group, about: 'reading an alias that does not exist', assumed: '404 RESOURCE_DOES_NOT_EXIST' },
    async (context) => {
      const params = { name: (await main(context)).name, alias: 'gone' };
      return verdictOf(
        await context.first.call({ method: 'GET', template: `${N}/models/{name}/aliases/{alias}`, params }),
      );
    },
  ),
  fact(
    'alias-flag',
    { group, about: 'a model shows its aliases only with include_aliases', assumed: 'only with it' },
    async (context) => {
      const name = await newModel(context, 'flag');
      isDone(await setAlias(context.first.call, name, 'x', await newVersion(context, name)));
      const plain = listAt((await model(context.first.call, 'GET', name)).body, 'aliases').length;
      const asked = (await aliasesOf(context, name)).length;
      return plain === 0 && asked === 1 ? 'only with it' : `${plain} without, ${asked} with it`;
    },
  ),
  fact(
    'alias-of-deleted-version',
    { group, about: 'deleting a version deletes its aliases', assumed: 'gone' },
    async (context) => {
      const name = await newModel(context, 'deletion');
      const version = await readyVersion(context, name);
      const { call } = context.first;
      isDone(await setAlias(call, name, 'x', version));
      const params = { name, version: String(version) };
      isDone(await call({ method: 'DELETE', template: `${N}/models/{name}/versions/{version}`, params }));
      const left = await aliasesOf(context, name);
      return left.length === 0 ? 'gone' : 'still there';
    },
  ),
];
