import { describe, expect, test } from 'vitest';
import type { Fault } from '../../emulator/index.ts';
import { delayBefore, DEFAULT_RETRY } from '../../src/domain/retry-policy.ts';
import { mayRetryFailure, mayRetryStatus, requestedDelay } from '../../src/http/retry.ts';
import { bench, CREATE, countOf, MODEL, MODEL_ROUTE, refusal, TAG } from './client-bench.ts';

const CREATE_ROUTE = CREATE.template;
const status = (code: number, when: 'before' | 'after' = 'before'): Fault => ({
  kind: 'status',
  status: code,
  when,
});

test('a read that succeeds is sent once and waits for nothing', async () => {
  const { http, emulator, slept } = await bench();
  expect(await http.json(MODEL)).toMatchObject({ body: { full_name: 'prod.ml_team.fraud_detection' } });
  expect([emulator.requests.length, slept]).toEqual([1, []]);
});

test('429 waits as long as the server asks in seconds', async () => {
  const { http, emulator, slept, log } = await bench();
  emulator.faults.add({ template: MODEL_ROUTE, kind: { kind: 'retry-after-seconds', seconds: 7 } });
  await http.json(MODEL);
  expect(slept).toEqual([7_000 + 125]);
  expect(emulator.requests.map((request) => request.status)).toEqual([429, 200]);
  expect(log.find((line) => line.includes('Trying again'))).toBe(
    'REQUEST_LIMIT_EXCEEDED: Too many requests. Please wait a moment and try again. (GET /api/2.1/unity-catalog/models/{name}). Trying again in 7.1 s.',
  );
});

test('429 waits until the date that the server names', async () => {
  const { http, emulator, slept } = await bench();
  emulator.faults.add({ template: MODEL_ROUTE, kind: { kind: 'retry-after-date', seconds: 30 } });
  await http.json(MODEL);
  expect(slept).toHaveLength(1);
  // A date has whole seconds, and some milliseconds went by.
  expect(slept[0]).toBeGreaterThan(28_000);
  expect(slept[0]).toBeLessThanOrEqual(30_250);
});

test('a wait over the whole budget is not begun; the message says how long the server asked', async () => {
  const { http, emulator, slept } = await bench();
  emulator.faults.add({
    template: MODEL_ROUTE,
    times: 9,
    kind: { kind: 'retry-after-seconds', seconds: 200 },
  });
  const error = await refusal(http.json(MODEL));
  expect(slept).toEqual([200_125]);
  expect(error).toMatchObject({
    code: 'rate-limited',
    outcome: 'unavailable',
    httpStatus: 429,
    serverCode: 'REQUEST_LIMIT_EXCEEDED',
    fix: 'The workspace limits requests. Run the step again later.',
  });
  expect(error.message).toMatch(/Tried 2 times in 200 s; the server asked for a wait of 200 s\.$/u);
});

for (const code of [408, 429, 500, 502, 503, 504]) {
  test(`a read that gets ${code} twice is tried again, with growing delays`, async () => {
    const { http, emulator, slept } = await bench();
    emulator.faults.add({ template: MODEL_ROUTE, times: 2, kind: status(code) });
    await http.json(MODEL);
    expect(emulator.requests.map((request) => request.status)).toEqual([code, code, 200]);
    expect(slept).toEqual([375, 750]);
  });
}

test('a read that always gets 503 ends after eight tries, as unavailable', async () => {
  const { http, emulator, slept } = await bench();
  emulator.faults.add({ template: MODEL_ROUTE, times: Number.POSITIVE_INFINITY, kind: status(503) });
  const error = await refusal(http.json(MODEL));
  expect(error).toMatchObject({ code: 'unavailable', outcome: 'unavailable', httpStatus: 503 });
  expect(error.message).toMatch(
    /^TEMPORARILY_UNAVAILABLE: Injected fault 503 \(GET .*\)\. Tried 8 times in \d+ s\.$/u,
  );
  expect(emulator.requests).toHaveLength(8);
  expect(slept).toHaveLength(7);
  expect(Math.max(...slept)).toBeLessThanOrEqual(DEFAULT_RETRY.maxDelay);
});

for (const code of [400, 401, 403, 404, 409, 501]) {
  test(`${code} is not tried again`, async () => {
    const { http, emulator } = await bench();
    emulator.faults.add({ template: MODEL_ROUTE, kind: status(code) });
    await refusal(http.json(MODEL));
    expect(emulator.requests).toHaveLength(1);
  });
}

