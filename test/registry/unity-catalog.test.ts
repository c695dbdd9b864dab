import { expect, test } from 'vitest';
import type { Operation } from '../../src/domain/privilege.ts';
import type { GrantDecision } from '../../src/policy/grants/decide.ts';
import { parseRequirements } from '../../src/policy/grants/requirement-lines.ts';
import { requiredRights } from '../../src/policy/grants/required.ts';
import { unityCatalogRegistry } from '../../src/registry/unity-catalog/open.ts';
import { judgeForbidden } from '../../src/facts/grants/forbidden.ts';
import { judgeCaller, judgePrincipal } from '../../src/facts/grants/check.ts';
import { modelNotFound } from '../../src/facts/names.ts';
import { Snapshot } from '../../src/facts/snapshot.ts';
import { clientOf, serve } from '../http/client-bench.ts';

// Answers of the open-source server 0.6.0: Ben owns the catalog and the schema, and the metastore's owner made a model there.
const API = '/api/2.1/unity-catalog';
const BEN = 'ben@example.com';
const MODEL = { catalog: 'bens', schema: 'ml', model: 'theirs' };

type Rows = Readonly<Record<string, readonly string[]>>;

/** What the server would answer to somebody. */
interface World {
  readonly me: string;
  readonly catalog?: Rows;
  readonly schema?: Rows;
  readonly model?: Rows;
  readonly schemaOwner?: string;
}

const rowsOf = (rows: Rows = {}) => ({
  privilege_assignments: Object.entries(rows).map(([principal, privileges]) => ({ principal, privileges })),
});

async function snapshotOf({ me, catalog, schema, model, schemaOwner = BEN }: World): Promise<Snapshot> {
  const replies: Readonly<Record<string, unknown>> = {
    '/api/1.0/unity-control/scim2/Me': { userName: null, emails: [{ value: me, primary: true }] },
    [`${API}/catalogs/bens`]: { name: 'bens', owner: BEN },
    [`${API}/schemas/bens.ml`]: { name: 'ml', catalog_name: 'bens', owner: schemaOwner },
    [`${API}/catalogs`]: { catalogs: [{ name: 'bens' }, { name: 'unity' }], next_page_token: '' },
    [`${API}/schemas`]: { schemas: [{ name: 'ml', catalog_name: 'bens', full_name: 'bens.ml' }] },
    [`${API}/models`]: { registered_models: [{ name: 'theirs', catalog_name: 'bens', schema_name: 'ml' }] },
    [`${API}/models/bens.ml.theirs`]: {
      name: 'theirs',
      catalog_name: 'bens',
      schema_name: 'ml',
      owner: 'admin',
    },
    [`${API}/permissions/catalog/bens`]: rowsOf(catalog),
    [`${API}/permissions/schema/bens.ml`]: rowsOf(schema),
    [`${API}/permissions/registered_model/bens.ml.theirs`]: rowsOf(model),
  };
  const host = await serve((request, response) => {
    const reply = replies[new URL(request.url ?? '/', 'http://localhost').pathname];
    response.writeHead(reply === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reply ?? { error_code: 'NOT_FOUND', message: 'none' }));
  });
  const { http } = await clientOf(host);
  return new Snapshot(unityCatalogRegistry(http), { now: () => 0, sleep: async () => {} });
}

const rightsOf = (operation: Operation) =>
  requiredRights(operation, MODEL, { modelExists: operation !== 'create-model', ownersReachDown: true });

const statesOf = ({ rights }: GrantDecision) => rights.map(({ right, state }) => [right.privilege, state]);

test('a stranger whose rows the server shows is no group of the caller', async () => {
  const snapshot = await snapshotOf({
    me: BEN,
    catalog: { admin: ['USE CATALOG'] },
    schema: { admin: ['USE SCHEMA', 'CREATE MODEL'] },
  });
  expect(statesOf(await judgeCaller(rightsOf('create-version'), snapshot))).toEqual([
    ['USE_CATALOG', 'granted'],
    ['USE_SCHEMA', 'granted'],
    ['OWNERSHIP', 'missing'],
  ]);
});

test('the owner of the metastore reads and deletes without any grant, and writes no more than others', async () => {
  const snapshot = await snapshotOf({ me: 'admin' });
  const decision = await judgeCaller(rightsOf('read'), snapshot);
  expect(statesOf(decision)).toEqual([
    ['USE_CATALOG', 'granted'],
    ['USE_SCHEMA', 'granted'],
    ['EXECUTE', 'granted'],
  ]);
  expect(decision.findings[0]?.message).toBe(
    'USE CATALOG on catalog bens: granted by owning the metastore (needed to read the model and its files).',
  );
  expect(statesOf(await judgeCaller(rightsOf('delete'), snapshot)).map(([, state]) => state)).toEqual([
    'granted',
    'granted',
    'granted',
  ]);
  expect(statesOf(await judgeCaller(rightsOf('create-version'), snapshot))).toEqual([
    ['USE_CATALOG', 'missing'],
    ['USE_SCHEMA', 'missing'],
    ['OWNERSHIP', 'granted'],
  ]);
});

