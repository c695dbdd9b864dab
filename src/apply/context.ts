import type { Finding } from '../domain/decision.ts';
import type { Change, ChangeState, PlannedChange } from '../plan/change.ts';
import type { Clock, Logger, Random } from '../domain/ports.ts';
import type { MoveAuthor } from '../policy/alias/history.ts';
import type { RegistryWriter } from '../registry/port.ts';
import type { Snapshot } from '../facts/snapshot.ts';

/** A planned change as it is made now; undefined where it already is so. */
export interface ResolvedChange {
  readonly planned: PlannedChange;
  readonly made: Change | undefined;
}

/** Where apply notes what it is about to do, so that a later step knows when this one died. */
export interface Journal {
  /** What was decided on and is to be made. */
  plan(changes: readonly PlannedChange[]): void;
  /** Planned changes as they are made now. */
  resolve(pairs: readonly ResolvedChange[]): void;
  /** Planned changes that other ones are planned in place of. */
  drop(changes: readonly PlannedChange[]): void;
  begin(change: Change): void;
  end(change: Change, state: ChangeState): void;
  /** Changes that are made no more; those that were written stay as they are. */
  giveUp(changes: readonly Change[]): void;
  /** What runs elsewhere and is waited for, or nothing any more. */
  wait(work: string | undefined): void;
}

/** What apply works with: the only place that is handed a writer. */
export interface ApplyContext {
  readonly snapshot: Snapshot;
  readonly writer: RegistryWriter;
  readonly journal: Journal;
  readonly log: Logger;
  /** Notes a finding under the name of a check, at once: whatever ends the run later, its report has it. */
  readonly warn: (check: string, finding: Finding) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Whom the records of moves name. */
  readonly author: MoveAuthor;
}
