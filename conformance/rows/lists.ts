import { at, listAt, textAt, type Call } from '../call.ts';
import { main, model, must, N, newModel, newVersion, verdictOf } from '../fixtures.ts';
import { EVERYBODY, grant, readGrants } from '../grants.ts';
import { MODEL_MEMBERS, MODEL_PRIVILEGES, STATUSES, VERSION_MEMBERS } from '../members.ts';
import type { World } from '../row-context.ts';
import type { Row } from '../row.ts';
import { Unseen } from '../unseen.ts';
import { pagesOf, untilListed, VERSIONS_OF } from '../walk.ts';
import { fact, type Sights } from './kinds.ts';

const group = 'Lists and shapes';

const VERSIONS = 8;
const READS = 10;

/** A model with {@link VERSIONS} pending versions that every list knows by now. */
function long(world: World): Promise<string> {
  return world.once('long', async () => {
    const name = await newModel(world, 'long');
    for (let count = 0; count < VERSIONS; count += 1) await newVersion(world, name);
    await untilListed(world, name, VERSIONS);
    return name;
  });
}

/** The pages of the long list of versions, at most so many a page. */
async function pagesOfVersions(world: World, most: number) {
  return pagesOf(world.first.call, VERSIONS_OF, { name: await long(world) }, { max_results: most });
}

async function readVersion(world: World): Promise<unknown> {
  const { name, version } = await main(world);
  const params = { name, version: String(version) };
  const told = await world.first.call({ method: 'GET', template: `${VERSIONS_OF}/{version}`, params });
  return must(told, 'a version').body;
}

function strangers(body: unknown, known: ReadonlySet<string>): string[] {
  return Object.keys(body as object).filter((name) => !known.has(name));
}

/** Switches of how lists and answers are written. */
export const listSights = {
  listingLags: {
    group,
    async see(world) {
      const name = await newModel(world, 'lag');
      await newVersion(world, name);
      for (let reads = 1; reads <= READS; reads += 1) {
        const found = (await pagesOf(world.first.call, VERSIONS_OF, { name })).flat();
        if (found.length > 0) return reads === 1 ? '0' : { value: '2', note: `there at list ${reads}` };
        await world.clock.sleep(1000);
      }
      return { value: '2', note: `not there after ${READS} lists` };
    },
  },
  emptyPages: {
    group,
    async see(world) {
      const pages = await pagesOfVersions(world, 3);
      return String(pages.slice(0, -1).some((page) => page.length === 0));
    },
  },
  smallPages: {
    group,
    async see(world) {
      const pages = await pagesOfVersions(world, 1000);
      const full = pages.filter((page) => page.length > 0);
      return full.length <= 1 ? 'false' : { value: 'true', note: `${full[0]?.length ?? 0} rows a page` };
    },
  },
  shuffledLists: {
    group,
    async see(world) {
      const rows = (await pagesOf(world.first.call, VERSIONS_OF, { name: await long(world) })).flat();
      const numbers = rows.map((row) => Number(at(row, 'version')));
      const rising = numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
      return rising ? 'false' : { value: 'true', note: numbers.join(' ') };
    },
  },
  numbersAsStrings: {
    group,
    async see(world) {
      const body = await readVersion(world);
      return String([at(body, 'version'), at(body, 'created_at')].some((each) => typeof each === 'string'));
    },
  },
  unknownFields: {
    group,
    async see(world) {
      const read = must(await model(world.first.call, 'GET', (await main(world)).name), 'a model');
      const names = [
        ...strangers(read.body, MODEL_MEMBERS),
        ...strangers(await readVersion(world), VERSION_MEMBERS),
      ];
      return names.length === 0 ? 'false' : { value: 'true', note: [...new Set(names)].join(', ') };
    },
  },
  unknownEnums: {
    group,
    async see(world) {
      const name = await newModel(world, 'enums');
      await grant(world, name, EVERYBODY, ['EXECUTE']);
      const told = must(await readGrants(world, world.first.call, name), 'grants');
      const privileges = listAt(told.body, 'privilege_assignments').flatMap((row) =>
        listAt(row, 'privileges'),
      );
      const strange = privileges.map(String).filter((each) => !MODEL_PRIVILEGES.has(each));
      const status = String(at(await readVersion(world), 'status'));
      const found = STATUSES.has(status) ? strange : [...strange, status];
      return found.length === 0 ? 'false' : { value: 'true', note: [...new Set(found)].join(', ') };
    },
  },
} satisfies Sights;

/** The first page of the metastore's list that has rows: pages may be empty. */
async function firstModels(call: Call): Promise<unknown[]> {
  let token = '';
  for (let pages = 0; pages < READS; pages += 1) {
    const query = { max_results: 1000, ...(token === '' ? {} : { page_token: token }) };
    const { body } = must(await call({ method: 'GET', template: `${N}/models`, query }), 'a list');
    const rows = listAt(body, 'registered_models');
    token = textAt(body, 'next_page_token');
    if (rows.length > 0 || token === '') return rows;
  }
  return [];
}

/** What else is built on about lists. */
export const listFacts: readonly Row[] = [
  fact(
    'list-of-metastore',
    {
      group,
      about:
        'models are listed without a catalog, as an audit of a whole catalog does; each says where it is',
      assumed: 'with catalog, schema and name',
    },
    async (world) => {
      await main(world);
      const rows = await firstModels(world.first.call);
      const isWhole = (row: unknown) =>
        ['catalog_name', 'schema_name', 'name'].every((member) => textAt(row, member) !== '');
      if (rows.length === 0) throw new Unseen('no page of the list has models');
      return rows.every(isWhole) ? 'with catalog, schema and name' : 'without some of them';
    },
  ),
  fact(
    'list-complete',
    { group, about: 'pages of 3 give every version once', assumed: 'each once' },
    async (world) => {
      const pages = await pagesOfVersions(world, 3);
      const numbers = pages.flat().map((row) => Number(at(row, 'version')));
      const distinct = new Set(numbers).size;
      return distinct === VERSIONS && numbers.length === VERSIONS
        ? 'each once'
        : `${numbers.length} rows, ${distinct} versions of ${VERSIONS}`;
    },
  ),
  fact(
    'list-bad-token',
    { group, about: 'a page token that is none', assumed: '400 INVALID_PARAMETER_VALUE' },
    async (world) => {
      const params = { name: (await main(world)).name };
      const query = { page_token: 'no token' };
      return verdictOf(await world.first.call({ method: 'GET', template: VERSIONS_OF, params, query }));
    },
  ),
  fact(
    'list-negative-size',
    { group, about: 'a negative max_results', assumed: '400 INVALID_PARAMETER_VALUE' },
    async (world) => {
      const params = { name: (await main(world)).name };
      const query = { max_results: -1 };
      return verdictOf(await world.first.call({ method: 'GET', template: VERSIONS_OF, params, query }));
    },
  ),
];
