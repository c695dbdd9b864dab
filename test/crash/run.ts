import { spawn, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  closedApiCopy,
  hiddenCopy,
  largeCopy,
  refusedCopy,
  smallCopy,
  storageCopy,
  twiceStruck,
  workspaceCopy,
} from './copy-scenarios.ts';
import { largeDownload, smallDownload } from './download-scenarios.ts';
import { aliasDeletion, aliasMove, labels, newModelPromotion, promotion } from './move-scenarios.ts';
import { engineCopy, engineCopyKilled, engineCopyLater } from './engine-scenarios.ts';
import { followedPin, followedPins } from './pin-scenarios.ts';
import { meddledPolicy, promotionByPolicy } from './policy-scenarios.ts';
import {
  meddledCopy,
  meddledLargeCopy,
  meddledSource,
  scriptPromotion,
  validatedPromotion,
} from './promote-scenarios.ts';
import { registeredInNewModel, registeredModel, registeredRun } from './register-scenarios.ts';
import { appliedRollback, rolledBack } from './rollback-scenarios.ts';
import { appliedCleanUp, cleanedUp } from './clean-up-scenarios.ts';
import { createdModel, deletedModel, renamedModel } from './model-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { appliedServing, servedAlias, servedPromotion } from './serving-scenarios.ts';
import { discover, perform, trialsOf, trialText, type Trial, type TrialResult } from './trial.ts';

/** So many trials of a scenario are under way at once; one in four waits for a process of its own. */
const AT_ONCE = 2;

/** Every strike on every request. */
const WHOLE: readonly Scenario[] = [
  smallCopy('owner'),
  smallCopy('creator'),
  twiceStruck('owner'),
  registeredRun('owner'),
  aliasMove(),
  aliasDeletion(),
  labels(),
  rolledBack('owner'),
  rolledBack('owner whose tags are refused'),
  appliedRollback(),
  servedAlias(),
  appliedCleanUp(),
  createdModel(),
  renamedModel(),
  deletedModel(),
  smallDownload(),
  meddledCopy('exchanges'),
  meddledCopy('adds'),
  meddledSource('deletes'),
  meddledSource('holds'),
  meddledSource('rejects'),
  meddledPolicy('forbids'),
  meddledPolicy('hides'),
];

/** Longer ones: requests that are alike share the strikes, unless `all` is asked for. */
const SHARING: readonly Scenario[] = [
  validatedPromotion(),
  scriptPromotion('same attempt'),
  servedPromotion('succeeds'),
  servedPromotion('is put back'),
  appliedServing(),
  promotion(),
  cleanedUp(),
  followedPin(),
  followedPins(),
  newModelPromotion(),
  registeredModel('creator'),
  registeredInNewModel(),
  hiddenCopy('owner'),
  hiddenCopy('creator'),
  closedApiCopy('owner', 'aws'),
  closedApiCopy('creator', 'azure'),
  closedApiCopy('owner', 'gcp'),
  largeCopy('owner', 'multipart'),
  largeCopy('creator', 'multipart'),
  largeCopy('owner', 'resumable'),
  workspaceCopy('owner'),
  storageCopy('owner', 'aws'),
  storageCopy('owner', 'azure'),
  refusedCopy('owner', 'gcp'),
  meddledLargeCopy(),
  largeDownload(),
];

/**
 * Only when `all` is asked for: what a creator may not do is the same whatever way the bytes go, and a policy file adds no request
 * to a workspace.
 */
const WITH_ALL: readonly Scenario[] = [
  largeCopy('creator', 'resumable'),
  storageCopy('creator', 'aws'),
  scriptPromotion('next attempt'),
  engineCopy(),
  engineCopyLater(),
  engineCopyKilled(),
  promotionByPolicy(),
  meddledPolicy('deletes'),
  meddledPolicy('breaks'),
];

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

/** How many trials held, and how many did not. */
interface Count {
  readonly passed: number;
  readonly failed: number;
}

const NONE: Count = { passed: 0, failed: 0 };

