import { describe, expect, test } from 'vitest';
import { smallCopy } from '../../crash/copy-scenarios.ts';
import { meddledCopy, meddledSource } from '../../crash/promote-scenarios.ts';
import { KILLS } from '../../crash/strikes.ts';
import { discover, perform, trialsOf, trialText, type Trial } from '../../crash/trial.ts';

/** Every so many trials one is taken; `npm run test:crash` takes more. */
const EVERY = { inProcess: 9, killed: 40 };

function sampleOf(trials: readonly Trial[]): Trial[] {
  const isKill = ({ strike }: Trial) => KILLS.includes(strike);
  return [
    ...trials.filter((trial) => !isKill(trial)).filter((_, index) => index % EVERY.inProcess === 0),
    ...trials.filter(isKill).filter((_, index) => index % EVERY.killed === 20),
  ];
}

describe('a copy that is struck somewhere and run again', () => {
  for (const caller of ['owner', 'creator'] as const) {
    test(`by the ${caller}: one whole copy, nothing else`, async () => {
      const scenario = smallCopy(caller);
      const trials = trialsOf(scenario, await discover(scenario));
      expect(trials.length).toBeGreaterThan(250);
      const failed: string[] = [];
      for (const trial of sampleOf(trials)) {
        const { faults } = await perform(trial);
        if (faults.length > 0) failed.push(`${trialText(trial)}: ${faults.join(' ')}`);
      }
      expect(failed).toEqual([]);
    }, 60_000);
  }
});

describe('a promotion while somebody else meddles, and run again', () => {
  for (const scenario of [
    meddledCopy('exchanges'),
    meddledCopy('adds'),
    meddledSource('deletes'),
    meddledSource('holds'),
    meddledSource('rejects'),
  ]) {
    test(`${scenario.name}: nothing but what was live before, or the source, is ever live`, async () => {
      const trials = trialsOf(scenario, await discover(scenario));
      expect(trials.length).toBeGreaterThan(15);
      // What comes last before the copy is closed is always among them.
      const late = trials.filter(({ point }) => /finalize$|set-tag$/u.test(point.path));
      const sample = new Set([...late, ...trials.filter((_, index) => index % 7 === 0)]);
      const failed: string[] = [];
      for (const trial of sample) {
        const { faults } = await perform(trial);
        if (faults.length > 0) failed.push(`${trialText(trial)}: ${faults.join(' ')}`);
      }
      expect(failed).toEqual([]);
    }, 60_000);
  }
});
