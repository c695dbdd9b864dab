import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { world } from '../actions/harness.ts';
import { seeded } from '../rollback/seeded.ts';
import { playSequence } from './sequence.ts';

/** A sample of the ten thousand of the night: `CLEAN_UP_SEQUENCES=10000 npx vitest run test/clean-up/sequences.test.ts`. */
const COUNT = Number(process.env['CLEAN_UP_SEQUENCES'] ?? '15');

/** The first seed, so that several processes share the campaign. */
const FROM = Number(process.env['CLEAN_UP_FROM'] ?? '0');

const TO = FROM + COUNT;

/** So many in one test, for its time. */
const AT_ONCE = 5;

let deleted = 0;
let cleaned = 0;

// Days pass while the rest of the machine goes on.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) }));
afterAll(() => void vi.useRealTimers());

const time = {
  now: () => Date.now(),
  pass: (ms: number) => void vi.setSystemTime(Date.now() + ms),
};

for (let first = FROM; first < TO; first += AT_ONCE)
  test(`sequences ${first} to ${Math.min(first + AT_ONCE, TO) - 1}: nothing goes that is named, lately was, or a rollback needs`, async () => {
    const bench = await world();
    for (let seed = first; seed < Math.min(first + AT_ONCE, TO); seed += 1) {
      const end = await playSequence(bench, seeded(seed), time);
      expect(end.faults, `seed ${seed}\n${end.story.join('\n')}`).toEqual([]);
      deleted += end.deleted;
      cleaned += end.cleaned;
    }
  }, 300_000);

test('the sequences are what they are for: versions were deleted, in more than one step in four', () => {
  expect(cleaned).toBeGreaterThan(COUNT);
  expect(deleted).toBeGreaterThan(COUNT / 2);
});
