import { pick, randomFrom, type Random } from '../../emulator/random.ts';
import { GATEWAY_RESPONSES } from './gateway-response.ts';
import type { Point } from './gateway.ts';
import { isSignIn } from './history.ts';
import { SIGNALS, type Intervention, type Strike } from './intervention.ts';
import type { HostileScenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { discover, performScenario, scheduleOf, type Trial } from './trial.ts';

/** How the names of these trials begin. */
export const SEED = 'seed';

/** The requests of a clean run of each scenario, read once. */
const points = new Map<string, Promise<readonly Point[]>>();

function pointsOf(scenario: HostileScenario): Promise<readonly Point[]> {
  const known = points.get(scenario.name) ?? discover(scenario);
  points.set(scenario.name, known);
  return known;
}

/** What a kind of intervention is drawn by, and how often it is beside the others. */
const DRAWN: readonly (readonly [
  weight: number,
  draw: (random: Random, scenario: HostileScenario) => Intervention | undefined,
])[] = [
  [1, (random) => ({ kind: 'delay', ms: 20 + Math.floor(random() * 80), when: whenOf(random) })],
  [2, (random) => ({ kind: 'cut', when: pick(random, ['before', 'during', 'after'] as const) ?? 'after' })],
  [2, () => ({ kind: 'double' })],
  [2, (random) => ({ kind: 'replay', when: random() < 0.5 ? 'after the next write' : 'at the end' })],
  [3, drawResponse],
  [6, drawForeign],
  [1, (random) => ({ kind: 'second-run', when: whenOf(random) })],
  [2, (random) => ({ kind: 'signal', signal: pick(random, SIGNALS) ?? 'SIGKILL', when: whenOf(random) })],
];

/** The trial of a seed: the same scenario and the same strikes every time. */
export async function seededTrial(seed: number): Promise<Trial> {
  const random = randomFrom(seed);
  // The first numbers of neighbouring seeds are alike.
  for (let skipped = 0; skipped < 8; skipped += 1) random();
  const scenario = pick(random, SCENARIOS);
  if (scenario === undefined) throw new Error('There is no scenario.');
  const known = await pointsOf(scenario);
  const rounds = random() < 0.25 ? 2 : 1;
  const struck = Array.from({ length: rounds }, () => drawStrikes(random, scenario, known));
  return {
    name: `${SEED} ${seed}`,
    schedule: scheduleOf(scenario, struck),
    again: `--only ${SEED} --seeds 1 --from ${seed}`,
    perform: async () => (await performScenario(scenario, struck)).faults,
  };
}

/** One to three strikes; writes are struck as often as all reads together. */
function drawStrikes(random: Random, scenario: HostileScenario, known: readonly Point[]): Strike[] {
  const writes = known.filter(({ method, path }) => method !== 'GET' && !isSignIn(path));
  const count = 1 + Math.floor(random() * 3);
  return Array.from({ length: count }, () => {
    const point = pick(random, random() < 0.5 ? writes : known) ?? writes[0];
    if (point === undefined) throw new Error(`${scenario.name} sends nothing.`);
    const interventions = Array.from({ length: random() < 0.3 ? 2 : 1 }, () =>
      drawIntervention(random, scenario),
    );
    return { at: point, interventions: interventions.filter((each) => each !== undefined) };
  });
}

function drawIntervention(random: Random, scenario: HostileScenario): Intervention | undefined {
  const total = DRAWN.reduce((sum, [weight]) => sum + weight, 0);
  let left = random() * total;
  for (const [weight, draw] of DRAWN) {
    left -= weight;
    if (left < 0) return draw(random, scenario);
  }
  return undefined;
}

function drawResponse(random: Random): Intervention | undefined {
  const given = pick(random, Object.values(GATEWAY_RESPONSES));
  if (given === undefined) return undefined;
  return { kind: 'respond', with: given, when: given.mayFollowProcessing ? whenOf(random) : 'before' };
}

function drawForeign(random: Random, { foreign }: HostileScenario): Intervention | undefined {
  const write = pick(random, foreign);
  return write === undefined ? undefined : { kind: 'foreign', write, when: whenOf(random) };
}

function whenOf(random: Random): 'before' | 'after' {
  return random() < 0.5 ? 'before' : 'after';
}
