import { startEmulator, type Emulator } from '../../emulator/index.ts';
import { runOnce, startProcess } from './run-once.ts';
import { pointsOf, pointText, type Ended, type Point, type Scenario } from './scenario.ts';
import { arm, KILLS, strikesFor, type Strike } from './strikes.ts';

/** One request and what is done to it. */
export interface Trial {
  readonly scenario: Scenario;
  readonly point: Point;
  readonly strike: Strike;
}

/** What came of a trial: sentences about what is wrong; empty when all holds. */
export interface TrialResult {
  readonly trial: Trial;
  readonly faults: readonly string[];
}

/** A trial in words. */
export function trialText({ scenario, point, strike }: Trial): string {
  return `${scenario.name}: ${pointText(point)}: ${strike}`;
}

/** The requests of a clean run of a scenario. Throws when that run does not succeed, or leaves something wrong behind. */
export async function discover(scenario: Scenario): Promise<Point[]> {
  return inWorld(scenario, async (emulator) => {
    const before = emulator.state();
    const clean = await runOnce(scenario, emulator, 1);
    const points = pointsOf(emulator.requests);
    const again = await runOnce(scenario, emulator, 2);
    const faults = scenario.faultsOf({ before, after: emulator.state(), struck: clean, again });
    if (clean.outcome !== 'ok') faultsOfClean(scenario, [`it ended ${clean.outcome}: ${clean.said}`]);
    faultsOfClean(scenario, [...faults, ...emulator.violations]);
    return points;
  });
}

function faultsOfClean(scenario: Scenario, faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(`${scenario.name}, a clean run: ${faults.join(' ')}`);
}

/** Every trial of a scenario. */
export function trialsOf(scenario: Scenario, points: readonly Point[]): Trial[] {
  return points
    .filter((point) => scenario.wants?.(point) ?? true)
    .flatMap((point) => strikesFor(point).map((strike) => ({ scenario, point, strike })));
}

/** Strikes one request of a fresh world, then runs the action again with nothing in its way, and judges the world. */
export async function perform(trial: Trial): Promise<TrialResult> {
  const { scenario, point, strike } = trial;
  return inWorld(scenario, async (emulator) => {
    const before = emulator.state();
    const faults: string[] = [];
    let kill = () => {};
    const hasStruck = arm(emulator, point, strike, () => kill());
    let struck: Ended | undefined;
    if (KILLS.includes(strike)) {
      const process = await startProcess(scenario, emulator);
      kill = process.kill;
      const end = await process.ended;
      if (end !== 'SIGKILL') faults.push(`The process was not killed: it ended with ${end}.`);
    } else {
      struck = await runOnce(scenario, emulator, 1);
      if (struck.outcome === 'none') faults.push('The struck run set no outcome.');
      if (/a fault of this tool/iu.test(struck.said)) faults.push(`The struck run says: ${struck.said}`);
    }
    if (!hasStruck()) faults.push('The request never came.');
    emulator.faults.clear();
    const again = await runOnce(scenario, emulator, 2);
    if (again.outcome !== 'ok' && again.outcome !== 'noop')
      faults.push(`The run afterwards ended ${again.outcome}: ${again.said}`);
    faults.push(...emulator.violations);
    faults.push(...scenario.faultsOf({ before, after: emulator.state(), struck, again }));
    return { trial, faults };
  });
}

async function inWorld<T>(scenario: Scenario, work: (emulator: Emulator) => Promise<T>): Promise<T> {
  const emulator = await startEmulator({ seed: 'demo', ...scenario.emulator });
  try {
    scenario.prepare?.(emulator.metastore);
    return await work(emulator);
  } finally {
    await emulator.close();
  }
}