for (const when of ['before', 'during', 'after'] as const) {
  test(`a connection dropped ${when} processing: a read and a write of an absolute value are sent again`, async () => {
    const { http, emulator } = await bench();
    emulator.faults.add({ template: MODEL_ROUTE, kind: { kind: 'drop', when } });
    emulator.faults.add({ template: TAG.template, kind: { kind: 'drop', when } });
    expect(await http.json(MODEL)).toMatchObject({ body: { name: 'fraud_detection' } });
    await http.send(TAG);
    expect([countOf(emulator, 'GET', MODEL_ROUTE), countOf(emulator, 'POST', TAG.template)]).toEqual([2, 2]);
    expect(emulator.state().models['prod.ml_team.fraud_detection']?.versions['1']?.tags).toEqual({ k: 'v' });
  });

  test(`a connection dropped ${when} processing: a create is never sent twice`, async () => {
    const { http, emulator } = await bench();
    emulator.faults.add({ template: CREATE_ROUTE, kind: { kind: 'drop', when } });
    const error = await refusal(http.json(CREATE));
    expect(error).toMatchObject({ code: 'unavailable', outcome: 'unavailable' });
    expect(countOf(emulator, 'POST', CREATE_ROUTE)).toBe(1);
    expect(Object.keys(emulator.state().models['prod.ml_team.fraud_detection']?.versions ?? {})).toEqual(
      when === 'before' ? ['1'] : ['1', '2'],
    );
  });
}

for (const code of [500, 502, 503, 504]) {
  test(`a create that gets ${code}, processed or not, is not sent again`, async () => {
    for (const when of ['before', 'after'] as const) {
      const { http, emulator } = await bench();
      emulator.faults.add({ template: CREATE_ROUTE, kind: status(code, when) });
      expect(await refusal(http.json(CREATE))).toMatchObject({ outcome: 'unavailable' });
      expect(countOf(emulator, 'POST', CREATE_ROUTE)).toBe(1);
    }
  });
}

describe('a refusal is taken for what it means, not for its status', () => {
  const refused = (code: number, errorCode: string, message: string): Fault => ({
    kind: 'status',
    status: code,
    errorCode,
    message,
  });

  test.each([
    [400, 'REQUEST_LIMIT_EXCEEDED', 'Too many requests.'],
    [403, 'REQUEST_LIMIT_EXCEEDED', 'Too many requests.'],
    [500, 'REQUEST_LIMIT_EXCEEDED', 'RPC token bucket limit has been exceeded'],
    [429, 'RESOURCE_EXHAUSTED', 'Workspace exceeded the rate limit of model writes'],
    [400, 'RATE_LIMIT_EXCEEDED', 'slow down'],
  ])('%i %s limits requests: read, write and create are sent again', async (code, errorCode, message) => {
    for (const [request, template] of [
      [MODEL, MODEL_ROUTE],
      [TAG, TAG.template],
      [CREATE, CREATE_ROUTE],
    ] as const) {
      const { http, emulator, slept } = await bench();
      emulator.faults.add({ template, kind: refused(code, errorCode, message) });
      await http.json(request);
      expect([countOf(emulator, request.method, template), slept.length]).toEqual([2, 1]);
    }
  });

  test.each([
    [400, 'RESOURCE_EXHAUSTED', 'Cannot have more than 10 aliases per registered model.'],
    [403, 'QUOTA_EXCEEDED', 'Cannot create 1 Model Version(s) (estimated count: 9, limit: 9).'],
    [429, 'RESOURCE_EXHAUSTED', 'The limit of model versions is reached.'],
    [429, 'QUOTA_EXCEEDED', 'Cannot create 1 Model Version(s) (estimated count: 9, limit: 9).'],
  ])('%i %s limits objects: nothing is sent again', async (code, errorCode, message) => {
    for (const request of [TAG, CREATE]) {
      const { http, emulator, slept } = await bench();
      emulator.faults.add({ template: request.template, kind: refused(code, errorCode, message) });
      const error = await refusal(http.json(request));
      expect(error).toMatchObject({ code: 'limit-reached', outcome: 'blocked', serverCode: errorCode });
      expect([countOf(emulator, request.method, request.template), slept]).toEqual([1, []]);
    }
  });

  test('an outage by its code is asked again where that is safe, and a refusal never, also by 500', async () => {
    const { http, emulator } = await bench();
    emulator.faults.add({ template: MODEL_ROUTE, kind: refused(400, 'TEMPORARILY_UNAVAILABLE', 'a moment') });
    await http.json(MODEL);
    expect(countOf(emulator, 'GET', MODEL_ROUTE)).toBe(2);
    emulator.faults.add({
      template: CREATE_ROUTE,
      kind: refused(400, 'TEMPORARILY_UNAVAILABLE', 'a moment'),
    });
    expect(await refusal(http.json(CREATE))).toMatchObject({ code: 'unavailable' });
    emulator.faults.add({ template: MODEL_ROUTE, kind: refused(500, 'PERMISSION_DENIED', 'no') });
    expect(await refusal(http.json(MODEL))).toMatchObject({ code: 'permission-denied', outcome: 'denied' });
    expect([countOf(emulator, 'POST', CREATE_ROUTE), countOf(emulator, 'GET', MODEL_ROUTE)]).toEqual([1, 3]);
  });
});

test('a create that gets 429 is sent again: it was not processed', async () => {
  const { http, emulator } = await bench();
  emulator.faults.add({ template: CREATE_ROUTE, kind: { kind: 'retry-after-seconds' } });
  await http.json(CREATE);
  expect(Object.keys(emulator.state().models['prod.ml_team.fraud_detection']?.versions ?? {})).toEqual([
    '1',
    '2',
  ]);
});

