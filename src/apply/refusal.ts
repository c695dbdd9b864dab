import { hasCode, type PromoteError } from '../domain/errors.ts';

/**
 * Whether a registry refused a write for certain, for want of a right or of room, so that it is not made. What this machine
 * refuses by itself is none; everything else is a failure like any other.
 */
export function isRefusal(error: unknown): error is PromoteError {
  return (
    hasCode(error, 'permission-denied', 'invalid-input', 'limit-reached', 'rejected') &&
    error.details.httpStatus !== undefined
  );
}
