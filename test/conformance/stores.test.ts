import { expect, test } from 'vitest';
import { fencedTransport } from '../../conformance/fence/transport.ts';
import { PREFIX } from '../../conformance/scope.ts';
import { fenceOfStore } from '../../conformance/fence/stores.ts';
import type { Response, OutgoingRequest, Transport } from '../../src/http/transport.ts';
import { refusalOf, scratchEmulator } from './scratch-emulator.ts';
import { ENVIRONMENT, OTHERS, runAgainst, SCHEMA } from './run-suite.ts';

const REFUSED = { presign: 'refused', largeThroughWorkspace: 'refused' } as const;

// Of the three clouds one here: each takes seconds, and test/actions/copy/closed-files-api.test.ts tries all.
test.each(['aws'] as const)(
  'a large file goes by temporary credentials where nothing else is open: %s',
  async (vendedCredentials) => {
    const emulator = await scratchEmulator({ ...REFUSED, vendedCredentials });
    // Where the older credentials come in words that our client does not know, it asks natively.
    emulator.faults.add({
      template: /generate-temporary-credentials$/,
      times: Infinity,
      kind: { kind: 'missing-field', field: 'credentials' },
    });
    const environment = {
      ...ENVIRONMENT,
      AWS_ENDPOINT_URL_S3: `${emulator.url}/object-store/s3`,
      AZURE_STORAGE_SERVICE_ENDPOINT: `${emulator.url}/object-store/azure`,
      STORAGE_EMULATOR_HOST: `${emulator.url}/object-store/google`,
    };
    const only = ['large-upload', 'large-read'].flatMap((id) => ['--only', id]);
    const { report, text } = await runAgainst(emulator.url, ['--large', ...only], { environment });
    expect(report.rows.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['large-upload', 'as assumed'],
      ['large-read', 'as assumed'],
    ]);
    expect(report.rows[0]?.note).toMatch(/^temporary credentials: /u);
    expect([report.complete, report.cleanedUp]).toEqual([true, true]);
    expect(Object.keys(emulator.state().models)).toEqual(OTHERS);
    for (const secret of emulator.handedOut) expect(`${JSON.stringify(report)}${text}`).not.toContain(secret);
  },
  60_000,
);

const PLACES = [
  ['s3://bucket/metastore/v', 'https://bucket.s3.eu-west-1.amazonaws.com'],
  ['s3://dotted.bucket/metastore/v', 'https://s3.eu-west-1.amazonaws.com/dotted.bucket'],
  ['r2://bucket@a1.r2.cloudflarestorage.com/metastore/v', 'https://a1.r2.cloudflarestorage.com/bucket'],
  ['abfss://box@acc.dfs.core.windows.net/metastore/v', 'https://acc.blob.core.windows.net/box'],
] as const;

test.each(PLACES)('of %s only what is below the version passes', (location, base) => {
  const judged = (method: 'GET' | 'PUT' | 'HEAD', path: string) => {
    const judgement = fenceOfStore(location, {})?.({ method, url: `${base}${path}` });
    return judgement === undefined ? 'another' : 'call' in judgement ? 'passes' : 'refused';
  };
  expect(judged('PUT', '/metastore/v/data/model.bin?partNumber=1&uploadId=u')).toBe('passes');
  expect(judged('GET', '/metastore/v/MLmodel')).toBe('passes');
  for (const path of [
    '/metastore/v2/MLmodel',
    '/metastore/v',
    '/metastore/v/../w/MLmodel',
    '/metastore/v/%2e%2e/w/MLmodel',
    '/metastore/v/%2E%2E%2Fw/MLmodel',
    '?list-type=2&prefix=metastore/v/',
    '?uploads=&prefix=metastore/w/x',
    '/?comp=list',
    '/other',
  ])
    expect(judged('GET', path), path).toBe('refused');
  expect(fenceOfStore(location, {})?.({ method: 'GET', url: 'https://evil.example/metastore/v/x' })).toBe(
    undefined,
  );
});

test("of Google's store too, whose objects are named in path or query", () => {
  const fence = fenceOfStore('gs://bucket/metastore/v', {});
  const base = 'https://storage.googleapis.com';
  const passes = (method: 'GET' | 'POST', path: string) => {
    const judgement = fence?.({ method, url: `${base}${path}` });
    return judgement !== undefined && 'call' in judgement;
  };
  expect(passes('GET', '/storage/v1/b/bucket/o/metastore%2Fv%2FMLmodel?alt=media')).toBe(true);
  expect(passes('POST', '/upload/storage/v1/b/bucket/o?uploadType=resumable&name=metastore%2Fv%2Fx')).toBe(
    true,
  );
  for (const path of [
    '/storage/v1/b/bucket/o?prefix=metastore%2Fv%2F',
    '/storage/v1/b/bucket/o?name=metastore%2Fv%2Fx',
    '/storage/v1/b/bucket/o/metastore%2Fw%2FMLmodel',
    '/storage/v1/b/other/o/metastore%2Fv%2FMLmodel',
    '/storage/v1/b/bucket',
  ])
    expect(passes('GET', path), path).toBe(false);
  expect(passes('POST', '/upload/storage/v1/b/bucket/o?name=metastore%2Fw%2Fx')).toBe(false);
});

test.each(['dbfs:/somewhere', 'file:///etc', 's3://bucket/', 'abfss://box@evil.example/metastore/v'])(
  'no store is opened at %s',
  (location) => {
    expect(fenceOfStore(location, {})).toBe(undefined);
  },
);

test('a store is closed until the workspace names it, and what signs in at the workspace is never sent there', async () => {
  const sent: OutgoingRequest[] = [];
  const transport: Transport = async (request) => {
    sent.push(request);
    return {
      status: 200,
      headers: {},
      stream: (async function* () {})(),
      text: async () => JSON.stringify({ artifact_uri: 's3://bucket/metastore/v' }),
      discard: async () => {},
    } satisfies Response;
  };
  const origin = 'https://workspace.example';
  const scope = { schemas: [SCHEMA] };
  const fenced = fencedTransport({ transport, origin, scope, endpoints: {}, onExchange: () => {} });
  const get = (url: string, authorization: string) =>
    fenced({ method: 'GET', url, headers: { authorization } });
  const stored = 'https://bucket.s3.eu-west-1.amazonaws.com/metastore/v/MLmodel';
  expect((await refusalOf(get(stored, 'AWS4-HMAC-SHA256 x'))).message).toContain('another host');
  const legacy = '/api/2.0/mlflow/unity-catalog/model-versions/get-download-uri';
  const uri = `${origin}${legacy}?name=${SCHEMA}.${PREFIX}1_main&version=1`;
  await (await get(uri, 'Bearer workspace')).text(1000);
  await get(stored, 'AWS4-HMAC-SHA256 x');
  expect((await refusalOf(get(stored, 'Bearer workspace'))).message).toContain('signs in at the workspace');
  expect(sent.map(({ url }) => url)).toEqual([uri, stored]);
});
