import { PROD } from '../../../emulator/seeds/demo-models.ts';
import { Stage, type FinishedRun, type Setting } from '../stage.ts';
import type { Trial } from '../trial.ts';

/**
 * A schedule that somebody found, by the row of the list of faults that it belongs to, or by what holds. `scenario` gives one
 * sentence for each thing that is wrong; the rules that hold of any schedule are judged too.
 */
export function named(name: string, setting: Setting, scenario: (stage: Stage) => Promise<string[]>): Trial {
  return {
    name,
    schedule: ['test/hostile/named has it.'],
    again: `--only '${name.replaceAll("'", String.raw`'\''`)}'`,
    perform: () => Stage.with(setting, async (stage) => [...(await scenario(stage)), ...stage.faults()]),
  };
}

/** A sentence, unless something is so. */
export function unless(isSo: boolean, otherwise: string): string[] {
  return isSo ? [] : [otherwise];
}

/** What is wrong when a run did not end with one of these outcomes. */
export function endsWith(ran: FinishedRun, ...outcomes: readonly string[]): string[] {
  const said = `${ran.run} ended with ${ran.outcome}, not ${outcomes.join(' or ')}: ${ran.report?.verdict}`;
  return unless(ran.outcome !== undefined && outcomes.includes(ran.outcome), said);
}

/** What is wrong when the registry has changed before. */
export function isUntouched({ history }: Stage): string[] {
  const same = JSON.stringify(history.state) === JSON.stringify(history.before);
  return unless(same, 'Something was written.');
}

/** What is wrong when an alias of the prod model does not name a version. */
export function aliasNames({ history }: Stage, alias: string, version: number | undefined): string[] {
  const now = history.state.models[PROD]?.aliases[alias];
  return unless(now === version, `${alias} names ${now}, not ${version}.`);
}

/** What is wrong when a strike did not meet its request. */
export function wasStruck(ran: FinishedRun): string[] {
  return ran.missed.map(() => `${ran.run}: a request that was to be struck did not come.`);
}

/** How often a run sent a request. */
export function sentOf({ points }: FinishedRun, method: string, path: RegExp): number {
  return points.filter((point) => point.method === method && path.test(point.path)).length;
}
