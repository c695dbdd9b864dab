import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { EACH_REQUEST, eachRequest } from './each-request.ts';
import { NAMED } from './named/index.ts';
import { SEED, seededTrial } from './seeded-trial.ts';
import { broken, type Trial } from './trial.ts';

const OPTIONS = {
  seeds: { type: 'string', default: '200' },
  from: { type: 'string', default: '1' },
  only: { type: 'string', default: '' },
  minutes: { type: 'string', default: '30' },
} as const;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A whole number, or an end with the name of the option. */
function numberOf(name: keyof typeof OPTIONS, text: string): number {
  if (!/^\d{1,9}$/u.test(text)) throw new Error(`--${name} takes a whole number, not ${text}.`);
  return Number(text);
}

/** Trials as they are asked for, by what their names have in them; seeds are drawn when their turn comes. */
async function* trialsOf(only: string, seeds: readonly number[]): AsyncGenerator<Trial> {
  const isWanted = ({ name }: Trial) => name.includes(only);
  yield* NAMED.filter(isWanted);
  // To know the requests takes a run of every action.
  if (only === '' || only.startsWith(EACH_REQUEST)) yield* (await eachRequest()).filter(isWanted);
  if (only !== '' && only !== SEED) return;
  for (const seed of seeds) {
    const again = `--only ${SEED} --seeds 1 --from ${seed}`;
    yield await seededTrial(seed).catch((error: unknown) => broken(`${SEED} ${seed}`, again, error));
  }
}

/** What is wrong, or why it could not be played. */
async function perform(trial: Trial): Promise<readonly string[]> {
  try {
    return await trial.perform();
  } catch (error) {
    return [`It could not be played: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function show({ name, schedule, again }: Trial, faults: readonly string[]): void {
  const lines = [
    `FAILED  ${name}`,
    ...schedule.map((line) => `        ${line}`),
    ...faults.map((fault) => `      - ${fault}`),
    `        again: npm run test:hostile -- ${again}`,
  ];
  say(lines.join('\n'));
}

/**
 * `npm run test:hostile [-- --seeds 200 --from 1 --only <part of a name> --minutes 30]`: plays schedules against the
 * actions, and prints those that do not hold with the command that plays them again. The closing line counts; what was
 * not begun in time is skipped.
 */
async function main(): Promise<0 | 1> {
  const { values } = parseArgs({ options: OPTIONS });
  const from = numberOf('from', values.from);
  const seeds = Array.from({ length: numberOf('seeds', values.seeds) }, (_, index) => from + index);
  const until = performance.now() + numberOf('minutes', values.minutes) * 60_000;
  const trials = trialsOf(values.only, seeds);
  const count = { passed: 0, failed: 0, skipped: 0 };
  const work = async () => {
    for (let next = await trials.next(); next.done !== true; next = await trials.next()) {
      if (performance.now() > until) {
        count.skipped += 1;
        continue;
      }
      const faults = await perform(next.value);
      count[faults.length === 0 ? 'passed' : 'failed'] += 1;
      if (faults.length > 0) show(next.value, faults);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  if (count.passed + count.failed + count.skipped === 0)
    throw new Error(`No schedule is named like ${values.only}.`);
  say(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  return count.failed === 0 ? 0 : 1;
}

process.exitCode = await main();
