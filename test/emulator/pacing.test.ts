import { expect, test } from 'vitest';
import { dueAfter, SLACK_MS } from '../../emulator/server/pacing.ts';

/** Milliseconds that chunks take one after another when each sleep ends so much late. */
function passing(chunks: number, ms: number, late: number): number {
  let now = 0;
  let due: number | undefined;
  for (let count = 0; count < chunks; count += 1) {
    due = dueAfter(due, now, ms);
    if (due - now > SLACK_MS) now = due + late;
  }
  return now;
}

test('sleeps that end late do not lower the rate, nor does their slack raise it', () => {
  // 64 KiB at 50 MB/s; timers of Node have whole milliseconds.
  for (const late of [0, 0.7, 1.3, 4]) {
    expect(Math.abs(passing(10_000, 1.31, late) - 13_100)).toBeLessThan(2 * SLACK_MS);
  }
});

test('a connection that was idle has saved nothing', () => {
  expect(dueAfter(100, 5_000, 20)).toBe(5_020);
  expect(dueAfter(undefined, 5_000, 20)).toBe(5_020);
  expect(dueAfter(4_995, 5_000, 20)).toBe(5_015);
  expect(dueAfter(5_060, 5_000, 20)).toBe(5_080);
});
