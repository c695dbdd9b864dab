import type { Change, ChangeState } from '../domain/change.ts';
import type { Clock, Logger, Random } from '../domain/ports.ts';
import type { MoveAuthor } from '../policy/alias-history.ts';
import type { Snapshot } from '../facts/snapshot.ts';

/** Where the interpreter notes what it is about to do, so that a later step can tell when this one died. */
export interface Journal {
  /** What was decided on and is to be made. */
  plan(changes: readonly Change[]): void;
  begin(change: Change): void;
  end(change: Change, state: ChangeState): void;
}

/** What the interpreter works with. */
export interface ApplyContext {
  readonly snapshot: Snapshot;
  readonly journal: Journal;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Whom the records of moves name. */
  readonly author: MoveAuthor;
}
