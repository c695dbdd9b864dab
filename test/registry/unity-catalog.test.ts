import { expect, test } from 'vitest';
import { requiredRights } from '../../src/policy/grants-rights.ts';
import { unityCatalogRegistry } from '../../src/registry/unity-catalog/client.ts';
import { judgeCaller } from '../../src/steps/privileges.ts';
import { Snapshot } from '../../src/steps/snapshot.ts';
import { clientOf, serve } from '../http/kit.ts';

// Answers of the open-source server 0.6.0 to Ben, who owns the catalog and the schema; somebody else made a model there.
const API = '/api/2.1/unity-catalog';
const rows = (...privileges: string[]) => ({
  privilege_assignments: privileges.length === 0 ? [] : [{ principal: 'admin', privileges }],
});
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/api/1.0/unity-control/scim2/Me': {
    userName: null,
    emails: [{ value: 'ben@example.com', primary: true }],
  },
  [`${API}/catalogs/bens`]: { name: 'bens', owner: 'ben@example.com' },
  [`${API}/schemas/bens.ml`]: { name: 'ml', owner: 'ben@example.com' },
  [`${API}/models/bens.ml.theirs`]: {
    name: 'theirs',
    catalog_name: 'bens',
    schema_name: 'ml',
    owner: 'admin',
  },
  [`${API}/permissions/catalog/bens`]: rows('USE CATALOG'),
  [`${API}/permissions/schema/bens.ml`]: rows('USE SCHEMA', 'CREATE MODEL'),
  [`${API}/permissions/registered_model/bens.ml.theirs`]: rows(),
};

test('a stranger whose rows the server shows is no group of the caller', async () => {
  const host = await serve((request, response) => {
    const answer = ANSWERS[new URL(request.url ?? '/', 'http://localhost').pathname];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error_code: 'NOT_FOUND', message: 'none' }));
  });
  const { http } = await clientOf(host);
  const snapshot = new Snapshot(unityCatalogRegistry(http), { now: () => 0, sleep: async () => {} });
  const model = { catalog: 'bens', schema: 'ml', model: 'theirs' };
  const rights = requiredRights('create-version', model, { modelExists: true, ownersReachDown: true });
  const decision = await judgeCaller(rights, snapshot);
  expect(decision.rights.map(({ right, state }) => [right.privilege, state])).toEqual([
    ['USE_CATALOG', 'granted'],
    ['USE_SCHEMA', 'granted'],
    ['OWNERSHIP', 'missing'],
  ]);
});
