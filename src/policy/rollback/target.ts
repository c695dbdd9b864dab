import { judgeHistory, type AliasHistory, type MoveEntry } from '../alias/history.ts';

/** What is asked of a rollback. */
export interface RollbackRequest {
  /** The bad version. */
  readonly from: number;
  /** Where to; undefined for what the alias named before the bad one. */
  readonly to: number | undefined;
  /** Whether an alias that named nothing before may be deleted. */
  readonly allowDelete: boolean;
}

/** What is known of the alias. */
export interface RollbackFacts {
  readonly now: number | null;
  /** Its moves, newest first. */
  readonly moves: readonly MoveEntry[];
}

/** Where a rollback leads, and the entry of the record that this rests on, where nobody named it. */
export type RollbackTarget =
  /** The alias is moved there; null deletes it. */
  | { readonly kind: 'go'; readonly to: number | null; readonly rests?: MoveEntry }
  /** The alias is there already. */
  | { readonly kind: 'there'; readonly to: number | null; readonly rests?: MoveEntry }
  /** The alias names neither the bad version nor the target. */
  | { readonly kind: 'moved'; readonly now: number | null }
  /** It named nothing before the bad one, and it was not allowed to delete it. */
  | { readonly kind: 'named-nothing'; readonly rests: MoveEntry }
  /** The record does not say what it named before. */
  | { readonly kind: 'unknown'; readonly history: AliasHistory };

/**
 * Where a rollback leads. Without a target it is what the alias named when the newest entry of its record was written, which must
 * be the move onto the bad version and have been made.
 */
export function rollbackTarget(request: RollbackRequest, { now, moves }: RollbackFacts): RollbackTarget {
  const { from, to, allowDelete } = request;
  if (to !== undefined) {
    if (now === to) return { kind: 'there', to };
    return now === from ? { kind: 'go', to } : { kind: 'moved', now };
  }
  if (now !== from) {
    // Pressed again: the alias is where the move onto the bad version came from.
    const onto = moves.find((move) => move.to === from && move.from !== from);
    return onto !== undefined && onto.from === now
      ? { kind: 'there', to: now, rests: onto }
      : { kind: 'moved', now };
  }
  const history = judgeHistory(moves, now);
  const rests = trustedMove(history, from);
  if (rests === undefined) return { kind: 'unknown', history };
  if (rests.from === null && !allowDelete) return { kind: 'named-nothing', rests };
  return { kind: 'go', to: rests.from, rests };
}

/**
 * The move onto the bad version that a rollback may rest on. A move that was begun and not made after it counts for nothing only
 * where it is such a rollback itself, whose run died: it leads to where the move came from.
 */
function trustedMove(history: AliasHistory, from: number): MoveEntry | undefined {
  const move =
    history.kind === 'trusted'
      ? history.move
      : history.kind === 'interrupted' && history.before?.from === history.interrupted.to
        ? history.before
        : undefined;
  return move === undefined || move.to !== from || move.from === from ? undefined : move;
}
