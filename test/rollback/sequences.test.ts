import { expect, test } from 'vitest';
import { world } from '../actions/harness.ts';
import { playSequence } from './sequence.ts';

/** A sample of the thousand that the night plays: `SEQUENCES=1000 npx vitest run test/rollback/sequences.test.ts`. */
const COUNT = Number(process.env['SEQUENCES'] ?? '12');

/** So many in one test, for its time. */
const AT_ONCE = 4;

let refusals = 0;
let moves = 0;

for (let first = 0; first < COUNT; first += AT_ONCE)
  test(`sequences ${first} to ${Math.min(first + AT_ONCE, COUNT) - 1}: bytes on hold get no alias`, async () => {
    for (let seed = first; seed < Math.min(first + AT_ONCE, COUNT); seed += 1) {
      const bench = await world();
      const end = await playSequence(seed, bench);
      expect(end.faults, `seed ${seed}\n${end.story.join('\n')}`).toEqual([]);
      refusals += end.refusals;
      moves += end.moves;
    }
  }, 120_000);

test('the sequences are what they are for: aliases were moved, and some refused for a hold', () => {
  expect(moves).toBeGreaterThan(COUNT);
  expect(refusals).toBeGreaterThan(COUNT / 4);
});
