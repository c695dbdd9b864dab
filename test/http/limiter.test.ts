import fc from 'fast-check';
import { expect, test } from 'vitest';
import { setTimeout as wait } from 'node:timers/promises';
import { Limiter } from '../../src/http/limiter.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { bench, MODEL } from './client-bench.ts';

/** A clock that stands still unless somebody sleeps. */
function stillClock() {
  const slept: number[] = [];
  let now = 0;
  return {
    slept,
    advance: (ms: number) => {
      now += ms;
    },
    clock: {
      now: () => now,
      sleep: async (ms: number) => {
        slept.push(ms);
        await Promise.resolve();
      },
    },
  };
}

/** A clock that goes on to the next sleep's end, which is late by so many milliseconds, once nothing else is left to do. */
function sleepers(late: readonly number[]) {
  const asleep: { readonly until: number; readonly wake: () => void }[] = [];
  let now = 0;
  let count = 0;
  return {
    now: () => now,
    clock: {
      now: () => now,
      sleep: (ms: number) =>
        new Promise<void>((wake) => {
          count += 1;
          asleep.push({ until: now + ms + (late[count % late.length] ?? 0), wake });
        }),
    },
    advance: async () => {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      asleep.sort((a, b) => a.until - b.until);
      const next = asleep.shift();
      now = Math.max(now, next?.until ?? 0);
      next?.wake();
    },
  };
}

test('never more at once than the budget, in the order of asking, and each place is given on', async () => {
  const limiter = new Limiter({ inFlight: 3, perSecond: 1000 }, stillClock().clock);
  let running = 0;
  let most = 0;
  const ended: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      limiter.run(async () => {
        running += 1;
        most = Math.max(most, running);
        await wait(2);
        running -= 1;
        ended.push(index);
      }),
    ),
  );
  expect([most, running, ended.length]).toEqual([3, 0, 20]);
  expect(ended.slice(0, 3).sort()).toEqual([0, 1, 2]);
});

test('a failure gives its place on too', async () => {
  const limiter = new Limiter({ inFlight: 1, perSecond: 1000 }, stillClock().clock);
  await expect(limiter.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(limiter.run(async () => 'next')).resolves.toBe('next');
});

test('a burst of a second goes at once; what is over waits its turn', async () => {
  const { clock, slept, advance } = stillClock();
  const limiter = new Limiter({ inFlight: 100, perSecond: 10 }, clock);
  const ask = (count: number) => Promise.all(Array.from({ length: count }, () => limiter.run(async () => 1)));
  await ask(10);
  expect(slept).toEqual([]);
  await ask(3);
  expect(slept).toEqual([100, 200, 300]);
  advance(60_000);
  await ask(10);
  expect(slept).toHaveLength(3);
});

test('an even budget keeps equal distances, also after a pause', async () => {
  const { clock, slept, advance } = stillClock();
  const limiter = new Limiter({ inFlight: 100, perSecond: 10, even: true }, clock);
  const ask = (count: number) => Promise.all(Array.from({ length: count }, () => limiter.run(async () => 1)));
  await ask(4);
  expect(slept).toEqual([105, 210, 315]);
  advance(60_000);
  await ask(3);
  expect(slept.slice(3)).toEqual([105, 210]);
});

test('an even budget has no second with more, however late sleeps end and however requests come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 40, maxLength: 80 }),
      async (perSecond, late) => {
        const { clock, advance, now } = sleepers(late);
        const limiter = new Limiter({ inFlight: 5, perSecond, even: true }, clock);
        const started: number[] = [];
        const all = Promise.all(late.map(() => limiter.run(async () => started.push(now()))));
        while (started.length < late.length) await advance();
        await all;
        for (const [index, start] of started.entries()) {
          const earlier = started[index - perSecond];
          if (earlier !== undefined) expect(start - earlier).toBeGreaterThanOrEqual(1000);
        }
        expect(started).toHaveLength(late.length);
      },
    ),
    { numRuns: 60, seed: 15 },
  );
});

test('the rate holds over a long time', async () => {
  const { clock, slept, advance } = stillClock();
  const limiter = new Limiter({ inFlight: 1, perSecond: 10 }, clock);
  for (let index = 0; index < 50; index += 1) {
    await limiter.run(async () => 1);
    advance(50);
  }
  // 50 requests in 2.5 s of time: 10 at once and 25 earned, so 15 had to wait for a part of a second each.
  expect(slept.length).toBeGreaterThanOrEqual(14);
});

test('a client keeps its budget over real connections', async () => {
  const { http, emulator } = await bench(
    { limiter: new Limiter({ inFlight: 2, perSecond: 1000 }, systemClock) },
    { latencyMs: 15 },
  );
  await Promise.all(Array.from({ length: 10 }, () => http.json(MODEL)));
  const most = Math.max(
    ...emulator.requests.map(
      (record) =>
        emulator.requests.filter(
          (other) => other.startedAt <= record.startedAt && other.endedAt > record.startedAt + 5,
        ).length,
    ),
  );
  expect([emulator.requests.length, most]).toEqual([10, 2]);
});
