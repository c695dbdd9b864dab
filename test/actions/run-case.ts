import type { Emulator, EmulatorOptions } from '../../emulator/index.ts';
import type { ActionCase } from './action-cases.ts';
import { world, type ActionRun, type RunOptions } from './harness.ts';

/** How a case is played: in which world, with what prepared beside its own, and how it is run. */
export interface CaseOptions {
  readonly emulator?: EmulatorOptions;
  readonly prepare?: (emulator: Emulator) => void;
  readonly run?: RunOptions;
}

/** Outcomes by which an action says that it did not do it. */
const REFUSALS = ['denied', 'blocked', 'conflict', 'invalid', 'unavailable', 'partial', 'unsupported'];

/** Plays a case in a fresh world. */
export async function runCase(each: ActionCase, how: CaseOptions = {}): Promise<ActionRun> {
  const { run, emulator } = await world(how.emulator);
  each.prepare?.(emulator.metastore);
  how.prepare?.(emulator);
  return run(each.action, each.inputs, {
    ...(each.token === undefined ? {} : { token: each.token }),
    ...how.run,
  });
}

/**
 * What is wrong with how a case ended. Where `mayRefuse`, it may refuse for a reason of the world around it; it never
 * may say a success that is none, end as a fault of this tool, or change something and not say so.
 */
export function faultsOf(each: ActionCase, seen: ActionRun, mayRefuse: boolean): string[] {
  const { outcome = '' } = seen.outputs;
  if (outcome === 'ok' || outcome === 'noop') {
    return each.outcome === outcome ? each.faultsOfSuccess(seen) : [`it says ${outcome}`];
  }
  const said = `${outcome}: ${seen.report.verdict}`;
  // A file that has changed listed is no fault of this tool either.
  const isHonest = REFUSALS.includes(outcome) || (mayRefuse && seen.report.error?.code === 'verification');
  if (!isHonest) return [`it ended with ${said}`];
  if (outcome !== each.outcome && !mayRefuse) return [`it was refused: ${said}`];
  const changed = JSON.stringify(seen.before) !== JSON.stringify(seen.after);
  return changed && seen.outputs['changed'] !== 'true'
    ? [`it changed something and does not say so: ${said}`]
    : [];
}
