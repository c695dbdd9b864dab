import { expect, test } from 'vitest';
import type { Fault } from '../../emulator/index.ts';
import { L, N, at, bench, folder, model, verdict, type Bench, type Seen } from './request-bench.ts';

const get = `${N}/models/${model}`;
const weights = `/api/2.0/fs/files${folder}/data/weights.bin`;

async function struck(kind: Fault, path = get): Promise<[Bench, Seen]> {
  const world = await bench();
  world.emulator.faults.add({ path, kind });
  return [world, await world.call('owner', 'GET', path)];
}

/** The fault is over after one request, and left nothing behind. */
async function expectOver({ call, emulator }: Bench, path = get): Promise<void> {
  expect((await call('owner', 'GET', path)).status).toBe(200);
  expect(emulator.faults.waiting).toBe(0);
}

test('status, with code, message and headers', async () => {
  const kind: Fault = {
    kind: 'status',
    status: 503,
    errorCode: 'TEMPORARILY_UNAVAILABLE',
    message: 'later',
    headers: { 'x-a': 'b' },
  };
  const [world, seen] = await struck(kind);
  expect([verdict(seen), seen.json['message'], seen.headers.get('x-a')]).toEqual([
    '503 TEMPORARILY_UNAVAILABLE',
    'later',
    'b',
  ]);
  expect(world.emulator.requests[0]).toMatchObject({ status: 503, errorCode: 'TEMPORARILY_UNAVAILABLE' });
  await expectOver(world);
});

test('status with a body of its own', async () => {
  const [world, seen] = await struck({
    kind: 'status',
    status: 502,
    body: '<h1>Bad gateway</h1>',
    contentType: 'text/html',
  });
  expect([seen.status, seen.text, seen.headers.get('content-type')]).toEqual([
    502,
    '<h1>Bad gateway</h1>',
    'text/html',
  ]);
  await expectOver(world);
});

test('status after processing: the write happened', async () => {
  const { call, emulator } = await bench();
  emulator.faults.add({ method: 'POST', kind: { kind: 'status', status: 500, when: 'after' } });
  const seen = await call('owner', 'POST', `${L}/model-versions/create`, {
    json: { name: model, source: 's' },
  });
  expect(verdict(seen)).toBe('500 INTERNAL_ERROR');
  expect(Object.keys(emulator.state().models[model]?.versions ?? {})).toEqual(['1', '2', '3']);
});

test('429 with Retry-After in seconds and as a date', async () => {
  const [, seconds] = await struck({ kind: 'retry-after-seconds', seconds: 3 });
  expect([verdict(seconds), seconds.headers.get('retry-after')]).toEqual(['429 REQUEST_LIMIT_EXCEEDED', '3']);
  const [world, date] = await struck({ kind: 'retry-after-date', seconds: 60 });
  const ahead = Date.parse(date.headers.get('retry-after') ?? '') - Date.now();
  expect(ahead).toBeGreaterThan(55_000);
  expect(ahead).toBeLessThanOrEqual(60_000);
  await expectOver(world);
});

for (const [when, happened] of [
  ['before', false],
  ['during', true],
  ['after', true],
] as const) {
  test(`a connection dropped ${when}: the write ${happened ? 'happened' : 'did not happen'}`, async () => {
    const { call, emulator } = await bench();
    emulator.faults.add({ template: `${L}/registered-models/alias`, kind: { kind: 'drop', when } });
    const sent = { json: { name: model, alias: 'Champion', version: '2' } };
    await expect(call('owner', 'POST', `${L}/registered-models/alias`, sent)).rejects.toThrow();
    expect(emulator.state().models[model]?.aliases['Champion']).toBe(happened ? 2 : 1);
    expect((await call('owner', 'GET', get)).status).toBe(200);
  });
}

test('a file cut in the middle does not arrive whole', async () => {
  const world = await bench();
  world.emulator.metastore.addVersion(model, { files: { big: { generated: true, size: 3_000_000 } } });
  const path = '/api/2.0/fs/files/Models/prod/ml/fraud/3/big';
  world.emulator.faults.add({ path, kind: { kind: 'drop', when: 'during' } });
  await expect(world.call('owner', 'GET', path)).rejects.toThrow();
  expect(world.emulator.requests[0]?.bytesOut).toBe(1_500_000);
  await expectOver(world, path);
});

test('an upload cut on its way leaves no file', async () => {
  const { call, emulator } = await bench();
  await call('owner', 'POST', `${L}/model-versions/create`, { json: { name: model, source: 's' } });
  emulator.faults.add({ method: 'PUT', kind: { kind: 'cut-upload', afterBytes: 100_000 } });
  const path = '/api/2.0/fs/files/Models/prod/ml/fraud/3/a.bin';
  await expect(call('owner', 'PUT', path, { raw: new Uint8Array(1_000_000) })).rejects.toThrow();
  expect(emulator.state().models[model]?.versions['3']?.files).toEqual({});
  expect((await call('owner', 'PUT', path, { raw: new Uint8Array(10) })).status).toBe(204);
});

