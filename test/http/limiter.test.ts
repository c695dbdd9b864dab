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
