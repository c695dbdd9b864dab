import { PromoteError } from '../domain/errors.ts';
import { MAX_ERROR_BYTES, type FailedAnswer } from './errors.ts';
import type { HttpRequest } from './request.ts';
import { mayRetryRefusal, requestedDelay } from './retry.ts';
import type { Answer } from './transport.ts';

/** A try that failed. */
export interface Failure {
  readonly error: PromoteError;
  /** Whether another try may do better, and does no harm. */
  readonly again: boolean;
  /** Whether no answer came. */
  readonly unanswered: boolean;
  /** How long the server asked to wait, milliseconds. */
  readonly asked?: number;
}

/** What an answer that is no success tells; its body is read as far as an error may be long. */
export async function refused(
  answer: Answer,
  request: HttpRequest,
  { call, now, errorOf }: { call: string; now: number; errorOf: (failed: FailedAnswer) => PromoteError },
): Promise<Failure> {
  const body = await answer.text(MAX_ERROR_BYTES).catch(() => '');
  const failed = { status: answer.status, headers: answer.headers, body, call };
  const asked = requestedDelay(failed, now);
  const error = errorOf(failed);
  return {
    error: withDelay(error, asked),
    again: mayRetryRefusal(error, answer.status, request.retry) && request.lasting?.test(body) !== true,
    unanswered: false,
    ...(asked === undefined ? {} : { asked }),
  };
}

/** The error with the time that the server asked to wait, for whoever decides about another try. */
function withDelay(error: PromoteError, asked: number | undefined): PromoteError {
  return asked === undefined
    ? error
    : new PromoteError(error.message, { ...error.details, retryAfter: asked });
}

/** The error of the last of so many tries, over so many milliseconds, with the time that the server asked to wait. */
export function afterTries(
  error: PromoteError,
  tries: number,
  ms: number,
  asked: number | undefined,
): PromoteError {
  const wait = asked === undefined ? '' : `the server asked to wait ${Math.ceil(asked / 1000)} s`;
  const tried = tries === 1 ? '' : `Tried ${tries} times in ${Math.round(ms / 1000)} s`;
  const said = [tried, wait].filter((each) => each !== '').join('; ');
  if (said === '') return error;
  const message = `${error.message} ${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
  return new PromoteError(message, { ...error.details, cause: error });
}

/** A new token does not help either, so it is not the token's age. */
export function refusedAgain(error: PromoteError): PromoteError {
  return new PromoteError(`${error.message} A new token was refused too.`, {
    ...error.details,
    fix: 'Check that host is the workspace that the sign-in is for, and that the principal is active and assigned to it.',
    cause: error,
  });
}