test('delay and stall take their time', async () => {
  const [slow] = await struck({ kind: 'delay', ms: 120 });
  const [stalled, seen] = await struck({ kind: 'stall', ms: 120 }, weights);
  for (const { emulator } of [slow, stalled]) {
    const record = emulator.requests[0];
    expect((record?.endedAt ?? 0) - (record?.startedAt ?? 0)).toBeGreaterThan(110);
  }
  expect(seen.text).toBe('weights');
});

test('login page, text that is no JSON, redirect', async () => {
  const [, login] = await struck({ kind: 'html-login' });
  expect([login.status, login.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(login.text).toContain('<title>Sign in</title>');
  const [, garbage] = await struck({ kind: 'not-json' });
  expect([garbage.status, garbage.headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(() => JSON.parse(garbage.text) as unknown).toThrow();
  const [, redirect] = await struck({ kind: 'redirect', location: 'https://login.example.com/' });
  expect([redirect.status, redirect.headers.get('location')]).toEqual([302, 'https://login.example.com/']);
});

test('missing and falsified fields', async () => {
  const [, without] = await struck({ kind: 'missing-field', field: 'owner' });
  expect(['owner' in without.json, without.json['full_name']]).toEqual([false, model]);
  const [world, falsified] = await struck({ kind: 'set-field', field: 'owner', value: 42 });
  expect(falsified.json['owner']).toBe(42);
  await expectOver(world);
});

test('a spoilt byte in a file', async () => {
  const [world, seen] = await struck({ kind: 'corrupt-body' }, weights);
  expect([seen.text.length, seen.text === 'weights']).toEqual([7, false]);
  expect((await world.call('owner', 'GET', weights)).text).toBe('weights');
});

test('expired URLs: handed out expired, or expired when used', async () => {
  const { call, emulator } = await bench();
  const presign = async (): Promise<string> => {
    const seen = await call('owner', 'POST', '/api/2.0/fs/create-download-url', {
      json: { path: `${folder}/MLmodel` },
    });
    expect(at(seen.json, 'headers', 0, 'name')).toBe('x-emulator-signed');
    return String(seen.json['url']);
  };
  const headers = { 'x-emulator-signed': 'yes' };
  emulator.faults.add({ template: '/api/2.0/fs/create-download-url', kind: { kind: 'expired-url' } });
  const stale = await fetch(await presign(), { headers });
  expect([stale.status, await stale.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
  const url = await presign();
  emulator.faults.add({ template: '/cloud-storage/{path*}', kind: { kind: 'expired-url' } });
  expect((await fetch(url, { headers })).status).toBe(403);
  expect((await fetch(url, { headers })).status).toBe(200);
});

test('another actor wins a race: the world changes before and after a request', async () => {
  const { call, emulator } = await bench();
  const move = (version: number): Fault => ({
    kind: 'run',
    when: 'after',
    run: (metastore) => metastore.setAlias(model, 'Champion', version),
  });
  emulator.faults.add({ method: 'GET', template: `${N}/models/{full_name}/aliases/{alias}`, kind: move(2) });
  const read = async (): Promise<unknown> =>
    (await call('owner', 'GET', `${get}/aliases/Champion`)).json['version'];
  expect([await read(), await read()]).toEqual([1, 2]);
  emulator.faults.add({
    path: get,
    kind: { kind: 'run', when: 'before', run: (metastore) => void metastore.state.models.clear() },
  });
  expect((await call('owner', 'GET', get)).status).toBe(404);
});

test('faults strike by number, pattern, count and after a number of requests', async () => {
  const { call, emulator } = await bench();
  const statuses = async (count: number): Promise<number[]> => {
    const seen: number[] = [];
    for (let index = 0; index < count; index += 1) seen.push((await call('owner', 'GET', get)).status);
    return seen;
  };
  emulator.faults.add({ at: 2, kind: { kind: 'status', status: 500 } });
  expect(await statuses(3)).toEqual([200, 500, 200]);
  emulator.faults.add({
    template: /models/,
    method: 'GET',
    skip: 1,
    times: 2,
    kind: { kind: 'status', status: 503 },
  });
  emulator.faults.add({ path: /nothing like this/, kind: { kind: 'status', status: 418 } });
  expect(await statuses(4)).toEqual([200, 503, 503, 200]);
  emulator.faults.clear();
  expect(emulator.faults.waiting).toBe(0);
});

test('latency and bandwidth hold for every answer', async () => {
  const { call, emulator } = await bench({ latencyMs: 60, bytesPerSecond: 1_000_000 });
  emulator.metastore.addVersion(model, { files: { big: { generated: true, size: 200_000 } } });
  const started = performance.now();
  await call('owner', 'GET', '/api/2.0/fs/files/Models/prod/ml/fraud/3/big');
  expect(performance.now() - started).toBeGreaterThan(240);
});
