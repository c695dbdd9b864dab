import type { KnownMove, MovesBetween } from './audited-move.ts';
import { counted } from './count.ts';
import { show } from './printable.ts';

/** That nothing in an audit log proves nothing. */
export const ROWS_ARRIVE_LATE = 'rows arrive late, and can be missing';

/** Who made an audited move, and when. */
export function moverText({ who, at }: Pick<KnownMove, 'who' | 'at'>): string {
  return `${who === undefined ? 'somebody whom the log does not name' : show(who, 80)} at ${show(at, 40)}`;
}

/** What an audited move did: `moved to version 2 by ada at …`. */
export function auditedText(move: KnownMove): string {
  return `${move.to === null ? 'deleted' : `moved to version ${move.to}`} by ${moverText(move)}`;
}

/** What an audit log says of how an alias came to name what it names, as a sentence. */
export function nowText({ moves, unclear, isCut }: MovesBetween, now: number | null): string {
  const last = moves.at(-1);
  if (last === undefined)
    return unclear > 0
      ? `The audit log has ${unclearText(unclear)}.`
      : `The audit log has no move of it${isCut ? ' among the newest' : ''}: ${ROWS_ARRIVE_LATE}.`;
  const doubt =
    last.to === now
      ? unclear > 0
        ? `; it also has ${unclearText(unclear)}`
        : ''
      : `, which is not what it names now: ${ROWS_ARRIVE_LATE}`;
  return `By the audit log it was last ${auditedText(last)}${doubt}.`;
}

/** Moves that may be of another alias. */
export function unclearText(unclear: number): string {
  return `${counted(unclear, 'move')} of the model's aliases that ${unclear === 1 ? 'does' : 'do'} not say which alias, which version or whether it was made`;
}
