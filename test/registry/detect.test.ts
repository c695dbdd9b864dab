import { createServer, type IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { HostMetadataMemo } from '../../src/http/host-metadata.ts';
import { openTransport } from '../../src/http/transport.ts';
import { detectRegistry } from '../../src/registry/detect.ts';
import { ownerOf } from '../../src/registry/owner.ts';
import { serve } from '../http/client-bench.ts';

type Pages = Readonly<Record<string, string>>;

/** A host that answers 200 with these pages and 404 elsewhere, and what it was asked. */
async function hostWith(pages: Pages): Promise<{ origin: string; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    const page = pages[request.url ?? ''];
    response.statusCode = page === undefined ? 404 : 200;
    response.end(page ?? 'no such page');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { origin: `http://127.0.0.1:${port}`, seen };
}

const memo = () => new HostMetadataMemo({ now: () => 0 });

async function detect(origin: string, path = ''): Promise<string> {
  const { transport, close } = await openTransport({});
  try {
    return await detectRegistry({ origin, path }, transport, memo());
  } finally {
    await close();
  }
}

const METADATA = '/.well-known/databricks-config';

test.each<[string, Pages, string]>([
  ['host metadata', { [METADATA]: '{"oidc_endpoint":"https://x/oidc"}', '/version': '3.17.2' }, 'databricks'],
  ['the version of MLflow', { '/version': '3.17.2', '/': '<html>' }, 'mlflow'],
  ['a development version of MLflow', { '/version': '3.18.0.dev0\n' }, 'mlflow'],
  ['the greeting of Unity Catalog', { '/': 'Hello, Unity Catalog!' }, 'unity-catalog'],
  ['both, at a gateway', { '/version': '3.17.2', '/': 'Hello, Unity Catalog!' }, 'mlflow'],
  ['another page at /version', { '/version': '<html>3.17.2</html>' }, 'databricks'],
  ['a page of a megabyte', { '/version': '3.17.2'.padEnd(1_000_000, 'x') }, 'databricks'],
  ['nothing that is known', {}, 'databricks'],
])('%s', async (_what, pages, kind) => {
  const { origin, seen } = await hostWith(pages);
  expect(await detect(origin)).toBe(kind);
  expect(seen.every(({ method }) => method === 'GET')).toBe(true);
  expect(
    seen.filter(({ headers }) => headers.authorization !== undefined || headers.cookie !== undefined),
  ).toEqual([]);
});

test('an MLflow server below a path of its host is found there', async () => {
  const { origin } = await hostWith({ '/mlflow/version': '3.17.2', '/version': '<html>', '/': '<html>' });
  expect([await detect(origin, '/mlflow'), await detect(origin)]).toEqual(['mlflow', 'databricks']);
});

test("MLflow's basic-auth app is known by its challenge, another one is not", async () => {
  const asking = async (realm: string) =>
    detect(
      await serve((_request, response) => {
        response.writeHead(401, { 'www-authenticate': `Basic realm="${realm}"` }).end('who?');
      }),
    );
  expect([await asking('mlflow'), await asking('gateway')]).toEqual(['mlflow', 'databricks']);
});

test('a host of Databricks is known by its domain', () => {
  for (const host of ['adb-1.2.azuredatabricks.net', 'x.cloud.databricks.com', '1.2.gcp.databricks.com']) {
    expect(ownerOf({ origin: `https://${host}`, path: '' })).toBe('databricks');
  }
});

test('an address that nobody answers at is left to the first real call', async () => {
  expect(await detect('http://127.0.0.1:9')).toBe('databricks');
});

test('a name that only looks like a domain of Databricks is asked', async () => {
  let asked = 0;
  const count = () => {
    asked += 1;
    return Promise.reject(new Error('refused'));
  };
  const host = { origin: 'https://databricks.com.example.org', path: '' };
  expect(ownerOf(host)).toBeUndefined();
  await detectRegistry(host, count, memo());
  expect(asked).toBe(1);
});
