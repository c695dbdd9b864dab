import { expect, test } from 'vitest';
import type { Fault } from '../../emulator/index.ts';
import type { HttpClientOptions } from '../../src/http/client-options.ts';
import { PromoteError } from '../../src/domain/errors.ts';
import { bench, countOf, refusal, TAG } from './client-bench.ts';

const WRITE = { ...TAG, retry: 'never' } as const;

async function writeIn(kind: Fault | undefined, options: Partial<HttpClientOptions> = {}) {
  const started = await bench(options);
  if (kind !== undefined) started.emulator.faults.add({ template: TAG.template, times: 9, kind });
  const ended = await refusal(started.http.send(WRITE)).catch(() => undefined);
  return { ...started, ended, sent: countOf(started.emulator, 'POST', TAG.template) };
}

test('a write that is refused by 429 is handed back with the time that the server asked for', async () => {
  const { ended, sent, slept } = await writeIn({ kind: 'retry-after-seconds', seconds: 7 });
  expect(ended).toMatchObject({ code: 'rate-limited', retryAfter: 7_000, unprocessed: 'limited' });
  expect([sent, slept]).toEqual([1, []]);
});

test('a write whose response is lost is handed back, and nobody says that it was not processed', async () => {
  for (const when of ['before', 'during', 'after'] as const) {
    const { ended, sent, slept } = await writeIn({ kind: 'drop', when });
    expect(ended).toMatchObject({ code: 'unavailable' });
    expect([ended?.unprocessed, sent, slept]).toEqual([undefined, 1, []]);
  }
});

test('a write whose token is refused: another token is had, and the write is handed back', async () => {
  const tokens = ['expired', 'emulator-promoter'];
  const authorizer = {
    headers: async () => ({ authorization: `Bearer ${tokens[0] ?? ''}` }),
    replace: async () => tokens.shift() !== undefined,
  };
  const { ended, sent, http, emulator } = await writeIn(undefined, { authorizer });
  expect(ended).toMatchObject({ code: 'unauthenticated', unprocessed: 'token-renewed' });
  expect([sent, tokens]).toEqual([1, ['emulator-promoter']]);
  await http.send(WRITE);
  expect(countOf(emulator, 'POST', TAG.template)).toBe(2);
});

test('a write whose token is refused, and there is no other, is refused', async () => {
  const authorizer = {
    headers: async () => ({ authorization: 'Bearer expired' }),
    replace: async () => false,
  };
  const { ended, sent } = await writeIn(undefined, { authorizer });
  expect([ended?.code, ended?.unprocessed, sent]).toEqual(['unauthenticated', undefined, 1]);
});

test('a write that waited long for its token is not sent; a read is', async () => {
  let now = 0;
  const authorizer = {
    async headers() {
      now += 6_000;
      return { authorization: 'Bearer emulator-promoter' };
    },
  };
  const clock = { now: () => now, sleep: async () => {} };
  const { ended, sent, http } = await writeIn(undefined, { authorizer, clock });
  expect(ended).toMatchObject({ code: 'unavailable', outcome: 'unavailable', unprocessed: 'late' });
  expect(ended?.message).toBe(
    'POST /api/2.0/mlflow/unity-catalog/model-versions/set-tag was not sent: waiting for its turn or its token took 6 s, and the values that it depends on may have changed.',
  );
  expect(sent).toBe(0);
  await http.send(TAG);
});

test('a write for which no token can be had was not sent, where that may pass', async () => {
  for (const [code, unprocessed] of [
    ['unavailable', 'not-sent'],
    ['unauthenticated', undefined],
  ] as const) {
    const cause = new PromoteError('No token.', { code, outcome: 'unavailable' });
    const { ended, sent } = await writeIn(undefined, {
      authorizer: { headers: () => Promise.reject(cause) },
    });
    expect([ended?.code, ended?.unprocessed, sent]).toEqual([code, unprocessed, 0]);
  }
});
