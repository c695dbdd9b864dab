import { PromoteError } from '../domain/errors.ts';
import type { HttpRequest } from './request.ts';

/** HTTP's safe methods change nothing (RFC 9110 §9.2.1), nor does a read that goes by another one. */
export function mayChange(request: HttpRequest): boolean {
  return request.reads !== true && request.method !== 'GET' && request.method !== 'HEAD';
}

/** The error of what a cancelled run does not do any more: nothing was sent. */
export function cancelled(): PromoteError {
  return new PromoteError('Cancelled: no further change was started.', {
    code: 'cancelled',
    outcome: 'error',
  });
}

/** The error of a request that may or may not have changed something. */
export function cancelledInFlight(call: string): PromoteError {
  return new PromoteError(`Cancelled before ${call} got a response; whether it took effect is unknown.`, {
    code: 'interrupted',
    outcome: 'error',
  });
}
