import { expect, test } from 'vitest';
import { appliedRollback, rolledBack } from '../crash/rollback-scenarios.ts';
import { KILLS } from '../crash/strikes.ts';
import { discover, perform, trialsOf, trialText } from '../crash/trial.ts';

/** Every so many trials one is taken; `npm run test:crash` takes all. */
const EVERY = { inProcess: 23, killed: 30 };

for (const scenario of [rolledBack('owner'), rolledBack('owner whose tags are refused'), appliedRollback()])
  test(`${scenario.name}, struck somewhere and run again: the old version or the target, no hold lost, a true record`, async () => {
    const trials = trialsOf(scenario, await discover(scenario));
    expect(trials.length).toBeGreaterThan(150);
    const kills = trials.filter(({ strike }) => KILLS.includes(strike));
    const others = trials.filter((trial) => !kills.includes(trial));
    const sample = [
      ...others.filter((_, index) => index % EVERY.inProcess === 0),
      ...kills.filter((_, index) => index % EVERY.killed === EVERY.killed - 1),
    ];
    const failed: string[] = [];
    for (const trial of sample) {
      const { faults } = await perform(trial);
      if (faults.length > 0) failed.push(`${trialText(trial)}: ${faults.join(' ')}`);
    }
    expect(failed).toEqual([]);
  }, 120_000);
