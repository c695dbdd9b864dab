import { startEmulator, type Emulator } from '../../emulator/index.ts';
import { withFolder, type FolderWorld } from './filled-folder.ts';
import { startPolicyHost } from './policy-host.ts';
import { planOnce, runOnce, startProcess, type TrialWorld } from './run-once.ts';
import {
  jobRunsOf,
  leftFilesOf,
  pointsOf,
  pointText,
  type Aftermath,
  type Ended,
  type FolderFiles,
  type Point,
  type Scenario,
} from './scenario.ts';
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
  /** Whether the request came, and what was to be done to it was done. */
  readonly hasStruck: boolean;
  readonly faults: readonly string[];
}

/** A trial in words. */
export function trialText({ scenario, point, strike }: Trial): string {
  return `${scenario.name}: ${pointText(point)}: ${strike}`;
}

/** The requests of a clean run of a scenario. Throws when that run does not succeed, or leaves something wrong behind. */
export async function discover(given: Scenario): Promise<Point[]> {
  return inWorld(given, async (world, { scenario, look }) => {
    const { emulator } = world;
    const before = emulator.state();
    const earlier = emulator.requests.length;
    const clean = await runOnce(scenario, world, 1);
    const points = pointsOf(emulator.requests.slice(earlier));
    const between = await look();
    const again = await runOnce(scenario, world, 2);
    const after = emulator.state();
    const aftermath = {
      before,
      between: after,
      after,
      jobRuns: jobRunsOf(emulator),
      leftFiles: leftFilesOf(emulator),
      folder: await folderOf(between, look),
      isMeddled: false,
      struck: clean,
      again,
    };
    const faults = scenario.faultsOf(aftermath);
    if (clean.outcome !== (scenario.outcome ?? 'ok'))
      faultsOfClean(scenario, [`it ended ${clean.outcome}: ${clean.said}`]);
    faultsOfClean(scenario, [...faults, ...emulator.violations]);
    return points;
  });
}

function faultsOfClean(scenario: Scenario, faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(`${scenario.name}, a clean run: ${faults.join(' ')}`);
}

/** So few requests that are alike share nothing: the first of a kind often differs from the next. */
const FEW = 2;

/** The trials of a scenario: each request with each of its strikes, or the strikes spread over the requests of a kind. */
export function trialsOf(scenario: Scenario, points: readonly Point[]): Trial[] {
  const wanted = points.filter((point) => scenario.wants?.(point) ?? true);
  if (scenario.sharesStrikes !== true) return whole(scenario, wanted);
  const kinds = Map.groupBy(wanted, ({ method, template }) => `${method} ${template}`);
  return [...kinds.values()].flatMap((alike) =>
    alike.length > FEW ? shared(scenario, alike) : whole(scenario, alike),
  );
}

function whole(scenario: Scenario, points: readonly Point[]): Trial[] {
  return points.flatMap((point) =>
    strikesFor(point, scenario).map((strike) => ({ scenario, point, strike })),
  );
}

/** Every strike once, from the first request to the last. */
function shared(scenario: Scenario, alike: readonly Point[]): Trial[] {
  const strikes = [...new Set(alike.flatMap((point) => strikesFor(point, scenario)))];
  return strikes.flatMap((strike, index) => {
    const takers = alike.filter((point) => strikesFor(point, scenario).includes(strike));
    const point = takers[Math.floor((index * takers.length) / strikes.length)];
    return point === undefined ? [] : [{ scenario, point, strike }];
  });
}

