import { availableParallelism } from 'node:os';
import {
  closedApiCopy,
  hiddenCopy,
  largeCopy,
  smallCopy,
  storageCopy,
  twiceStruck,
  workspaceCopy,
} from './copy-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { discover, perform, trialsOf, trialText, type Trial, type TrialResult } from './trial.ts';

/** So many trials are under way at once; one in four waits for a process of its own. */
const AT_ONCE = availableParallelism() + 1;

/** Every strike on every request. */
const WHOLE: readonly Scenario[] = [smallCopy('owner'), smallCopy('creator'), twiceStruck('owner')];

/** Each request is struck in one or two ways, and each way strikes requests of each kind; `every=1` makes them whole. */
const THINNED: readonly Scenario[] = [
  hiddenCopy('owner'),
  hiddenCopy('creator'),
  closedApiCopy('owner', 'aws'),
  closedApiCopy('creator', 'azure'),
  closedApiCopy('owner', 'gcp'),
  largeCopy('owner', 'multipart'),
  largeCopy('creator', 'multipart'),
  largeCopy('owner', 'resumable'),
  largeCopy('creator', 'resumable'),
  workspaceCopy('owner'),
  storageCopy('owner', 'aws'),
  storageCopy('creator', 'aws'),
  storageCopy('owner', 'azure'),
  storageCopy('owner', 'gcp'),
];

/** Prime to the number of strikes of a request, which is eight to ten. */
const USUAL_EVERY = 7;

/** As long as the usual run should take on two cores, seconds: told, and never a failure. */
const LIMIT = 600;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function secondsSince(at: number): string {
  return ((performance.now() - at) / 1000).toFixed(0);
}

/** Performs the trials, a few at a time. */
async function performAll(trials: readonly Trial[]): Promise<TrialResult[]> {
  const results: TrialResult[] = [];
  const left = trials.values();
  const work = async () => {
    for (const trial of left) results.push(await perform(trial));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

/**
 * `npm run test:crash [-- <part of a name> … every=1]`: strikes the requests of every scenario whose name contains an
 * argument.
 */
async function main(args: readonly string[]): Promise<0 | 1> {
  let failed = 0;
  const startedAt = performance.now();
  const told = args.find((each) => each.startsWith('every='))?.slice('every='.length);
  const every = told === undefined ? USUAL_EVERY : Number(told);
  if (!Number.isSafeInteger(every) || every < 1) throw new Error(`every=${String(told)} is no count.`);
  const filters = args.filter((each) => !each.startsWith('every='));
  const wanted = [...WHOLE, ...THINNED.map((scenario) => ({ ...scenario, every }))].filter(
    ({ name }) => filters.length === 0 || filters.some((filter) => name.includes(filter)),
  );
  if (wanted.length === 0) throw new Error(`No scenario is named like ${filters.join(', ')}.`);
  for (const scenario of wanted) {
    const began = performance.now();
    const points = await discover(scenario);
    const trials = trialsOf(scenario, points);
    const struckPoints = new Set(trials.map(({ point }) => point)).size;
    const results = await performAll(trials);
    const struck = results.filter(({ hasStruck }) => hasStruck).length;
    for (const { trial, faults } of results.filter((each) => each.faults.length > 0)) {
      failed += 1;
      say(`FAILED  ${trialText(trial)}\n        ${faults.join('\n        ')}`);
    }
    const seconds = secondsSince(began);
    const thin = (scenario.every ?? 1) === 1 ? '' : `, one in ${scenario.every}`;
    say(
      `${scenario.name}: ${struckPoints} of ${points.length} requests × their strikes${thin} = ${trials.length} trials, ${struck} struck, ${seconds} s`,
    );
  }
  const verdict = failed === 0 ? 'Every trial holds' : `${failed} trials do not hold`;
  const seconds = secondsSince(startedAt);
  const over = every === USUAL_EVERY && Number(seconds) > LIMIT ? ', OVER its limit' : '';
  say(`${verdict}; ${seconds} s${over}, limit ${LIMIT}.`);
  return failed === 0 ? 0 : 1;
}

// The actions under test take signals for a cancelled job, and go on to the next trial.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
process.exitCode = await main(process.argv.slice(2));
