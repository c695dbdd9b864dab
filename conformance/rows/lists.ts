import { poll } from '../../src/domain/poll.ts';
import { everySecond } from '../every-second.ts';
import { at, listAt, textAt, type Call } from '../call.ts';
import { main, model, must, N, newModel, newVersion, verdictOf } from '../fixtures.ts';
import { EVERYBODY, grant, readGrants } from '../grants.ts';
import { MODEL_MEMBERS, MODEL_PRIVILEGES, STATUSES, VERSION_MEMBERS } from '../members.ts';
import type { RowContext } from '../row-context.ts';
import type { Row } from '../row.ts';
import { Unseen } from '../unseen.ts';
import { pagesOf, untilListed, VERSIONS_OF } from '../walk.ts';
import { fact, type Sights } from './kinds.ts';

const group = 'Lists and shapes';

const VERSIONS = 8;
const READS = 10;

/** A model with {@link VERSIONS} pending versions that every list knows by now. */
function long(context: RowContext): Promise<string> {
  return context.once('long', async () => {
    const name = await newModel(context, 'long');
    for (let count = 0; count < VERSIONS; count += 1) await newVersion(context, name);
    await untilListed(context, name, VERSIONS);
    return name;
  });
}

/** The pages of the long list of versions, at most so many a page. */
async function pagesOfVersions(context: RowContext, most: number) {
  return pagesOf(context.first.call, VERSIONS_OF, { name: await long(context) }, { max_results: most });
}

async function readVersion(context: RowContext): Promise<unknown> {
  const { name, version } = await main(context);
  const params = { name, version: String(version) };
  const response = await context.first.call({ method: 'GET', template: `${VERSIONS_OF}/{version}`, params });
  return must(response, 'a version').body;
}

function strangers(body: unknown, known: ReadonlySet<string>): string[] {
  return Object.keys(body as object).filter((name) => !known.has(name));
}

/** Switches of how lists and responses are written. */
export const listSights = {
  listingLags: {
    group,
    async see(context) {
      const name = await newModel(context, 'lag');
      await newVersion(context, name);
      const { found, reads } = await poll(
        async (looks) => {
          const pages = await pagesOf(context.first.call, VERSIONS_OF, { name });
          return { found: pages.flat().length > 0, reads: looks };
        },
        (seen) => seen.found,
        everySecond(READS),
        context,
      );
      if (found) return reads === 1 ? '0' : { value: '2', note: `there at list ${reads}` };
      return { value: '2', note: `not there after ${READS} lists` };
    },
  },
  emptyPages: {
    group,
    async see(context) {
      const pages = await pagesOfVersions(context, 3);
      return String(pages.slice(0, -1).some((page) => page.length === 0));
    },
  },
  smallPages: {
    group,
    async see(context) {
      const pages = await pagesOfVersions(context, 1000);
      const full = pages.filter((page) => page.length > 0);
      return full.length <= 1 ? 'false' : { value: 'true', note: `${full[0]?.length ?? 0} rows a page` };
    },
  },
  shuffledLists: {
    group,
    async see(context) {
      const rows = (await pagesOf(context.first.call, VERSIONS_OF, { name: await long(context) })).flat();
      const numbers = rows.map((row) => Number(at(row, 'version')));
      const rising = numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
      return rising ? 'false' : { value: 'true', note: numbers.join(' ') };
    },
  },
  numbersAsStrings: {
    group,
    async see(context) {
      const body = await readVersion(context);
      return String([at(body, 'version'), at(body, 'created_at')].some((each) => typeof each === 'string'));
    },
  },
  unknownFields: {
    group,
    async see(context) {
      const read = must(await model(context.first.call, 'GET', (await main(context)).name), 'a model');
      const names = [
        ...strangers(read.body, MODEL_MEMBERS),
        ...strangers(await readVersion(context), VERSION_MEMBERS),
      ];
      return names.length === 0 ? 'false' : { value: 'true', note: [...new Set(names)].join(', ') };
    },
  },
  unknownEnums: {
    group,
    async see(context) {
      const name = await newModel(context, 'enums');
      await grant(context, name, EVERYBODY, ['EXECUTE']);
      const response = must(await readGrants(context, context.first.call, name), 'grants');
      const privileges = listAt(response.body, 'privilege_assignments').flatMap((row) =>
        listAt(row, 'privileges'),
      );
      const strange = privileges.map(String).filter((each) => !MODEL_PRIVILEGES.has(each));
      const status = String(at(await readVersion(context), 'status'));
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
        'models can be listed without a catalog, as an audit of a whole catalog does, and each row names its place',
      assumed: 'with catalog, schema and name',
    },
    async (context) => {
      await main(context);
      const rows = await firstModels(context.first.call);
      const isWhole = (row: unknown) =>
        ['catalog_name', 'schema_name', 'name'].every((member) => textAt(row, member) !== '');
      if (rows.length === 0) throw new Unseen('no page of the list has models');
      return rows.every(isWhole) ? 'with catalog, schema and name' : 'without some of them';
    },
  ),
  fact(
    'list-complete',
    { group, about: 'pages of 3 return every version once', assumed: 'each once' },
    async (context) => {
      const pages = await pagesOfVersions(context, 3);
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
    async (context) => {
      const params = { name: (await main(context)).name };
      const query = { page_token: 'no token' };
      return verdictOf(await context.first.call({ method: 'GET', template: VERSIONS_OF, params, query }));
    },
  ),
  fact(
    'list-negative-size',
    { group, about: 'a negative max_results', assumed: '400 INVALID_PARAMETER_VALUE' },
    async (context) => {
      const params = { name: (await main(context)).name };
      const query = { max_results: -1 };
      return verdictOf(await context.first.call({ method: 'GET', template: VERSIONS_OF, params, query }));
    },
  ),
];
