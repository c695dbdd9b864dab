import type { ErrorCode, PromoteError } from '../domain/errors.ts';
import type { HttpRequest, RetryRule } from './request.ts';
import { causeCode } from './unanswered.ts';
import { header, type FailedResponse } from './failed-response.ts';
import { isOutageCode } from './error-codes.ts';
import { ProxyFailure } from './proxy-failure.ts';

/** Statuses after which a repeatable request is sent again; 429 is repeatable always, since it was not processed. */
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether a response of this status may be asked for again. */
export function mayRetryStatus(status: number, retry: RetryRule): boolean {
  return retry === 'safe' ? TRANSIENT.has(status) : retry === 'if-unprocessed' && status === 429;
}

/** Refusals that stay what they are, whatever the status that they come with. */
const PERMANENT: ReadonlySet<ErrorCode> = new Set([
  'limit-reached',
  'permission-denied',
  'unauthenticated',
  'not-found',
  'already-exists',
  'conflict',
  'invalid-input',
  'unsupported',
]);

/** Whether a request that was refused may be sent again: by what the refusal means, and else by its status. */
export function mayRetryRefusal(error: PromoteError, status: number, retry: RetryRule): boolean {
  const { code, serverCode } = error.details;
  // It was not processed.
  if (code === 'rate-limited') return retry !== 'never';
  if (PERMANENT.has(code)) return false;
  return mayRetryStatus(status, retry) || (retry === 'safe' && status < 500 && isOutageCode(serverCode));
}

/** Failures before a byte was sent: not processed whatever the request was. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Failures that trying again cannot fix. */
const FINAL =
  /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|ENOTFOUND|UND_ERR_DESTROYED|UND_ERR_CLOSED|UND_ERR_INVALID_ARG|^HTTP_4|EPROTO/u;

/** Whether a failed connection shows that the request was not processed: so does a proxy that let nothing through. */
export function wasNotSent(cause: unknown): boolean {
  return cause instanceof ProxyFailure || NOT_SENT.has(causeCode(cause));
}

/** Whether a request that got no response may be sent again; `notSent` where it is known that nothing was processed. */
export function mayRetryFailure(code: string, retry: RetryRule, notSent = NOT_SENT.has(code)): boolean {
  return !FINAL.test(code) && (retry === 'safe' || (retry === 'if-unprocessed' && notSent));
}

/**
 * How long a server asks to wait, from `Retry-After` in seconds or as a date, from the end of a limit of GitHub's, or from
 * `RetryInfo`; milliseconds.
 */
export function requestedDelay(
  response: Pick<FailedResponse, 'headers' | 'body'>,
  now: number,
): number | undefined {
  const value = header(response.headers, 'retry-after').trim();
  if (/^\d{1,9}$/u.test(value)) return Number(value) * 1000;
  const date = value === '' ? Number.NaN : Date.parse(value);
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  // GitHub says so of its limit of an hour (docs.github.com, "Rate limits for the REST API").
  const reset = header(response.headers, 'x-ratelimit-reset');
  if (header(response.headers, 'x-ratelimit-remaining') === '0' && /^\d{10}$/u.test(reset))
    return Math.max(0, Number(reset) * 1000 - now);
  const info = /"retry_?[dD]elay"\s*:\s*"(\d{1,6}(?:\.\d+)?)s"/u.exec(response.body)?.[1];
  return info === undefined ? undefined : Number(info) * 1000;
}

/** Without any response there is little hope: tries of a request whose connection fails. */
const MAX_CONNECTION_TRIES = 4;

/** A request that was not sent cost the host nothing. */
export function triesWithoutResponse(
  { silentTries = MAX_CONNECTION_TRIES }: HttpRequest,
  error: PromoteError,
): number {
  return error.details.unprocessed === 'not-sent' ? MAX_CONNECTION_TRIES : silentTries;
}
