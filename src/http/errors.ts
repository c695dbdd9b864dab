import { PromoteError, type ErrorCode } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import { show } from '../domain/printable.ts';
import { limitOf, type Limit } from './limits.ts';
import { refusedAccess } from './refused-access.ts';

/** What an answer that is not a success says of itself. */
export interface FailedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** `GET /api/…/{name}`: the call in words, without its data. */
  readonly call: string;
}

/** As much of an error's body as may hold its JSON. */
export const MAX_ERROR_BYTES = 64 * 1024;

interface ErrorBody {
  readonly code?: string;
  readonly message: string;
  readonly requestId?: string;
}

const BY_ERROR_CODE: Readonly<Record<string, ErrorCode>> = {
  RESOURCE_DOES_NOT_EXIST: 'not-found',
  NOT_FOUND: 'not-found',
  CATALOG_DOES_NOT_EXIST: 'not-found',
  SCHEMA_DOES_NOT_EXIST: 'not-found',
  METASTORE_DOES_NOT_EXIST: 'not-found',
  PRINCIPAL_DOES_NOT_EXIST: 'not-found',
  INVALID_PARAMETER_VALUE: 'invalid-input',
  INVALID_ARGUMENT: 'invalid-input',
  RESOURCE_ALREADY_EXISTS: 'already-exists',
  ALREADY_EXISTS: 'already-exists',
  RESOURCE_CONFLICT: 'conflict',
  ABORTED: 'conflict',
  PERMISSION_DENIED: 'permission-denied',
  UNAUTHENTICATED: 'unauthenticated',
  CUSTOMER_UNAUTHORIZED: 'unauthenticated',
  REQUEST_LIMIT_EXCEEDED: 'rate-limited',
  RESOURCE_EXHAUSTED: 'rate-limited',
  QUOTA_EXCEEDED: 'limit-reached',
  TEMPORARILY_UNAVAILABLE: 'unavailable',
  INTERNAL_ERROR: 'unavailable',
  DEADLINE_EXCEEDED: 'unavailable',
  UNKNOWN: 'unavailable',
  DATA_LOSS: 'unavailable',
  NOT_IMPLEMENTED: 'unsupported',
  // Comes with 400, 403 or 404, and says nothing of an object.
  FEATURE_DISABLED: 'unsupported',
};

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  409: 'conflict',
  429: 'rate-limited',
  499: 'unavailable',
  501: 'unsupported',
};

const BY_LIMIT: Readonly<Record<Limit, ErrorCode>> = { requests: 'rate-limited', objects: 'limit-reached' };

/** Whether a code of a server means that it fails for a while, whatever the status that comes with it. */
export function isOutageCode(serverCode: string | undefined): boolean {
  return serverCode !== undefined && BY_ERROR_CODE[serverCode] === 'unavailable';
}

const OUTCOME_OF: Partial<Readonly<Record<ErrorCode, Outcome>>> = {
  'not-found': 'invalid',
  'invalid-input': 'invalid',
  'already-exists': 'conflict',
  conflict: 'conflict',
  'permission-denied': 'denied',
  unauthenticated: 'denied',
  'rate-limited': 'unavailable',
  'limit-reached': 'blocked',
  unavailable: 'unavailable',
  unsupported: 'unsupported',
  rejected: 'error',
};

const FIX_OF: Partial<Readonly<Record<ErrorCode, string>>> = {
  'not-found': 'Check the name and the host. What the caller may not see may be told as not there.',
  'invalid-input': 'Mend what the message names, and run again.',
  'already-exists': 'Run again: what is there now is looked at first.',
  conflict: 'Something else changed it at the same time. Look at it, and run again.',
  'permission-denied': 'Run gate-on-grants for this principal: it names each right that is missing.',
  unsupported: 'The host does not have this interface. Check that it is the host that was meant.',
  rejected:
    'The registry refused the request as it is. Run again with debug logging, and report it with the request id.',
  unauthenticated: 'Check that the token is the one of this host and has not expired.',
  'rate-limited': 'The workspace limits its callers; run again later.',
  'limit-reached':
    'There is no room for one more: delete what the message counts and nobody needs, or have the limit raised. Trying again alone changes nothing.',
  unavailable: 'Run again later; if it stays, look at the status of the workspace.',
};

