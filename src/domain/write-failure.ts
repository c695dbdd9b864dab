import { hasCode, PromoteError } from './errors.ts';

/** What a write that failed leaves open. */
export interface WriteFailure {
  /** Whether it may have been done all the same. */
  readonly mayBeDone: boolean;
  /** Whether another try may do better, once what the write rests on was looked at again. */
  readonly again: boolean;
}

/** Failures after which a write was not done and will not be done by another try. */
const REFUSALS = [
  'permission-denied',
  'unauthenticated',
  'other-identity',
  'invalid-input',
  'not-found',
  'already-exists',
  'conflict',
  'limit-reached',
  'rejected',
  'unsupported',
  'cancelled',
] as const;

/** Failures of which nobody knows whether the write was done. */
const OUTAGES = ['unavailable', 'protocol'] as const;

/** What the failure of one try of a write leaves open; anything that is not known of registries counts as done, perhaps. */
export function writeFailureOf(error: unknown): WriteFailure {
  const isUnprocessed = error instanceof PromoteError && error.details.unprocessed !== undefined;
  if (isUnprocessed || hasCode(error, 'rate-limited')) return { mayBeDone: false, again: true };
  if (hasCode(error, ...REFUSALS)) return { mayBeDone: false, again: false };
  return { mayBeDone: true, again: hasCode(error, ...OUTAGES) };
}