function sum(one: Count, other: Count): Count {
  return { passed: one.passed + other.passed, failed: one.failed + other.failed };
}

/** Strikes the requests of a scenario, prints what came of it, and counts. */
async function tryScenario(scenario: Scenario): Promise<Count> {
  const began = performance.now();
  const points = await discover(scenario);
  const trials = trialsOf(scenario, points);
  const struckPoints = new Set(trials.map(({ point }) => point)).size;
  const results = await performAll(trials);
  const struck = results.filter(({ hasStruck }) => hasStruck).length;
  const failed = results.filter(({ faults }) => faults.length > 0);
  const shared = scenario.sharesStrikes === true ? ', shared by those alike' : '';
  const lines = [
    ...failed.map(({ trial, faults }) => `FAILED  ${trialText(trial)}\n        ${faults.join('\n        ')}`),
    `${scenario.name}: ${struckPoints} of ${points.length} requests × their strikes${shared} = ${trials.length} trials, ${struck} struck, ${secondsSince(began)} s`,
  ];
  say(lines.join('\n'));
  return { passed: trials.length - failed.length, failed: failed.length };
}

/** Runs this file once a processor, each time with its share of the scenarios, and counts. */
async function inProcesses(args: readonly string[]): Promise<Count> {
  const file = fileURLToPath(import.meta.url);
  const count = availableParallelism();
  const children = Array.from({ length: count }, (_, index) =>
    spawn(process.execPath, [file, ...args, `share=${index}/${count}`], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    }),
  );
  process.once('exit', () => children.forEach((child) => child.kill()));
  return (await Promise.all(children.map(countOf))).reduce(sum, NONE);
}

/** What a process counted; one that broke counts as a trial that does not hold. */
function countOf(child: ChildProcess): Promise<Count> {
  return new Promise((resolve, reject) => {
    let counted: Count | undefined;
    child.on('message', (count: Count) => (counted = count));
    child.on('error', reject);
    child.on('exit', (code) => {
      const isWhole = counted !== undefined && (code === 0) === (counted.failed === 0);
      resolve(sum(counted ?? NONE, isWhole ? NONE : { passed: 0, failed: 1 }));
    });
  });
}

/**
 * `npm run test:crash [-- <part of a name> … all]`: strikes the requests of every scenario whose name contains an
 * argument. The closing line counts.
 */
async function main(args: readonly string[]): Promise<0 | 1> {
  const startedAt = performance.now();
  const isWhole = args.includes('all');
  const share = args.find((each) => each.startsWith('share='))?.slice('share='.length);
  const filters = args.filter((each) => each !== 'all' && !each.startsWith('share='));
  const sharing = SHARING.map((scenario) => ({ ...scenario, sharesStrikes: !isWhole }));
  const wanted = [...WHOLE, ...sharing, ...(isWhole ? WITH_ALL : [])].filter(
    ({ name }) => filters.length === 0 || filters.some((filter) => name.includes(filter)),
  );
  if (wanted.length === 0) throw new Error(`No scenario is named like ${filters.join(', ')}.`);
  if (share !== undefined) {
    const [own = 0, count = 1] = share.split('/').map(Number);
    let counted = NONE;
    for (const scenario of wanted.filter((_, index) => index % count === own))
      counted = sum(counted, await tryScenario(scenario));
    process.send?.(counted);
    return counted.failed === 0 ? 0 : 1;
  }
  const { passed, failed } = await inProcesses(args);
  const seconds = secondsSince(startedAt);
  const over = !isWhole && Number(seconds) > LIMIT ? ', OVER its limit' : '';
  say(
    `${failed === 0 ? 'Every trial holds' : 'Not every trial holds'}; ${seconds} s${over}, limit ${LIMIT}.`,
  );
  say(`${passed} passed, ${failed} failed, 0 skipped`);
  return failed === 0 ? 0 : 1;
}

// The actions under test take signals for a cancelled job, and go on to the next trial.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
process.exitCode = await main(process.argv.slice(2));
