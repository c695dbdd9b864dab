import type { Action } from '../../src/actions/contract/action.ts';
import type { ActionBench, RunOptions } from '../actions/harness.ts';

/** A run whose page is kept as a golden file. */
export interface PageCase {
  /** Its file is named by it. */
  readonly title: string;
  readonly action: Action;
  readonly inputs: Readonly<Record<string, string>>;
  /** Makes the world that the run finds; what it returns holds for the run beside `run`. */
  readonly prepare?: (bench: ActionBench) => Promise<RunOptions | undefined> | void;
  readonly run?: RunOptions;
}