/**
 * The error of a failed answer: its `error_code` decides, then the status (auth-and-http §9; uc-protocol §13.2).
 * The server's message is kept; text of gateways and pages is cut.
 */
export function errorFromResponse(response: FailedResponse): PromoteError {
  const redirect = redirectError(response);
  if (redirect !== undefined) return redirect;
  const page = isHtml(response);
  const body: ErrorBody = page ? { message: pageText(response.body) ?? '' } : readBody(response);
  const access = response.status === 403 ? refusedAccess(body.message) : undefined;
  if (access === undefined && page) return htmlError(response);
  if (access === undefined && isForeign(response, body)) {
    const problem = `is HTTP ${response.status} without an error code of a registry: ${body.message}`;
    const { message, details } = protocolError(problem, response.call);
    return body.code === undefined
      ? new PromoteError(message, details)
      : new PromoteError(message, { ...details, httpStatus: response.status, serverCode: body.code });
  }
  const limit =
    access === undefined ? limitOf({ ...response, code: body.code, message: body.message }) : undefined;
  const code =
    access?.code ??
    (limit === undefined ? undefined : BY_LIMIT[limit]) ??
    (body.code === undefined ? undefined : BY_ERROR_CODE[body.code]) ??
    BY_STATUS[response.status] ??
    (response.status >= 500 || response.status === 408 ? 'unavailable' : 'rejected');
  const label = body.code ?? `HTTP ${response.status}`;
  const fix = access?.fix ?? FIX_OF[code];
  return new PromoteError(`${label}: ${body.message} (${response.call})`, {
    code,
    outcome: access?.outcome ?? OUTCOME_OF[code] ?? 'error',
    httpStatus: response.status,
    ...(fix === undefined ? {} : { fix }),
    ...(body.code === undefined ? {} : { serverCode: body.code }),
    ...(body.requestId === undefined ? {} : { requestId: body.requestId }),
  });
}

/**
 * A refusal that no registry gives: its refusals are JSON with a code. A 404 or 403 of a gateway, or of a host that is
 * no workspace, must not be taken for what a registry says about an object.
 */
