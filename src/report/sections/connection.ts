import { messageOf, type PromoteError } from '../../domain/errors.ts';
import { list, table, type Section } from '../document.ts';

/** Something that was tried, what it gave or why it failed, and how long it took. */
export interface Trial<T> {
  readonly name: string;
  readonly value?: T;
  readonly error?: PromoteError;
  readonly tookMs: number;
}

/** Tests, in order. */
export function trialsSection(trials: readonly Trial<unknown>[]): Section {
  return {
    title: 'Tests',
    folded: false,
    blocks: [
      table(
        ['What', 'Result', 'Time'],
        trials.map((trial) => [trial.name, responseOf(trial), `${Math.round(trial.tookMs)} ms`]),
        ['left', 'left', 'right'],
      ),
    ],
  };
}

/** The groups of the caller; undefined where it has none. */
export function groupsSection(groups: readonly string[]): Section | undefined {
  return groups.length === 0 ? undefined : { title: 'Groups', folded: true, blocks: [list(groups)] };
}

function responseOf({ value, error }: Trial<unknown>): string {
  if (error !== undefined) return `${error.details.outcome}: ${messageOf(error)}`;
  return typeof value === 'string' ? value : 'yes';
}
