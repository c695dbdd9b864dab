import type { KnownMove, MovesBetween } from '../../domain/audited-move.ts';
import { counted } from '../../domain/count.ts';
import { show } from '../../domain/printable.ts';
import type { AuditedMoment } from '../../policy/audited-past.ts';

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

/** Why an audit log does not say either what an alias named at a moment, as a sentence. */
export function unknownMomentText({ why, move }: Extract<AuditedMoment, { kind: 'unknown' }>): string {
  switch (why) {
    case 'none':
      return `The audit log has no move of it there: ${ROWS_ARRIVE_LATE}.`;
    case 'unclear':
      return 'The audit log has moves there that do not say which alias or which version.';
    case 'later':
      return `The first move of it there that the audit log has is later${move === undefined ? '' : `: ${auditedText(move)}`}.`;
    case 'contradicts':
      return `The audit log contradicts the record, which stands: by the log it was last ${move === undefined ? 'moved elsewhere' : auditedText(move)}, which is not what the record found next.`;
  }
}

/** Moves that may be of another alias. */
export function unclearText(unclear: number): string {
  return `${counted(unclear, 'move')} of the model's aliases that ${unclear === 1 ? 'does' : 'do'} not say which alias, which version or whether it was made`;
}
