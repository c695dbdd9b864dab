import { PromoteError } from './errors.ts';

/** A cancelled run begins no further change. */
export function refuseWhenCancelled(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new PromoteError('Cancelled: no further change was started.', {
      code: 'cancelled',
      outcome: 'error',
    });
  }
}