/** Strikes one request of a fresh world, then runs the action again with nothing in its way, and judges the world. */
export async function perform(trial: Trial): Promise<TrialResult> {
  const { rounds = 1 } = trial.scenario;
  return inWorld(trial.scenario, async (world, { scenario, look }) => {
    const { emulator } = world;
    const before = emulator.state();
    const own = { ...trial, scenario };
    const first = await strikeOnce(own, world, 1);
    const faults = [...first.faults];
    let struck = first.ended;
    for (let round = 2; round <= rounds; round += 1) {
      // What was made before need not be asked for again: whether a later strike meets its request is open.
      const later = await strikeOnce(own, world, round);
      faults.push(...later.faults);
      struck = later.ended;
    }
    if (!first.hasStruck) faults.push('The strike did not happen.');
    const between = emulator.state();
    const folder = await look();
    first.undo();
    const again = await runOnce(scenario, world, rounds + 1);
    if (!['ok', 'noop', scenario.outcome].includes(again.outcome))
      faults.push(`The run afterwards ended ${again.outcome}: ${again.said}`);
    faults.push(...emulator.violations);
    const isMeddled = scenario.meddler !== undefined;
    const aftermath = {
      before,
      between,
      after: emulator.state(),
      jobRuns: jobRunsOf(emulator),
      leftFiles: leftFilesOf(emulator),
      folder: await folderOf(folder, look),
      isMeddled,
      struck,
      again,
    };
    faults.push(...scenario.faultsOf(aftermath));
    return { trial, hasStruck: first.hasStruck, faults };
  });
}

/** One run with one strike in its way. */
interface StruckRun {
  readonly hasStruck: boolean;
  /** Undefined when its process was killed. */
  readonly ended: Ended | undefined;
  readonly faults: readonly string[];
  /** Undoes what somebody else did meanwhile, as far as that has to be. */
  readonly undo: () => void;
}

async function strikeOnce(
  { scenario, point, strike }: Trial,
  world: TrialWorld,
  attempt: number,
): Promise<StruckRun> {
  const { emulator, policy } = world;
  let kill = () => {};
  let undone: (() => void) | undefined;
  const undo = () => undone?.();
  const wasDealt = arm(emulator, point, strike, {
    kill: () => kill(),
    meddle: (metastore) => {
      undone = scenario.meddler?.act(metastore, { url: emulator.url, policy });
    },
  });
  try {
    if (KILLS.includes(strike)) {
      const process = await startProcess(scenario, world, attempt);
      kill = process.kill;
      const end = await process.ended;
      return { hasStruck: wasDealt() && end === 'SIGKILL', ended: undefined, faults: [], undo };
    }
    const ended = await runOnce(scenario, world, attempt);
    const faults: string[] = [];
    if (ended.outcome === 'none') faults.push('The struck run set no outcome.');
    if (ended.code === 'internal') faults.push(`The struck run has a fault of this tool: ${ended.said}`);
    return { hasStruck: wasDealt(), ended, faults, undo };
  } finally {
    emulator.faults.clear();
    refuse(scenario, emulator);
  }
}

/** What the registry refuses in every run. */
function refuse({ refuses }: Scenario, emulator: Emulator): void {
  if (refuses !== undefined) emulator.faults.add(refuses);
}

/** The folder of a scenario before its last run, and now. */
async function folderOf(
  between: FolderFiles | undefined,
  look: FolderWorld['look'],
): Promise<Aftermath['folder']> {
  const after = await look();
  return between === undefined || after === undefined ? undefined : { between, after };
}

async function inWorld<T>(
  scenario: Scenario,
  work: (world: TrialWorld, own: FolderWorld) => Promise<T>,
): Promise<T> {
  const emulator = await startEmulator({ seed: 'demo', ...scenario.emulator });
  const policy = scenario.policy === undefined ? undefined : await startPolicyHost(scenario.policy);
  const own = await withFolder(scenario);
  try {
    scenario.prepare?.(emulator.metastore);
    refuse(scenario, emulator);
    const world = { emulator, policy };
    const inputs = (await planOnce(scenario, world)) ?? own.scenario.inputs;
    return await work(world, { ...own, scenario: { ...own.scenario, inputs } });
  } finally {
    await Promise.all([emulator.close(), policy?.close(), own.remove()]);
  }
}
