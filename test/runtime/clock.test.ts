import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/runtime/clock.ts';

test.each([2 ** 31 - 1, 2 ** 31, 2_592_000_000, 1e15])(
  'a sleep of %i ms does not end at once, and ends when it is cancelled',
  async (ms) => {
    const run = new AbortController();
    let ended = false;
    const sleeping = systemClock.sleep(ms, run.signal).then(() => {
      ended = true;
    });
    await wait(50);
    expect(ended).toBe(false);
    run.abort();
    await sleeping;
  },
);

test('a short sleep takes its time', async () => {
  const startedAt = performance.now();
  await systemClock.sleep(60);
  expect(performance.now() - startedAt).toBeGreaterThan(55);
});
