import { PromoteError, type ErrorCode } from '../../domain/errors.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Check } from '../../plan/check.ts';

/** What refused. */
export interface Refusal {
  readonly outcome: Outcome;
  readonly checks: readonly Check[];
  /** What a refusal for want of rights says in place of the first finding: a clause. */
  readonly denial: string | undefined;
}

/** The error of checks that refused something: their findings are the message. */
export function refusalError(subject: string, { outcome, checks, denial }: Refusal): PromoteError {
  const errors = checks
    .flatMap((check) => check.decision?.findings ?? [])
    .filter((finding) => finding.severity === 'error');
  const first = errors[0];
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const isDenied = outcome === 'denied';
  const code: ErrorCode = isDenied ? 'permission-denied' : 'requirement';
  const message =
    isDenied && denial !== undefined
      ? `${denial}.`
      : `${subject} was refused: ${first?.message ?? 'a check failed.'}${more}`;
  return new PromoteError(message, {
    code,
    outcome,
    ...(first?.fix === undefined ? {} : { fix: first.fix }),
  });
}