test('connections that always drop are tried four times', async () => {
  const { http, emulator } = await bench();
  emulator.faults.add({ template: MODEL_ROUTE, times: 99, kind: { kind: 'drop', when: 'before' } });
  const error = await refusal(http.json(MODEL));
  expect(error).toMatchObject({ code: 'unavailable', outcome: 'unavailable' });
  expect(error.message).toMatch(/^No response from the host \(\w+\) at GET .*\. Tried 4 times in \d+ s\.$/u);
  expect(error.fix).toContain('proxy variables');
  expect(emulator.requests).toHaveLength(4);
});

test('a cancelled run tries nothing again', async () => {
  const controller = new AbortController();
  const { http, emulator } = await bench({ signal: controller.signal });
  emulator.faults.add({
    template: MODEL_ROUTE,
    kind: { kind: 'run', when: 'before', run: () => controller.abort() },
  });
  emulator.faults.add({ template: MODEL_ROUTE, kind: { kind: 'delay', ms: 50 } });
  expect(await refusal(http.json(MODEL))).toMatchObject({ code: 'cancelled', outcome: 'error' });
  expect(emulator.requests).toHaveLength(1);
});

test('a write that is cancelled between two tries: what may have been done is no plain cancellation', async () => {
  for (const [kind, code] of [
    [status(503, 'after'), 'unavailable'],
    [{ kind: 'retry-after-seconds', seconds: 1 }, 'cancelled'],
  ] as const) {
    const controller = new AbortController();
    const clock = { now: () => 0, sleep: async () => controller.abort() };
    const { http, emulator } = await bench({ signal: controller.signal, clock });
    emulator.faults.add({ template: TAG.template, kind });
    expect(await refusal(http.send(TAG))).toMatchObject({ code });
    expect(countOf(emulator, 'POST', TAG.template)).toBe(1);
  }
});

test('headers are asked for before each try, so that a renewed token is used', async () => {
  const tokens = ['expired', 'emulator-promoter'];
  const { http, emulator } = await bench({
    authorizer: { headers: async () => ({ authorization: `Bearer ${tokens.shift() ?? ''}` }) },
  });
  emulator.faults.add({ template: MODEL_ROUTE, kind: status(503) });
  await http.json(MODEL);
  expect(tokens).toEqual([]);
});

test('which statuses and failures may be repeated, as a table', () => {
  expect([400, 408, 425, 429, 500, 501, 502, 503, 504].map((code) => mayRetryStatus(code, 'safe'))).toEqual([
    false,
    true,
    true,
    true,
    true,
    false,
    true,
    true,
    true,
  ]);
  expect([408, 425, 429, 500, 503].map((code) => mayRetryStatus(code, 'if-unprocessed'))).toEqual([
    false,
    false,
    true,
    false,
    false,
  ]);
  const failures = [
    'ECONNREFUSED',
    'ECONNRESET',
    'UND_ERR_SOCKET',
    'ENOTFOUND',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
  ];
  expect(failures.map((code) => mayRetryFailure(code, 'safe'))).toEqual([true, true, true, false, false]);
  expect(failures.map((code) => mayRetryFailure(code, 'if-unprocessed'))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('what a server asks to wait, in each form that it takes', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  const asked = (headers: Record<string, string>, body = '') => requestedDelay({ headers, body }, now);
  expect(asked({ 'retry-after': '12' })).toBe(12_000);
  expect(asked({ 'retry-after': ' 0 ' })).toBe(0);
  expect(asked({ 'retry-after': 'Sun, 22 Nov 2026 10:00:05 GMT' })).toBe(5_000);
  expect(asked({ 'retry-after': 'Sun, 22 Nov 2026 09:00:00 GMT' })).toBe(0);
  expect(asked({ 'retry-after': 'soon' })).toBeUndefined();
  expect(asked({}, '{"details":[{"retry_delay":"3.5s"}]}')).toBe(3_500);
  const reset = { 'x-ratelimit-reset': String(now / 1000 + 90) };
  expect(asked({ ...reset, 'x-ratelimit-remaining': '0' })).toBe(90_000);
  expect(asked({ ...reset, 'x-ratelimit-remaining': '4' })).toBeUndefined();
  expect(asked({})).toBeUndefined();
});

test('a delay is exponential with jitter, capped, and never under what the server asked', () => {
  const low = () => 0;
  const high = () => 1;
  expect([1, 2, 3, 6, 7].map((attempt) => delayBefore(attempt, undefined, DEFAULT_RETRY, low))).toEqual([
    250, 500, 1_000, 7_500, 7_500,
  ]);
  expect([1, 2, 3, 6, 7].map((attempt) => delayBefore(attempt, undefined, DEFAULT_RETRY, high))).toEqual([
    500, 1_000, 2_000, 15_000, 15_000,
  ]);
  expect(delayBefore(1, 60_000, DEFAULT_RETRY, low)).toBe(60_000);
  expect(delayBefore(1, 0, DEFAULT_RETRY, low)).toBe(0);
});
