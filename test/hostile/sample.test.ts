import { describe, expect, test } from 'vitest';
import { NAMED } from './named/index.ts';
import { seededTrial } from './seeded-trial.ts';

/** Processes of their own, beside all that runs at the same time. Milliseconds. */
const LONGEST = 60_000;

/** A few of what `npm run test:hostile` plays: what holds, each in a second or two. */
const SAMPLE = [
  'a 502 page after an alias was moved',
  'the network sends a creation twice',
  'killed when a version was finalized',
  'somebody moves the alias during a copy',
];

describe('hostile schedules', () => {
  test.concurrent.each(SAMPLE)(
    '%s',
    async (name) => {
      const trial = NAMED.find((each) => each.name === name);
      expect(await trial?.perform()).toEqual([]);
    },
    LONGEST,
  );

  test(
    'a seed draws the same schedule every time',
    async () => {
      const [one, other] = await Promise.all([seededTrial(7), seededTrial(7)]);
      expect(one.schedule.length).toBeGreaterThan(1);
      expect(one.schedule).toEqual(other.schedule);
      expect((await seededTrial(8)).schedule).not.toEqual(one.schedule);
    },
    LONGEST,
  );
});
