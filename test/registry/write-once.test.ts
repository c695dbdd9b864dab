import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Authorizer } from '../../src/http/client-options.ts';
import { databricksRegistry } from '../../src/registry/databricks/open.ts';
import { mlflowRegistry } from '../../src/registry/mlflow/open.ts';
import type { Registry } from '../../src/registry/port.ts';
import { unityCatalogRegistry } from '../../src/registry/unity-catalog/open.ts';
import { clientOf, refusal, serve } from '../http/client-bench.ts';
import { PROD } from './registry-bench.ts';

const VERSION = { kind: 'version', name: PROD, version: 1 } as const;
const MODEL = { kind: 'model', name: PROD } as const;

/** Every writing method of a registry, called once; bytes of files are no part of it. */
const WRITES: Readonly<Record<string, (registry: Registry) => Promise<unknown>>> = {
  setAlias: (registry) => registry.setAlias(PROD, 'Champion', 2),
  deleteAlias: (registry) => registry.deleteAlias(PROD, 'Champion'),
  'setTag of a version': (registry) => registry.setTag(VERSION, 'k', 'v'),
  'setTag of a model': (registry) => registry.setTag(MODEL, 'k', 'v'),
  deleteTag: (registry) => registry.deleteTag(VERSION, 'k'),
  'setDescription of a version': (registry) => registry.setDescription(VERSION, 'd'),
  'setDescription of a model': (registry) => registry.setDescription(MODEL, 'd'),
  createRegisteredModel: (registry) => registry.createRegisteredModel(PROD),
  setOwner: (registry) => registry.setOwner(PROD, 'ml-deployers'),
  createModelVersion: (registry) => registry.createModelVersion({ name: PROD, source: 's', tags: [] }),
  finalizeModelVersion: (registry) => registry.finalizeModelVersion(PROD, 1),
  deleteModelVersion: (registry) => registry.deleteModelVersion(PROD, 1),
};

/** What a registry has no call for. */
const LACKS: Readonly<Record<string, readonly string[]>> = {
  databricks: [],
  mlflow: ['setOwner', 'finalizeModelVersion'],
  'unity-catalog': [
    'setAlias',
    'deleteAlias',
    'setTag of a version',
    'setTag of a model',
    'deleteTag',
    'setOwner',
  ],
};

const JSON_TYPE = { 'content-type': 'application/json' };

/** Responses after which a read would be sent again, and what the failure of a write then says. */
const RESPONSES = [
  [500, {}, { code: 'unavailable' }],
  [502, {}, { code: 'unavailable' }],
  [503, { 'retry-after': '7' }, { code: 'unavailable', retryAfter: 7_000 }],
  [504, {}, { code: 'unavailable' }],
  [408, {}, { code: 'unavailable' }],
  [425, {}, { unprocessed: 'limited' }],
  [429, { 'retry-after': '9' }, { code: 'rate-limited', retryAfter: 9_000, unprocessed: 'limited' }],
  [401, {}, { code: 'unauthenticated', unprocessed: 'token-renewed' }],
] as const;

/** A registry at an address, by a sign-in that always has another token. */
async function registryOf(
  kind: string,
  host: string,
): Promise<{ registry: Registry; renewed: () => number }> {
  let renewals = 0;
  const authorizer: Authorizer = {
    headers: async () => ({ authorization: `Bearer token-${renewals}` }),
    async replace() {
      renewals += 1;
      return true;
    },
  };
  const { http } = await clientOf(host, { authorizer });
  const files = (await clientOf(host)).http;
  const registry =
    kind === 'databricks'
      ? databricksRegistry({ control: http, files, endpoints: {} })
      : kind === 'mlflow'
        ? mlflowRegistry(http, files)
        : unityCatalogRegistry(http);
  return { registry, renewed: () => renewals };
}

describe.each(Object.keys(LACKS))('a write to %s', (kind) => {
  for (const [method, write] of Object.entries(WRITES)) {
    if (LACKS[kind]?.includes(method) === true) continue;

    test(`${method} is one request, whatever the response`, async () => {
      for (const [status, headers, failure] of RESPONSES) {
        let requests = 0;
        const host = await serve((_request, response) => {
          requests += 1;
          const body = { error_code: status === 401 ? 'UNAUTHENTICATED' : undefined, message: 'no' };
          response.writeHead(status, { ...JSON_TYPE, ...headers }).end(JSON.stringify(body));
        });
        const { registry, renewed } = await registryOf(kind, host);
        const error = await refusal(write(registry));
        expect([status, requests, renewed()]).toEqual([status, 1, status === 401 ? 1 : 0]);
        expect(error).toMatchObject(failure);
        if (status >= 500) expect(error.unprocessed).toBeUndefined();
      }
    });

    test(`${method} is one request where the response is lost, and none where nobody listens`, async () => {
      let requests = 0;
      const host = await serve((request) => {
        requests += 1;
        request.socket.destroy();
      });
      const lost = await refusal(write((await registryOf(kind, host)).registry));
      expect([requests, lost.code, lost.unprocessed]).toEqual([1, 'unavailable', undefined]);
      const silent = await registryOf(kind, `http://127.0.0.1:${await freePort()}`);
      const before = silent.registry.requestsBegun;
      expect(await refusal(write(silent.registry))).toMatchObject({
        code: 'unavailable',
        unprocessed: 'not-sent',
      });
      expect(silent.registry.requestsBegun - before).toBe(1);
    });
  }
});

test('reads are asked for again all the same', async () => {
  let requests = 0;
  const host = await serve((_request, response) => {
    requests += 1;
    response.writeHead(503, JSON_TYPE).end('{}');
  });
  const { registry } = await registryOf('databricks', host);
  expect(await refusal(registry.getModelVersion(PROD, 1))).toMatchObject({ code: 'unavailable' });
  expect(requests).toBe(8);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
