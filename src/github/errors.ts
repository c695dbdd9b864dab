import { PromoteError, type ErrorCode } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import { show } from '../domain/printable.ts';
import { foreignError } from '../http/errors.ts';
import { header, type FailedResponse } from '../http/failed-response.ts';
import { htmlError, isHtml } from '../http/html-page.ts';
import { fromPeer, type Peer } from '../http/peer.ts';

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  429: 'rate-limited',
};

const OUTCOME_OF: Partial<Readonly<Record<ErrorCode, Outcome>>> = {
  unauthenticated: 'denied',
  'permission-denied': 'denied',
  'not-found': 'denied',
  'rate-limited': 'unavailable',
  unavailable: 'unavailable',
};

/**
 * The error of a response of GitHub's that is no success. A 403 that a limit gave is no refusal of a right: it has
 * `retry-after`, or says that nothing remains, or names the limit (docs.github.com, "Rate limits for the REST API").
 */
export function errorOfGitHub(response: FailedResponse): PromoteError {
  if (isHtml(response)) return htmlError(response);
  const stated = messageIn(response.body);
  const message = stated ?? textOf(response.body);
  const isLimited = isLimit(response, message);
  // GitHub refuses in JSON with a message: anything else comes from what stands before it.
  if (stated === undefined && !isLimited && isRefusal(response.status))
    return foreignError(response, { message }, 'an error message of GitHub');
  const code = isLimited
    ? 'rate-limited'
    : (BY_STATUS[response.status] ??
      (response.status >= 500 || response.status === 408 ? 'unavailable' : 'rejected'));
  return new PromoteError(`HTTP ${response.status}: ${message} (${response.call})`, {
    code,
    outcome: OUTCOME_OF[code] ?? 'error',
    httpStatus: response.status,
    requestId: show(header(response.headers, 'x-github-request-id'), 100),
  });
}

/** GitHub's API, where it is asked. */
export const GITHUB: Peer = {
  name: 'GitHub',
  fix: 'Run the step again later. If the error persists, check the status of GitHub, the proxy variables of the runner and GITHUB_API_URL.',
};

/** The same error in words about GitHub, where those of the registries' client would mislead. */
export function reworded(error: unknown): unknown {
  if (!(error instanceof PromoteError) || error.details.code === 'cancelled') return error;
  const named = fromPeer(error, GITHUB);
  return error.details.code === 'rate-limited'
    ? new PromoteError(named.message, {
        ...named.details,
        fix: "GitHub limits the requests of a repository's jobs. Run the step again later.",
      })
    : named;
}

function isLimit(response: FailedResponse, message: string): boolean {
  if (response.status !== 403) return false;
  return (
    header(response.headers, 'retry-after') !== '' ||
    header(response.headers, 'x-ratelimit-remaining') === '0' ||
    /rate limit/iu.test(message)
  );
}

function isRefusal(status: number): boolean {
  return status < 500 && status !== 408 && status !== 429;
}

function messageIn(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) {
      return show(String(parsed.message), 300);
    }
  } catch {
    // What is no JSON says nothing of GitHub's.
  }
  return undefined;
}

function textOf(body: string): string {
  return body.trim() === '' ? 'no message' : show(body.trim(), 300);
}
