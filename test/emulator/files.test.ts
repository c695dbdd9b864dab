import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { generatedSlice } from '../../emulator/index.ts';
import { L, at, bench, call, folder, model, verdict, type Bench } from './request-bench.ts';

const files = '/api/2.0/fs/files';
const directories = '/api/2.0/fs/directories';

/** A pending version 3 with nothing in it; returns its folder. */
async function pending({ call: ask }: Bench): Promise<string> {
  await ask('owner', 'POST', `${L}/model-versions/create`, { json: { name: model, source: 'models:/x/1' } });
  return '/Models/prod/ml/fraud/3';
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const stored = ({ emulator }: Bench, path: string): unknown =>
  emulator.state().models[model]?.versions['3']?.files[path];

test('files: read, stat, write, overwrite, delete', async () => {
  const world = await bench();
  const path = `${files}${await pending(world)}/data/a%20b.txt`;
  expect(verdict(await world.call('owner', 'GET', path))).toBe('404 NOT_FOUND');
  expect((await world.call('owner', 'PUT', path, { raw: 'one' })).status).toBe(204);
  expect(verdict(await world.call('owner', 'PUT', path, { raw: 'two' }))).toBe('409 ALREADY_EXISTS');
  expect((await world.call('owner', 'PUT', path, { raw: 'two', query: { overwrite: 'true' } })).status).toBe(
    204,
  );
  const head = await world.call('owner', 'HEAD', path);
  expect([head.status, head.headers.get('content-length'), head.text]).toEqual([200, '3', '']);
  const seen = await world.call('owner', 'GET', path);
  expect([seen.status, seen.text, Date.parse(seen.headers.get('last-modified') ?? '') > 0]).toEqual([
    200,
    'two',
    true,
  ]);
  expect(stored(world, 'data/a b.txt')).toEqual({ size: 3, sha256: sha256(Buffer.from('two')) });
  expect((await world.call('owner', 'DELETE', path)).status).toBe(204);
  expect(stored(world, 'data/a b.txt')).toBe(undefined);
});

test('ranges and conditions', async () => {
  const { call: ask, emulator } = await bench();
  const read = async (headers: Record<string, string>): Promise<unknown[]> => {
    const seen = await ask('owner', 'GET', `${files}${folder}/data/weights.bin`, { headers });
    return [seen.status, seen.status < 400 ? seen.text : '', seen.headers.get('content-range')];
  };
  expect(await read({ range: 'bytes=0-2' })).toEqual([206, 'wei', 'bytes 0-2/7']);
  expect(await read({ range: 'bytes=5-' })).toEqual([206, 'ts', 'bytes 5-6/7']);
  expect(await read({ range: 'bytes=-2' })).toEqual([206, 'ts', 'bytes 5-6/7']);
  expect(await read({ range: 'bytes=5-99' })).toEqual([206, 'ts', 'bytes 5-6/7']);
  expect(await read({ range: 'bytes=7-' })).toEqual([416, '', 'bytes */7']);
  expect(await read({ range: 'lines=1-2' })).toEqual([200, 'weights', null]);
  expect((await read({ 'if-unmodified-since': new Date(0).toUTCString() }))[0]).toBe(412);
  expect((await read({ 'if-unmodified-since': new Date(emulator.metastore.now()).toUTCString() }))[0]).toBe(
    200,
  );
});

test('directories: with and without a slash at the end, pages, missing ones', async () => {
  const { call: ask } = await bench();
  const contents = [
    {
      path: `${folder}/MLmodel`,
      name: 'MLmodel',
      is_directory: false,
      file_size: 78,
      last_modified: expect.any(Number) as number,
    },
    { path: `${folder}/data/`, name: 'data', is_directory: true },
  ];
  for (const path of [folder, `${folder}/`]) {
    expect((await ask('owner', 'HEAD', `${directories}${path}`)).status).toBe(200);
    expect((await ask('owner', 'GET', `${directories}${path}`)).json).toEqual({ contents });
  }
  const first = await ask('owner', 'GET', `${directories}${folder}`, { query: { page_size: '1' } });
  const query = { page_size: '1', page_token: String(first.json['next_page_token']) };
  const second = await ask('owner', 'GET', `${directories}${folder}`, { query });
  expect([first.json['contents'], second.json]).toEqual([[contents[0]], { contents: [contents[1]] }]);
  expect(verdict(await ask('owner', 'GET', `${directories}${folder}/nothing`))).toBe('404 NOT_FOUND');
  expect((await ask('owner', 'HEAD', `${directories}${folder}/MLmodel`)).status).toBe(404);
});

test('presigned: by query and by body, without the token, with the headers given', async () => {
  const world = await bench();
  const root = await pending(world);
  const upload = await world.call('owner', 'POST', '/api/2.0/fs/create-upload-url', {
    json: { path: `${root}/MLmodel` },
  });
  const headers = { 'x-emulator-signed': 'yes' };
  const url = String(upload.json['url']);
  expect((await fetch(url, { method: 'PUT', body: 'hello' })).status).toBe(403);
  expect((await call(world.emulator, 'token-owner', 'PUT', url, { raw: 'hello', headers })).status).toBe(400);
  expect((await fetch(url, { method: 'PUT', body: 'hello', headers })).status).toBe(200);
  const query = { path: `${root}/MLmodel`, expire_time: new Date(Date.now() + 60_000).toISOString() };
  const download = await world.call('owner', 'POST', '/api/2.0/fs/create-download-url', { query });
  const part = await fetch(String(download.json['url']), { headers: { ...headers, range: 'bytes=1-3' } });
  expect([part.status, await part.text()]).toEqual([206, 'ell']);
  expect((await fetch(String(download.json['url']), { method: 'PUT', body: 'x', headers })).status).toBe(403);
  await world.call('owner', 'POST', `${L}/model-versions/finalize`, { json: { name: model, version: '3' } });
  expect((await fetch(url, { method: 'PUT', body: 'late', headers })).status).toBe(403);
});

async function startLarge(world: Bench, path: string): Promise<string> {
  const started = await world.call('owner', 'POST', `${files}${path}`, {
    query: { action: 'initiate-upload', overwrite: 'true' },
  });
  return String(
    at(started.json, 'multipart_upload', 'session_token') ??
      at(started.json, 'resumable_upload', 'session_token'),
  );
}

async function putPart(
  world: Bench,
  path: string,
  token: string,
  number: number,
  body: Uint8Array,
): Promise<string> {
  const json = {
    path,
    session_token: token,
    start_part_number: number,
    count: 1,
    expire_time: new Date(Date.now() + 60_000).toISOString(),
  };
  const urls = await world.call('owner', 'POST', '/api/2.0/fs/create-upload-part-urls', { json });
  const url = String(at(urls.json, 'upload_part_urls', 0, 'url'));
  const seen = await call(world.emulator, undefined, 'PUT', url, {
    raw: body,
    headers: { 'x-emulator-signed': 'yes' },
  });
  return seen.headers.get('etag') ?? '';
}

const complete = (token: string): Record<string, string> => ({
  action: 'complete-upload',
  upload_type: 'multipart',
  session_token: token,
});

test('multipart: parts in any order of arrival, completed in the order of numbers', async () => {
  const world = await bench();
  const path = `${await pending(world)}/big.bin`;
  const token = await startLarge(world, path);
  const bytes = Buffer.alloc(9_000_000, 'abcdefg');
  const second = await putPart(world, path, token, 2, bytes.subarray(8_500_000));
  const first = await putPart(world, path, token, 1, bytes.subarray(0, 8_500_000));
  const parts = [
    { part_number: 1, etag: first },
    { part_number: 2, etag: second },
  ];
  const wrong = { json: { parts: [{ part_number: 1, etag: 'x' }] }, query: complete(token) };
  expect(verdict(await world.call('owner', 'POST', `${files}${path}`, wrong))).toBe(
    '400 INVALID_PARAMETER_VALUE',
  );
  const reversed = { json: { parts: [...parts].reverse() }, query: complete(token) };
  expect(verdict(await world.call('owner', 'POST', `${files}${path}`, reversed))).toBe(
    '400 INVALID_PARAMETER_VALUE',
  );
  expect(
    (await world.call('owner', 'POST', `${files}${path}`, { json: { parts }, query: complete(token) }))
      .status,
  ).toBe(200);
  expect(stored(world, 'big.bin')).toEqual({ size: bytes.length, sha256: sha256(bytes) });
});

test('an upload that was given up by its action cannot be completed', async () => {
  const world = await bench();
  const path = `${await pending(world)}/big.bin`;
  const token = await startLarge(world, path);
  const etag = await putPart(world, path, token, 1, Buffer.from('x'));
  const action = { action: 'abort-upload', upload_type: 'multipart', session_token: token };
  expect((await world.call('owner', 'POST', `${files}${path}`, { query: action })).status).toBe(200);
  const sent = { json: { parts: [{ part_number: 1, etag }] }, query: complete(token) };
  expect(verdict(await world.call('owner', 'POST', `${files}${path}`, sent))).toBe('404 NOT_FOUND');
});

test('an aborted upload cannot be completed', async () => {
  const world = await bench({ switches: { uploadAbort: 'presigned-delete' } });
  const path = `${await pending(world)}/big.bin`;
  const token = await startLarge(world, path);
  const etag = await putPart(world, path, token, 1, Buffer.from('x'));
  const abort = await world.call('owner', 'POST', '/api/2.0/fs/create-abort-upload-url', {
    json: { path, session_token: token },
  });
  const url = String(at(abort.json, 'abort_upload_url', 'url'));
  expect((await fetch(url, { method: 'DELETE', headers: { 'x-emulator-signed': 'yes' } })).status).toBe(204);
  const sent = { json: { parts: [{ part_number: 1, etag }] }, query: complete(token) };
  expect(verdict(await world.call('owner', 'POST', `${files}${path}`, sent))).toBe('404 NOT_FOUND');
});

test('resumable: chunks with Content-Range, 308 tells how far it got', async () => {
  const world = await bench({ switches: { uploadProtocol: 'resumable' } });
  const path = `${await pending(world)}/big.bin`;
  const token = await startLarge(world, path);
  const made = await world.call('owner', 'POST', '/api/2.0/fs/create-resumable-upload-url', {
    json: { path, session_token: token },
  });
  const url = String(at(made.json, 'resumable_upload_url', 'url'));
  const put = async (range: string, raw: string): Promise<unknown[]> => {
    const headers = { 'x-emulator-signed': 'yes', 'content-range': range };
    const seen = await call(world.emulator, undefined, 'PUT', url, { raw, headers });
    return [seen.status, seen.headers.get('range')];
  };
  expect(await put('bytes */*', '')).toEqual([308, null]);
  expect(await put('bytes 0-2/*', 'abc')).toEqual([308, 'bytes=0-2']);
  expect(await put('bytes 9-11/*', 'xyz')).toEqual([308, 'bytes=0-2']);
  expect(await put('bytes */*', '')).toEqual([308, 'bytes=0-2']);
  expect(await put('bytes 3-4/5', 'de')).toEqual([200, null]);
  expect(stored(world, 'big.bin')).toEqual({ size: 5, sha256: sha256(Buffer.from('abcde')) });
});

test('generated content: no room needed, and ranges in the wrong place do not pass', async () => {
  const world = await bench();
  const size = 10_000_000;
  const root = await pending(world);
  world.emulator.metastore.addVersion(model, { files: { big: { generated: true, size, seed: 7 } } });
  const source = Buffer.from(
    await (
      await fetch(`${world.emulator.url}${files}/Models/prod/ml/fraud/4/big`, {
        headers: { authorization: 'Bearer token-owner' },
      })
    ).arrayBuffer(),
  );
  expect(source.equals(generatedSlice(7, 0, size))).toBe(true);
  const token = await startLarge(world, `${root}/big`);
  const half = 4_194_304;
  const right = [
    { part_number: 1, etag: await putPart(world, `${root}/big`, token, 1, source.subarray(0, half)) },
    { part_number: 2, etag: await putPart(world, `${root}/big`, token, 2, source.subarray(half)) },
  ];
  await world.call('owner', 'POST', `${files}${root}/big`, {
    json: { parts: right },
    query: complete(token),
  });
  const kept = world.emulator.metastore.model(model).versions.get(3)?.files.get('big');
  expect(kept?.content).toEqual({ kind: 'generated', size, seed: 7, offset: 0 });
  expect(stored(world, 'big')).toEqual(world.emulator.state().models[model]?.versions['4']?.files['big']);
  const swapped = Buffer.concat([
    source.subarray(half, 2 * half),
    source.subarray(0, half),
    source.subarray(2 * half),
  ]);
  await world.call('owner', 'PUT', `${files}${root}/big`, { raw: swapped, query: { overwrite: 'true' } });
  expect(stored(world, 'big')).toEqual({ size, sha256: sha256(swapped) });
});

test('a huge generated file is read at any offset', async () => {
  const { call: ask, emulator } = await bench();
  const size = 800 * 2 ** 30;
  emulator.metastore.addVersion(model, { files: { huge: { generated: true, size, seed: 3 } } });
  const headers = { range: `bytes=${size - 5000}-` };
  const seen = await ask('owner', 'GET', `${files}/Models/prod/ml/fraud/3/huge`, { headers });
  expect([seen.status, seen.headers.get('content-length')]).toEqual([206, '5000']);
  expect(emulator.state().models[model]?.versions['3']?.files['huge']).toEqual({
    size,
    sha256: `generated:3:0:${size}`,
  });
});
