import { expect, test } from 'vitest';
import { fencedTransport, type Exchange } from '../../conformance/fence/transport.ts';
import { judge } from '../../conformance/fence/rules.ts';
import { PREFIX } from '../../conformance/scope.ts';
import { namesOfSuite, NEWEST_ALIAS_ROW, OF_NO_TABLE } from '../../conformance/statements.ts';
import { routes } from '../../emulator/index.ts';
import { ALIAS_EVENTS } from '../../src/registry/databricks/wire/audit-log.ts';
import type { Response, OutgoingRequest, Transport } from '../../src/http/transport.ts';
import { refusalOf } from './scratch-emulator.ts';
import { SCHEMA } from './run-suite.ts';

const scope = { schemas: [SCHEMA] };
const ORIGIN = 'https://workspace.example';
const OWN = `${SCHEMA}.${PREFIX}1_main`;

const at = (path: string) => new URL(path, ORIGIN);
const passes = (method: string, path: string, json?: unknown) =>
  'call' in judge(scope, { method, url: at(path), json });

/** Names that are not the suite's, near misses among them. */
const FOREIGN = [
  'prod.ml.fraud',
  `${SCHEMA}.theirs`,
  `labs.neighbours.${PREFIX}1_main`,
  `labs.${PREFIX}1_main`,
  `${SCHEMA}.x_${PREFIX}1`,
  `${SCHEMA}.sub.${PREFIX}1`,
  'theirs',
  '',
];

test('on no endpoint of the emulator does a request about a foreign model pass', () => {
  const free = ['/Me', 'is-databricks-sdk-models-artifact-repository-enabled', '/model-versions/search'];
  let judged = 0;
  for (const route of routes) {
    for (const name of FOREIGN) {
      const [catalog = '', schema = '', model = ''] = name.split('.');
      const files = `Models/${name.replaceAll('.', '/')}/1/MLmodel`;
      const path = route.template
        .replace('{path*}', files)
        .replaceAll(
          /\{(?:full_name|name|securable_name|entity_name|model_id|id)\}/gu,
          encodeURIComponent(name),
        )
        .replaceAll(/\{[^}]*\}/gu, 'function');
      const json = {
        name,
        full_name: name,
        catalog_name: catalog,
        schema_name: schema,
        model_name: model,
        path: `/${files}`,
      };
      const query = new URLSearchParams({ name, filter: `name='${name}'`, run_id: 'x', path: `/${files}` });
      if (free.some((end) => route.template.endsWith(end)) && !query.get('filter')?.includes(name)) continue;
      // These are about no model.
      if (/\/(?:Me|Groups|Groups\/\{id\}|metastore_summary)$|is-databricks-sdk/u.test(route.template))
        continue;
      // A statement is of whoever submitted it; what may be submitted is tried below.
      if (route.template.startsWith('/api/2.0/sql/statements/{')) continue;
      // The lists of the metastore and the workspace, whose names are dropped.
      const isList = /\/(?:models|catalogs|2\.2\/jobs\/list|serving-endpoints)$/u.test(route.template);
      if (route.method === 'GET' && isList) continue;
      judged += 1;
      expect(passes(route.method, `${path}?${query.toString()}`, json), `${route.method} ${path}`).toBe(
        false,
      );
    }
  }
  expect(judged).toBeGreaterThan(500);
});

test.each([
  ['GET', `/api/2.1/unity-catalog/models/${OWN}`],
  ['GET', `/api/2.1/unity-catalog/models/${OWN.toUpperCase()}`],
  ['GET', '/api/2.1/unity-catalog/models?max_results=1000'],
  ['GET', '/api/2.0/preview/scim/v2/Users?filter=userName%20eq%20%22a%22'],
  ['GET', `/api/2.1/unity-catalog/schemas/${SCHEMA}`],
  ['GET', '/api/2.1/unity-catalog/models?catalog_name=labs&schema_name=scratchpad'],
  [
    'GET',
    `/api/2.0/mlflow/unity-catalog/model-versions/search?filter=${encodeURIComponent(`name='${OWN}'`)}`,
  ],
  ['PUT', `/api/2.0/fs/files/Models/labs/scratchpad/${PREFIX}1_main/1/data/a%20b`],
])('%s %s passes', (method, path) => {
  expect(passes(method, path)).toBe(true);
});

