import { describe, expect, test } from 'vitest';
import { TokenCache } from '../../src/auth/token-cache.ts';

function bench(seconds = 3600) {
  let now = 1_000_000;
  let count = 0;
  let failing = false;
  const clock = { now: () => now, sleep: async () => {} };
  const log: string[] = [];
  const note = (text: string) => void log.push(text);
  const cache = new TokenCache(
    async () => {
      count += 1;
      await Promise.resolve();
      if (failing) throw new Error('no');
      return { accessToken: `t${count}`, expiresAt: now + seconds * 1000 };
    },
    clock,
    { info: note, debug: note, warning: note },
  );
  return {
    cache,
    get: async () => (await cache.token()).accessToken,
    pass: (ms: number) => void (now += ms),
    fail: (yes: boolean) => void (failing = yes),
    count: () => count,
    settle: () => new Promise((resolve) => setImmediate(resolve)),
    log,
  };
}

describe('one token for all who ask', () => {
  test('one request at a time', async () => {
    const { get, count } = bench();
    expect(await Promise.all([get(), get(), get()])).toEqual(['t1', 't1', 't1']);
    expect(count()).toBe(1);
  });

  test('one request a lifetime: used until 40 s before its end, and not longer', async () => {
    const { get, pass, count } = bench(60);
    await get();
    pass(19_000);
    expect(await get()).toBe('t1');
    pass(2_000);
    expect(await get()).toBe('t2');
    expect(count()).toBe(2);
  });

  test('renewed beside the calls in its last twenty minutes', async () => {
    const { get, pass, count, settle } = bench();
    await get();
    pass(39 * 60_000);
    expect([await get(), count()]).toEqual(['t1', 1]);
    pass(2 * 60_000);
    expect(await Promise.all([get(), get()])).toEqual(['t1', 't1']);
    await settle();
    expect([await get(), count()]).toEqual(['t2', 2]);
  });

  test('a renewal that fails is tried again after a minute, and the old token holds', async () => {
    const { get, pass, count, settle, fail, log } = bench();
    await get();
    pass(45 * 60_000);
    fail(true);
    expect(await get()).toBe('t1');
    await settle();
    expect([await get(), count()]).toEqual(['t1', 2]);
    expect(log).toEqual(['The token could not be renewed and is used until it expires: no']);
    pass(61_000);
    fail(false);
    await get();
    await settle();
    expect([await get(), count()]).toEqual(['t3', 3]);
  });

  test('a failure is not kept', async () => {
    const { get, fail } = bench();
    fail(true);
    await expect(get()).rejects.toThrow('no');
    fail(false);
    expect(await get()).toBe('t2');
  });

  test('a token that is short-lived beyond use is used once all the same', async () => {
    const { get } = bench(5);
    expect([await get(), await get()]).toEqual(['t1', 't2']);
  });
});

describe('a token that its host refused before its time', () => {
  test('another, by one request for all who ask', async () => {
    const { cache, get, count } = bench();
    await get();
    expect(await Promise.all([cache.replace('t1'), cache.replace('t1'), cache.replace('t1')])).toEqual([
      true,
      true,
      true,
    ]);
    expect([await get(), count()]).toEqual(['t2', 2]);
  });

  test('none when the one in its place was refused too, and again one after that was renewed', async () => {
    const { cache, get, pass, count } = bench(3600);
    await get();
    expect(await cache.replace('t1')).toBe(true);
    expect([await cache.replace('t2'), await cache.replace('t2'), count()]).toEqual([false, false, 2]);
    pass(3_590_000);
    expect(await get()).toBe('t3');
    expect([await cache.replace('t3'), await get()]).toEqual([true, 't4']);
  });

  test('an older one needs no request: a newer is there already', async () => {
    const { cache, get, count } = bench();
    await get();
    await cache.replace('t1');
    expect([await cache.replace('t1'), count()]).toEqual([true, 2]);
  });

  test('a renewal that is under way is waited for', async () => {
    const { cache, get, pass, count } = bench();
    await get();
    pass(41 * 60_000);
    expect(await get()).toBe('t1');
    expect([await cache.replace('t1'), await get(), count()]).toEqual([true, 't2', 2]);
  });

  test('what the request throws is thrown, and the next call asks again', async () => {
    const { cache, get, fail } = bench();
    await get();
    fail(true);
    await expect(cache.replace('t1')).rejects.toThrow('no');
    fail(false);
    expect(await get()).toBe('t3');
  });
});
