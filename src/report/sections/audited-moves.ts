import { auditedText, ROWS_ARRIVE_LATE } from '../../domain/audited-move-text.ts';
import type { AuditedMoment } from '../../policy/alias/audited-past.ts';

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