test.each([
  ['GET', '/api/2.0/preview/scim/v2/Users'],
  ['GET', '/api/2.0/preview/scim/v2/Users?filter=userName%20co%20%22a%22'],
  ['GET', '/api/2.1/unity-catalog/models?catalog_name=labs'],
  ['GET', '/api/2.1/unity-catalog/models?catalog_name=labs&schema_name=neighbours'],
  ['GET', '/api/2.1/unity-catalog/schemas/labs.neighbours'],
  ['PATCH', `/api/2.1/unity-catalog/permissions/schema/${SCHEMA}`],
  ['PATCH', '/api/2.1/unity-catalog/schemas/labs.scratchpad'],
  ['DELETE', '/api/2.1/unity-catalog/schemas/labs.scratchpad'],
  ['PUT', `/api/2.0/fs/files/Models/labs/scratchpad/${PREFIX}1/1/../../theirs/1/x`],
  ['PUT', `/api/2.0/fs/files/Models/labs/scratchpad/${PREFIX}1/1/%2e%2e/%2E%2E/theirs/1/x`],
  ['PUT', '/api/2.0/fs/files/Volumes/labs/scratchpad/v/x'],
  ['GET', '/api/2.0/mlflow/runs/get?run_id=1234'],
  ['POST', '/api/2.1/jobs/run-now'],
])('%s %s does not', (method, path) => {
  expect(passes(method, path)).toBe(false);
});

test('jobs and endpoints are read that are given, or that no workspace has, and nothing of them is written', () => {
  const given = { ...scope, job: '77', hiddenJob: '78', endpoint: 'fraud-rt', hiddenEndpoint: 'theirs-rt' };
  const reads = (where: typeof given | typeof scope, path: string, method = 'GET') =>
    'call' in judge(where, { method, url: at(path) });
  const jobs = ['77', '78'].flatMap((id) => [
    `/api/2.2/jobs/get?job_id=${id}`,
    `/api/2.2/jobs/runs/list?job_id=${id}`,
  ]);
  const endpoints = ['fraud-rt', 'theirs-rt'].map((name) => `/api/2.0/serving-endpoints/${name}`);
  for (const path of [...jobs, ...endpoints])
    expect([path, reads(given, path), reads(scope, path)]).toEqual([path, true, false]);
  for (const path of [
    '/api/2.2/jobs/get?job_id=79',
    '/api/2.2/jobs/get',
    '/api/2.2/jobs/runs/list',
    '/api/2.2/jobs/runs/get?run_id=1',
    '/api/2.2/jobs/runs/get-output?run_id=1',
    '/api/2.0/serving-endpoints/other',
    '/api/2.0/serving-endpoints/fraud-rt/openapi',
  ])
    expect([path, reads(given, path)]).toEqual([path, false]);
  for (const method of ['PUT', 'PATCH', 'DELETE', 'POST'])
    for (const path of [...endpoints, ...endpoints.map((each) => `${each}/config`), '/api/2.2/jobs/run-now'])
      expect([method, path, reads(given, path, method)]).toEqual([method, path, false]);
});

