import type { MetastoreSnapshot, VersionSnapshot } from '../../emulator/index.ts';
import { differences } from './difference.ts';
import type { Point } from './gateway.ts';
import { isChange } from './history.ts';
import { strikeText, type Strike } from './intervention.ts';
import type { HostileScenario } from './scenario.ts';
import { Stage, type FinishedRun } from './stage.ts';

/** One schedule in one world. */
export interface Trial {
  readonly name: string;
  /** What is printed of it when it fails, one line each. */
  readonly schedule: readonly string[];
  /** The arguments of `npm run test:hostile` that play it again. */
  readonly again: string;
  /** One sentence for each thing that is wrong. */
  readonly perform: () => Promise<readonly string[]>;
}

/** Outcomes that a run may end with when somebody else came between: it says that it did not do it. */
const REFUSALS = ['denied', 'blocked', 'conflict', 'invalid', 'error'];

/** The requests of a clean run of a scenario. Throws when that run does not hold. */
export async function discover(scenario: HostileScenario): Promise<readonly Point[]> {
  return Stage.with(scenario, async (stage) => {
    const ran = await stage.run(scenario.job);
    const faults = [
      ...stage.faults(),
      ...scenario.faultsOf({ before: stage.history.before, after: stage.history.state }),
    ];
    if (ran.outcome !== 'ok') faults.push(`It ended ${ran.outcome}: ${ran.report?.verdict}`);
    if (faults.length > 0) throw new Error(`${scenario.name}, a clean run: ${faults.join(' ')}`);
    return ran.points;
  });
}

/**
 * Runs a scenario with strikes in the way of each of its runs, then the same workflow run once more with nothing in its
 * way, and judges every write, what every run said, and the end.
 */
export async function performScenario(
  scenario: HostileScenario,
  struck: readonly (readonly Strike[])[],
): Promise<{ readonly faults: readonly string[]; readonly missed: readonly Strike[] }> {
  return Stage.with(scenario, async (stage) => {
    const missed: Strike[] = [];
    for (const [index, strikes] of struck.entries()) {
      const ran = await stage.run(scenario.job, { attempt: index + 1, strikes });
      missed.push(...ran.missed);
    }
    const last = await stage.run(scenario.job, { attempt: struck.length + 1 });
    return { faults: [...stage.faults(), ...faultsOfLast(scenario, stage, last)], missed };
  });
}

/** With nobody but the network in between, the last run completes what was asked for; else it may refuse. */
function faultsOfLast(scenario: HostileScenario, stage: Stage, last: FinishedRun): string[] {
  const { history } = stage;
  const worlds = {
    before: history.before,
    after: withoutNamedLeftovers(scenario.job.intent.model, stage, last),
  };
  const isAlone = !history.events.some(
    (each) =>
      (each.kind === 'began' && each.run.startsWith('B')) || (isChange(each) && each.by.kind === 'foreign'),
  );
  const said = `${last.outcome}: ${last.report?.verdict}`;
  if (last.outcome === 'ok' || last.outcome === 'noop') return isAlone ? [...scenario.faultsOf(worlds)] : [];
  if (isAlone) return [`The run afterwards ended ${said}`];
  return REFUSALS.includes(last.outcome ?? '') ? [] : [`The run afterwards ended ${said}`];
}

/**
 * The state without the pending versions that the last run names since it may not delete them, where the network made one
 * more than was asked for: whoever creates a version need not have the right to delete it.
 */
function withoutNamedLeftovers(name: string, { history }: Stage, { report }: FinishedRun): MetastoreSnapshot {
  const model = history.state.models[name];
  const hasDoubled = history.events.some(
    (each, index) =>
      isChange(each) &&
      each.by.kind === 'network' &&
      differences(history.stateAt(index), each.state).some(({ kind }) => kind === 'version-made'),
  );
  if (model === undefined || !hasDoubled) return history.state;
  const named = (report?.changes ?? []).flatMap(({ change, state }) =>
    change.kind === 'delete-version' && state === 'not-done' ? [change.version] : [],
  );
  const isLeft = ({ status, version }: VersionSnapshot) =>
    status === 'PENDING_REGISTRATION' && named.includes(version);
  const versions = Object.fromEntries(
    Object.entries(model.versions).filter(([, version]) => !isLeft(version)),
  );
  return { ...history.state, models: { ...history.state.models, [name]: { ...model, versions } } };
}

/** A trial that could not be drawn up, and has failed. */
export function broken(name: string, again: string, error: unknown): Trial {
  const why = error instanceof Error ? error.message : String(error);
  return { name, schedule: [], again, perform: async () => [why] };
}

/** The schedule of a scenario in words, for a reader of a failure. */
export function scheduleOf(scenario: HostileScenario, struck: readonly (readonly Strike[])[]): string[] {
  return [
    scenario.name,
    ...struck.flatMap((strikes, index) => strikes.map((each) => `run ${index + 1}: ${strikeText(each)}`)),
  ];
}
