import type { MovesBetween } from '../../domain/audited-move.ts';
import { decide, type Finding } from '../../domain/decision.ts';
import { hasCode, messageOf, PromoteError } from '../../domain/errors.ts';
import { whoMoved, type AuditedAlias, type SpanOfTime } from '../../facts/alias-moves.ts';
import { requireNeeds } from '../contract/capabilities.ts';
import type { ActionContext } from '../contract/context.ts';

/** What the audit log says, or why it could not be asked; undefined where it was not. */
export type Audited = { readonly log: MovesBetween } | { readonly unread: PromoteError } | undefined;

/** Asks the audit log who moved an alias. That it cannot be asked is handed back: what rests on the record is known all the same. */
export async function askWhoMoved(
  { destination: { registry } }: Pick<ActionContext<unknown>, 'destination'>,
  alias: AuditedAlias,
  span: SpanOfTime,
): Promise<Audited> {
  try {
    const log = await whoMoved(alias, span, registry);
    return log === undefined ? undefined : { log };
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled', 'interrupted')) throw error;
    return { unread: error };
  }
}

/** A warehouse is for the audit log: without one it has nothing to do. */
export function requireAuditLog(
  { destination: { registry } }: Pick<ActionContext<unknown>, 'destination'>,
  warehouse: string | undefined,
): void {
  if (warehouse !== undefined)
    requireNeeds('A question to the audit log', ['audit-log'], registry.capabilities);
}

/** Name of the check that says what became of the question. */
export const AUDIT_LOG_CHECK = 'Audit log';

/** That the audit log could not be asked, and why. */
export function unreadFinding(error: PromoteError, severity: Finding['severity']): Finding {
  const fix = error.details.fix ?? error.details.faults?.[0]?.fix;
  return {
    code: 'audit-log-unread',
    severity,
    message: `The audit log could not be asked: ${messageOf(error)}`,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Notes that the audit log could not be asked: it refuses under `fail`, by what was in the way. */
export function noteUnread(
  { record }: Pick<ActionContext<unknown>, 'record'>,
  error: PromoteError,
  mode: 'fail' | 'warn',
): void {
  const finding = unreadFinding(error, mode === 'fail' ? 'error' : 'warning');
  record.check(AUDIT_LOG_CHECK, mode, decide([finding]), '', error.details.outcome);
}