test('a statement must be one of the suite, by its warehouse, about its models', () => {
  const warehouse = '0123456789abcdef';
  const submits = (statement: string, values: Readonly<Record<string, string>>, more: object = {}) => {
    const parameters = Object.entries(values).map(([name, value]) => ({ name, value }));
    const json = { statement, warehouse_id: warehouse, parameters, ...more };
    return (
      'call' in judge({ ...scope, warehouse }, { method: 'POST', url: at('/api/2.0/sql/statements'), json })
    );
  };
  const { from, to } = namesOfSuite(scope);
  expect(submits(ALIAS_EVENTS, { model: OWN })).toBe(true);
  expect(submits(NEWEST_ALIAS_ROW, { from, to })).toBe(true);
  expect(submits(OF_NO_TABLE, {})).toBe(true);
  const stray: readonly Parameters<typeof submits>[] = [
    [ALIAS_EVENTS, { model: 'prod.ml.fraud' }],
    [ALIAS_EVENTS, {}],
    [ALIAS_EVENTS, { model: OWN }, { warehouse_id: 'ffffffffffffffff' }],
    [ALIAS_EVENTS, { model: OWN }, { parameters: 'all' }],
    [NEWEST_ALIAS_ROW, { from: '', to }],
    [NEWEST_ALIAS_ROW, { from, to: '~' }],
    ['SELECT event_id FROM system.access.audit', {}],
    [`${OF_NO_TABLE}; DROP TABLE x`, {}],
    ['DROP TABLE system.access.audit', { model: OWN }],
    [ALIAS_EVENTS.replace('= :model', '= :model OR 1 = 1'), { model: OWN }],
    [ALIAS_EVENTS.replace('system.access.audit', 'system.access.audit, system.access.other'), { model: OWN }],
    [ALIAS_EVENTS.replace('event_time,', '(SELECT email FROM prod.hr.people),'), { model: OWN }],
    [ALIAS_EVENTS.replace('= :model', '= :model UNION SELECT 1'), { model: OWN }],
  ];
  expect(stray.filter((each) => submits(...each))).toEqual([]);
  expect(
    'call' in
      judge(scope, { method: 'POST', url: at('/api/2.0/sql/statements'), json: { statement: OF_NO_TABLE } }),
  ).toBe(false);
});

test('a rename must stay within the names of the suite', () => {
  const path = `/api/2.1/unity-catalog/models/${OWN}`;
  expect(passes('PATCH', path, { new_name: `${PREFIX}2` })).toBe(true);
  expect(passes('PATCH', path, { new_name: 'theirs' })).toBe(false);
  expect(passes('PATCH', path, { comment: 'x' })).toBe(true);
});

/** A transport that answers everything with one text, and keeps what was sent. */
function responding(text: string): { readonly transport: Transport; readonly sent: OutgoingRequest[] } {
  const sent: OutgoingRequest[] = [];
  const transport: Transport = async (request) => {
    sent.push(request);
    const response: Response = {
      status: 200,
      headers: {},
      stream: (async function* () {})(),
      text: async () => text,
      discard: async () => {},
    };
    return response;
  };
  return { transport, sent };
}

test('what does not pass is not sent; a signed URL passes once the workspace handed it out', async () => {
  const signed = 'https://storage.example/a?sig=1"';
  const { transport, sent } = responding(JSON.stringify({ url: signed }));
  const exchanges: Exchange[] = [];
  const fenced = fencedTransport({
    transport,
    origin: ORIGIN,
    scope,
    endpoints: {},
    onExchange: (exchange) => void exchanges.push(exchange),
  });
  const get = (url: string) => fenced({ method: 'GET', url, headers: {} });
  for (const url of [
    signed,
    'https://other.example/api/2.0/preview/scim/v2/Me',
    `${ORIGIN}.evil.example/api/2.0/preview/scim/v2/Me`,
    `${ORIGIN}/api/2.1/unity-catalog/models/prod.ml.fraud`,
  ]) {
    expect((await refusalOf(get(url))).message).toContain(
      'about to send a request outside its scratch schema',
    );
  }
  expect(sent).toEqual([]);
  const path = `/Models/labs/scratchpad/${PREFIX}1/1/MLmodel`;
  const url = `${ORIGIN}/api/2.0/fs/create-download-url?path=${encodeURIComponent(path)}`;
  const response = await fenced({ method: 'POST', url, headers: {} });
  await response.text(1000);
  await get(signed);
  expect(exchanges.map(({ call }) => call)).toEqual([
    'POST /api/2.0/fs/create-download-url',
    'GET {signed URL}',
  ]);
});

test('a JSON body that cannot be looked into is not sent', async () => {
  const { transport, sent } = responding('{}');
  const fenced = fencedTransport({ transport, origin: ORIGIN, scope, endpoints: {}, onExchange: () => {} });
  const body = (async function* () {
    yield new TextEncoder().encode(JSON.stringify({ name: OWN }));
  })();
  const request = {
    method: 'POST',
    url: `${ORIGIN}/api/2.0/mlflow/unity-catalog/registered-models/create`,
    headers: { 'Content-Type': 'application/json' },
    body,
  };
  await refusalOf(fenced(request));
  expect(sent).toEqual([]);
});