test('grants on a model are changed by its owner or that of the metastore, and of no parent', async () => {
  const judge = async (me: string) =>
    statesOf(await judgeCaller(rightsOf('manage-grants'), await snapshotOf({ me })));
  expect(await judge(BEN)).toEqual([['OWNERSHIP', 'missing']]);
  expect(await judge('admin')).toEqual([['OWNERSHIP', 'granted']]);
});

test('the owner of a catalog creates nothing in a schema of somebody else without grants', async () => {
  const snapshot = await snapshotOf({ me: BEN, schemaOwner: 'ann@example.com' });
  expect(statesOf(await judgeCaller(rightsOf('create-model'), snapshot))).toEqual([
    ['USE_CATALOG', 'granted'],
    ['USE_SCHEMA', 'missing'],
    ['CREATE_MODEL', 'missing'],
  ]);
});

test('who may run a command is told by the rules of this server', async () => {
  const ann = await snapshotOf({ me: 'ann@example.com' });
  const { rights } = await judgeCaller(rightsOf('read'), ann);
  const mayRun = rights.map(({ remedy }) => (remedy?.kind === 'grant' ? remedy.mayRun : ''));
  expect(mayRun).toEqual([
    `its owner (${BEN}) or the owner of the metastore (admin)`,
    `its owner (${BEN}) with USE CATALOG, the owner of catalog bens (${BEN}) or the owner of the metastore (admin)`,
    'its owner (admin) or the owner of the metastore (admin)',
  ]);
});

test('of somebody else, rows are all there for who owns the object or what is above it', async () => {
  const judge = async (world: World) =>
    statesOf(await judgePrincipal(rightsOf('read'), 'ann@example.com', await snapshotOf(world)));
  const shown: World = { me: BEN, catalog: { 'ann@example.com': ['USE CATALOG', 'EXECUTE'] } };
  const seen = [
    ['USE_CATALOG', 'granted'],
    ['USE_SCHEMA', 'missing'],
    ['EXECUTE', 'granted'],
  ];
  expect(await judge(shown)).toEqual(seen);
  expect(await judge({ ...shown, me: 'admin' })).toEqual(seen);
  expect(await judge({ me: 'eve@example.com' })).toEqual([
    ['USE_CATALOG', 'deferred'],
    ['USE_SCHEMA', 'deferred'],
    ['EXECUTE', 'deferred'],
  ]);
});

test('a name without an @ is a user too: there are no groups', async () => {
  const { rights } = parseRequirements('bens.ml.theirs: EXECUTE');
  const held: World = { me: BEN, schema: { svc: ['EXECUTE'], 'eve@example.com': ['EXECUTE'] } };
  const decision = await judgeForbidden(rights, ['admin', 'svc'], await snapshotOf(held));
  expect(decision.holders.map(({ principal, kind, state }) => [principal, kind, state])).toEqual([
    ['svc', 'person', 'excepted'],
    ['eve@example.com', 'person', 'forbidden'],
    ['admin', 'person', 'excepted'],
  ]);
  expect([decision.unseen, decision.listed]).toEqual([[], []]);
  const unseen = await judgeForbidden(rights, ['admin'], await snapshotOf({ me: 'ann@example.com' }));
  expect(unseen.unseen.map(({ reason }) => reason)).toEqual([
    ['model bens.ml.theirs', 'schema bens.ml', 'catalog bens']
      .map((what) => `this registry shows the grants of ${what} only to the owner of it or of a parent`)
      .join('; '),
  ]);
  expect(unseen.findings.find(({ code }) => code === 'holders-unseen')?.fix).toBe(
    'Run this step as a principal that can see it: the owner of the object or of a parent.',
  );
});

test.each([
  ['ben.ml.theirs', 'the catalog ben', 'Did you mean bens?'],
  ['bens.mll.theirs', 'the schema bens.mll', 'Did you mean bens.ml?'],
  ['bens.ml.their', 'the model bens.ml.their', 'Did you mean bens.ml.theirs?'],
])('%s: the nearest name of the lists of this server', async (name, what, meant) => {
  const snapshot = await snapshotOf({ me: BEN });
  const [catalog = '', schema = '', model = ''] = name.split('.');
  const error = await modelNotFound({ catalog, schema, model }, 'model', snapshot);
  expect(error.message).toBe(`Input \`model\`: ${what} does not exist or is hidden from ${BEN}.`);
  expect(error.details.fix).toContain(meant);
});
