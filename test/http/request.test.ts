import { expect, test } from 'vitest';
import { pathOf, type HttpRequest } from '../../src/http/request.ts';
import { clientOf, serve } from './client-bench.ts';

const request = (changes: Partial<HttpRequest>): HttpRequest => ({
  method: 'GET',
  template: '/api/{name}',
  params: { name: 'x' },
  retry: 'safe',
  ...changes,
});

test('a value stays within its segment, whatever it holds', () => {
  const path = (name: string) => pathOf(request({ params: { name } }));
  expect(path('prod.ml.fraud')).toBe('/api/prod.ml.fraud');
  expect(path('a b')).toBe('/api/a%20b');
  expect(path('a#b')).toBe('/api/a%23b');
  expect(path('100%')).toBe('/api/100%25');
  expect(path('a/b?c=d&e')).toBe('/api/a%2Fb%3Fc%3Dd%26e');
  expect(path('modèle.日本.🚀')).toBe('/api/mod%C3%A8le.%E6%97%A5%E6%9C%AC.%F0%9F%9A%80');
  expect(path('%2e%2e')).toBe('/api/%252e%252e');
});

test('a file path keeps its slashes and nothing else', () => {
  const path = pathOf(
    request({ template: '/fs{+path}', params: { path: '/Models/a/b/1/dir with space/50% #1?.bin' } }),
  );
  expect(path).toBe('/fs/Models/a/b/1/dir%20with%20space/50%25%20%231%3F.bin');
});

test('a query leaves out what is undefined', () => {
  expect(pathOf(request({ query: { a: undefined } }))).toBe('/api/x');
  expect(pathOf(request({ query: { a: 'b c&d', n: 0, no: false, token: undefined } }))).toBe(
    '/api/x?a=b+c%26d&n=0&no=false',
  );
});

test('a name in the template without a value is a fault of ours', () => {
  expect(() => pathOf(request({ params: {} }))).toThrow('No value for {name} of /api/{name}');
});

test('what arrives is what was meant', async () => {
  const seen: { path: string; query: URLSearchParams; body: string }[] = [];
  const host = await serve((incoming, response) => {
    const url = new URL(incoming.url ?? '', 'http://x');
    const chunks: Uint8Array[] = [];
    incoming.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    incoming.on('end', () => {
      seen.push({
        path: url.pathname,
        query: url.searchParams,
        body: Buffer.concat(chunks).toString('utf8'),
      });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const { http } = await clientOf(host);
  const name = 'ä b.c#d.e%f?🚀';
  await http.json(
    request({
      method: 'POST',
      params: { name },
      query: { page_token: 'a+b/c==&d' },
      json: { value: `${name}\n"` },
    }),
  );
  const [only] = seen;
  expect(decodeURIComponent(only?.path ?? '')).toBe(`/api/${name}`);
  expect(only?.query.get('page_token')).toBe('a+b/c==&d');
  expect(JSON.parse(only?.body ?? '')).toEqual({ value: `${name}\n"` });
});
