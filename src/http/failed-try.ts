import { PromoteError, type ErrorDetails } from '../domain/errors.ts';
import { MAX_ERROR_BYTES, type FailedResponse } from './failed-response.ts';
import { TOKEN_FIX } from './refused-access.ts';
import type { HttpRequest } from './request.ts';
import { mayRetryRefusal, requestedDelay } from './retry.ts';
import type { Response } from './transport.ts';

/** One try of a request. */
export interface Try {
  /** The call in words. */
  readonly call: string;
  readonly responseBody: 'whole' | 'streams';
  /** When the caller asked for it, by the clock. */
  readonly askedAt: number;
  /** The end of the budget, by the clock. */
  readonly until: number;
}

/** A try that failed. */
export interface Failure {
  readonly error: PromoteError;
  /** Whether another try may do better, and does no harm. */
  readonly again: boolean;
  /** Whether no response came. */
  readonly withoutResponse: boolean;
  /** How long the server asked to wait, milliseconds. */
  readonly asked?: number;
}

/** What a response that is no success says; its body is read as far as an error may be long. */
export async function refused(
  response: Response,
  request: HttpRequest,
  { call, now, errorOf }: { call: string; now: number; errorOf: (failed: FailedResponse) => PromoteError },
): Promise<Failure> {
  const body = await response.text(MAX_ERROR_BYTES).catch(() => '');
  const failed = { status: response.status, headers: response.headers, body, call };
  const asked = requestedDelay(failed, now);
  const error = errorOf(failed);
  return {
    error: withDelay(isLimited(error, response.status) ? unprocessed(error, 'limited') : error, asked),
    again: mayRetryRefusal(error, response.status, request.retry) && request.permanent?.test(body) !== true,
    withoutResponse: false,
    ...(asked === undefined ? {} : { asked }),
  };
}

/** The error with the time that the server asked to wait, for whoever decides about another try. */
function withDelay(error: PromoteError, asked: number | undefined): PromoteError {
  return asked === undefined
    ? error
    : new PromoteError(error.message, { ...error.details, retryAfter: asked });
}

/** Whether a request was not taken on for now: 425 (RFC 8470 §5.2), or a limit on requests, whatever its status. */
function isLimited(error: PromoteError, status: number): boolean {
  return status === 425 || error.details.code === 'rate-limited';
}

/** The error of a request that certainly was not processed, for whoever decides about another try. */
export function unprocessed(
  error: PromoteError,
  why: NonNullable<ErrorDetails['unprocessed']>,
): PromoteError {
  return new PromoteError(error.message, { ...error.details, unprocessed: why });
}

/** The error of a token that the host does not accept, saying where the token was given. */
export function ofToken(error: PromoteError, from: string | undefined): PromoteError {
  if (from === undefined || error.details.fix !== TOKEN_FIX) return error;
  const fix = `Check that the token (${from}) belongs to this host and has not expired.`;
  return new PromoteError(error.message, { ...error.details, fix });
}

/** The error of a write that was not sent: what it rests on was looked at too long ago, milliseconds. */
export function tooLate(call: string, ms: number): PromoteError {
  const message = `${call} was not sent: waiting for its turn or its token took ${Math.round(ms / 1000)} s, and the values that it depends on may have changed.`;
  return new PromoteError(message, {
    code: 'unavailable',
    outcome: 'unavailable',
    unprocessed: 'late',
    fix: 'Run the step again later. If the error persists, check the status of the workspace.',
  });
}

/** A failure of a try that was signed. */
interface SignedFailure extends Failure {
  /** The headers that had signed it. */
  readonly signed: Readonly<Record<string, string>>;
}

/** What became of one try. */
export type Attempt<T> = { readonly value: T } | SignedFailure;
