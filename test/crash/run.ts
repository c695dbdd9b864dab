import { closedApiCopy, largeCopy, smallCopy, storageCopy } from './copy-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { discover, perform, trialsOf, trialText } from './trial.ts';

const SCENARIOS: readonly Scenario[] = [
  smallCopy('owner'),
  smallCopy('creator'),
  largeCopy('owner', 'multipart'),
  largeCopy('creator', 'multipart'),
  largeCopy('owner', 'resumable'),
  storageCopy('owner'),
  closedApiCopy('owner'),
  closedApiCopy('creator'),
];

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Tries every strike on every request of every scenario whose name contains an argument. */
async function main(filters: readonly string[]): Promise<0 | 1> {
  let failed = 0;
  const wanted = SCENARIOS.filter(
    ({ name }) => filters.length === 0 || filters.some((filter) => name.includes(filter)),
  );
  if (wanted.length === 0) throw new Error(`No scenario is named like ${filters.join(', ')}.`);
  for (const scenario of wanted) {
    const startedAt = performance.now();
    const points = await discover(scenario);
    const trials = trialsOf(scenario, points);
    const struckPoints = new Set(trials.map(({ point }) => point)).size;
    let tried = 0;
    for (const trial of trials) {
      const { faults } = await perform(trial);
      tried += 1;
      if (faults.length === 0) continue;
      failed += 1;
      say(`FAILED  ${trialText(trial)}\n        ${faults.join('\n        ')}`);
    }
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    say(
      `${scenario.name}: ${struckPoints} of ${points.length} requests × their strikes = ${trials.length} trials, ${tried} tried, ${seconds} s`,
    );
    if (tried !== trials.length) failed += 1;
  }
  say(failed === 0 ? 'Every trial holds.' : `${failed} trials do not hold.`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