function isForeign(response: FailedResponse, body: ErrorBody): boolean {
  if (response.status === 404) return body.code === undefined || body.code === 'ENDPOINT_NOT_FOUND';
  return response.status === 403 && body.code === undefined && !/^\s*\{/u.test(response.body);
}

/** Why a transport ended an answer that had begun: it dripped on beyond the time for all of it, in milliseconds. */
export class SlowResponse extends Error {
  readonly code = 'SLOW_ANSWER';

  constructor(ms: number) {
    super(`had not ended after ${ms / 1000} s`);
  }
}

const MORE_TIME =
  ' A host that is only slow, as an MLflow server that fetches large files from a cloud, gets more time by response-timeout.';

/** Codes of undici for a host that was reached, and then silent for too long. */
const TIMED_OUT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** The error of a request that got no answer, or not a whole one. */
export function errorFromFailure(cause: unknown, call: string): PromoteError {
  const code = causeCode(cause);
  if (cause instanceof SlowResponse) {
    const fix = 'Something on the way holds answers back: check proxies and gateways, and run again.';
    const message = `The answer of ${call} ${cause.message}, and was broken off.`;
    return new PromoteError(message, { code: 'unavailable', outcome: 'unavailable', fix, cause });
  }
  const tls = /CERT|SELF_SIGNED|TLS|SSL|ALTNAME|UNABLE_TO_VERIFY/u.test(code);
  const message = tls
    ? `The TLS certificate of the host was not accepted (${code}) at ${call}.`
    : `No answer from the host (${code}) at ${call}.`;
  const fix = tls
    ? 'If the host stands behind a private certificate authority, name its file in NODE_EXTRA_CA_CERTS of the runner.'
    : `Check the host, the network and the proxy variables (HTTPS_PROXY, NO_PROXY) of the runner.${TIMED_OUT.has(code) ? MORE_TIME : ''}`;
  return new PromoteError(message, { code: 'unavailable', outcome: 'unavailable', fix, cause });
}

/** The error of an answer that came whole and is not what the API promises. */
export function protocolError(problem: string, call: string, cause?: unknown): PromoteError {
  return new PromoteError(`The answer of ${call} ${problem}.`, {
    code: 'protocol',
    outcome: 'unavailable',
    fix: 'Check that host is a Databricks workspace, and that no proxy or gateway answers in its place.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The page that a login or a gateway sends in place of an answer. */
export function htmlError(response: FailedResponse): PromoteError {
  const title = /<title>([^<]{1,200})<\/title>/iu.exec(response.body)?.[1];
  const said = pageText(response.body);
  const named = `${title === undefined ? '' : ` titled "${show(title.trim())}"`}${said === undefined ? '' : ` that says "${said}"`}`;
  const { message, details } = protocolError(
    `is an HTML page${named}, not JSON (HTTP ${response.status}): a login page, a gateway, or a host of several workspaces without workspace-id`,
    response.call,
  );
  return new PromoteError(message, { ...details, httpStatus: response.status });
}

/** What the server behind a page says: the text of its `<pre>` (auth-and-http §9.1). */
function pageText(body: string): string | undefined {
  const text = /<pre>([^<]{1,2000})<\/pre>/iu.exec(body)?.[1]?.trim();
  return text === undefined || text === '' ? undefined : show(text, 300);
}

/** True when the answer is an HTML page whatever it claims to be. */
export function isHtml(response: Pick<FailedResponse, 'headers' | 'body'>): boolean {
  return (
    /text\/html/iu.test(header(response.headers, 'content-type')) ||
    /^\s*<(!doctype|html)/iu.test(response.body)
  );
}

/** A header's value as text, empty when absent. */
export function header(headers: FailedResponse['headers'], name: string): string {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}

/** The system's or undici's code of a failed request, or the error's name. */
export function causeCode(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return causeCode(cause.errors[0]);
  if (!(cause instanceof Error)) return 'unknown';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return cause.cause === undefined ? cause.name : causeCode(cause.cause);
}

function redirectError(response: FailedResponse): PromoteError | undefined {
  if (response.status < 300 || response.status >= 400) return undefined;
  const location = header(response.headers, 'location');
  const privateLink = location.includes('private-link-validation-error');
  const why = privateLink
    ? 'the workspace allows private link only, and this runner is outside of it'
    : 'a redirect, and none is followed with credentials: most often a wrong host or a login page';
  return protocolError(`is HTTP ${response.status}: ${why}`, response.call);
}

function readBody(response: FailedResponse): ErrorBody {
  const text = response.body.trim();
  const fallback = { message: text === '' ? 'no message' : show(text, 300) };
  const plain = /^([A-Z_]{3,60}): ([\s\S]*)$/u.exec(text);
  if (plain?.[1] !== undefined) return { code: plain[1], message: show(plain[2] ?? '', 1000) };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return fallback;
  }
  if (typeof parsed !== 'object' || parsed === null) return fallback;
  const fields = new Map(Object.entries(parsed));
  const textOf = (key: string) => {
    const value: unknown = fields.get(key);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const oauth =
    textOf('errorCode') ?? (textOf('error_description') === undefined ? undefined : textOf('error'));
  const code =
    textOf('error_code') ??
    oauth ??
    (textOf('scimType') === undefined ? undefined : `SCIM_${response.status}`);
  const message =
    textOf('message') ??
    textOf('detail') ??
    textOf('error_description') ??
    textOf('errorSummary') ??
    textOf('error') ??
    'no message';
  const requestId = requestIdOf(fields.get('details')) ?? header(response.headers, 'x-request-id');
  return {
    message: show(message, 1000),
    ...(code === undefined ? {} : { code }),
    ...(requestId === '' ? {} : { requestId }),
  };
}

function requestIdOf(details: unknown): string | undefined {
  if (!Array.isArray(details)) return undefined;
  for (const item of details as unknown[]) {
    if (
      typeof item === 'object' &&
      item !== null &&
      'request_id' in item &&
      typeof item.request_id === 'string'
    ) {
      return show(item.request_id, 100);
    }
  }
  return undefined;
}
