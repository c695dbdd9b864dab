import { expect, test } from 'vitest';
import { smallDownload } from '../../crash/download-scenarios.ts';
import { KILLS } from '../../crash/strikes.ts';
import { discover, perform, trialsOf, trialText } from '../../crash/trial.ts';

test('a download that is struck somewhere and run again: the folder is whole, and before it says that it is not', async () => {
  const scenario = smallDownload();
  const trials = trialsOf(scenario, await discover(scenario));
  expect(trials.length).toBeGreaterThan(60);
  const isKill = ({ strike }: (typeof trials)[number]) => KILLS.includes(strike);
  const sample = [
    ...trials.filter((trial) => !isKill(trial)).filter((_, index) => index % 25 === 3),
    // The last requests fetch files; one kill is enough here: `npm run test:crash` makes all of them.
    ...trials.filter(isKill).slice(-1),
  ];
  const failed: string[] = [];
  for (const trial of sample) {
    const { faults } = await perform(trial);
    if (faults.length > 0) failed.push(`${trialText(trial)}: ${faults.join(' ')}`);
  }
  expect(failed).toEqual([]);
}, 30_000);
