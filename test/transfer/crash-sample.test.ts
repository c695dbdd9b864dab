import { describe, expect, test } from 'vitest';
import { smallCopy } from '../crash/copy-scenarios.ts';
import { KILLS } from '../crash/strikes.ts';
import { discover, perform, trialsOf, trialText, type Trial } from '../crash/trial.ts';

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
