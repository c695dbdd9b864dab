import { hasCode, messageOf, PromoteError, type ErrorCode } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import { show } from '../domain/printable.ts';
import { readErrorBody, type ErrorBody, type ErrorForm } from './error-body.ts';
import { limitOf, type Limit } from './limits.ts';
import { errorFromProxy, proxyFailureIn } from './proxy-failure.ts';
import { refusedAccess, TOKEN_FIX } from './refused-access.ts';

/** What a response that is not a success says. */
export interface FailedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** `GET /api/…/{name}`: the call in words, without its data. */
  readonly call: string;
}

/** As much of an error's body as may hold its JSON. */
export const MAX_ERROR_BYTES = 64 * 1024;

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
  FILES_API_API_IS_NOT_ENABLED: 'unsupported',
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
  'not-found':
    'Check the name and the host. The server may report an object as missing if the caller may not see it.',
  'invalid-input': 'Fix what the message names, then run the step again.',
  'already-exists': 'Run the step again. It reads the current state first.',
  conflict: 'Something else changed the object at the same time. Check it, then run the step again.',
  'permission-denied': 'Run gate-on-grants for this principal. It lists each missing right.',
  unsupported: 'The host does not have this API. Check that it is the intended host.',
  rejected:
    'The registry rejected the request. Run the step again with debug logging, and report the error with the request id.',
  unauthenticated: TOKEN_FIX,
  'rate-limited': 'The workspace limits requests. Run the step again later.',
  'limit-reached':
    'A limit is reached. Delete unused objects of the kind that the message counts, or have the limit raised.',
  unavailable: 'Run the step again later. If the error persists, check the status of the workspace.',
};

/** Who is asked: a registry, or an endpoint that gives tokens. */
export type Asked = 'registry' | 'token-endpoint';

/** The forms in which they refuse; whatever refuses in another one is a gateway, or another server altogether. */
const FORMS: Readonly<Record<Asked, readonly ErrorForm[]>> = {
  registry: ['json', 'text', 'scim'],
  'token-endpoint': ['json', 'oauth'],
};

/**
 * The error of a failed response: its `error_code` decides, then the status (auth-and-http §9; uc-protocol §13.2).
 * The server's message is kept; text of gateways and pages is cut. What is in none of the forms of who was asked
 * comes from somebody else, who is named as far as headers say it.
 */
export function errorFromResponse(response: FailedResponse, asked: Asked = 'registry'): PromoteError {
  const redirect = redirectError(response);
  if (redirect !== undefined) return redirect;
  const page = isHtml(response);
  const body: ErrorBody = page
    ? { message: pageText(response.body) ?? pageTitle(response.body) ?? '' }
    : readErrorBody(response.body, response.status, (text) => text in BY_ERROR_CODE);
  const access = REFUSING.has(response.status) ? refusedAccess(body.message) : undefined;
  if (access === undefined && page) return htmlError(response);
  const isKnown = hasForm(body, response.status, asked);
  if (access === undefined && isForeign(response, body, isKnown)) return foreignError(response, body);
  const limit =
    access === undefined && isKnown
      ? limitOf({ ...response, code: body.code, message: body.message })
      : undefined;
  const code =
    access?.code ??
    (limit === undefined ? undefined : BY_LIMIT[limit]) ??
    (body.code === undefined ? undefined : BY_ERROR_CODE[body.code]) ??
    BY_STATUS[response.status] ??
    (response.status >= 500 || response.status === 408 ? 'unavailable' : 'rejected');
  const label = body.code ?? `HTTP ${response.status}`;
  const from = isKnown || access !== undefined ? '' : responder(response.headers);
  const fix = access?.fix ?? (body.code === NO_METASTORE ? NO_METASTORE_FIX : FIX_OF[code]);
  const requestId = body.requestId ?? header(response.headers, 'x-request-id');
  return new PromoteError(`${label}${from}: ${body.message} (${response.call})`, {
    code,
    outcome: access?.outcome ?? OUTCOME_OF[code] ?? 'error',
    httpStatus: response.status,
    ...(fix === undefined ? {} : { fix }),
    ...(body.code === undefined ? {} : { serverCode: body.code }),
    ...(requestId === '' ? {} : { requestId }),
  });
}

const NO_METASTORE = 'METASTORE_DOES_NOT_EXIST';

const NO_METASTORE_FIX =
  'Check the name and the host. This workspace has no Unity Catalog metastore. Have an account admin assign one, or use the host of a workspace that has one.';

/** Whether a registry says that the object that was asked for does not exist, and not that it has no objects at all. */
export function isAbsent(error: unknown): boolean {
  return hasCode(error, 'not-found') && error.details.serverCode !== NO_METASTORE;
}

/** Whether the body is in a form of who was asked; that a token is not accepted, any resource server may say as OAuth does. */
function hasForm({ form }: ErrorBody, status: number, asked: Asked): boolean {
  return form !== undefined && (FORMS[asked].includes(form) || (form === 'oauth' && status === 401));
}

/** Statuses with which a workspace refuses a token, a caller or a network in words alone. */
const REFUSING = new Set([400, 401, 403]);

/** Statuses that mean the same from whoever they come: nothing was done, and it may be asked again. */
const ANYBODYS = new Set([408, 425, 429, 499]);

/**
 * A refusal that none of those gives who are asked: theirs have a form. A refusal or an absence that a gateway reports, or a
 * host that is no workspace, must not be taken for what a registry says about an object or a caller.
 */
function isForeign({ status }: FailedResponse, body: ErrorBody, isKnown: boolean): boolean {
  if (status === 404 && body.code === 'ENDPOINT_NOT_FOUND') return true;
  return !isKnown && (status === 501 || (status < 500 && !ANYBODYS.has(status)));
}

/** The error of a refusal in a form that is none of `whose`: who gave it, as far as that is known, and what was said. */
export function foreignError(
  response: FailedResponse,
  { code, message: said }: Pick<ErrorBody, 'code' | 'message'>,
  whose = 'an error code of a registry',
): PromoteError {
  const { status } = response;
  const problem = `is HTTP ${status} without ${whose}${responder(response.headers)}: ${said}`;
  const { message, details } = protocolError(problem, response.call);
  return new PromoteError(message, {
    ...details,
    httpStatus: status,
    ...(code === undefined ? {} : { serverCode: code }),
  });
}

/** What says who responded, and what it is called. */
const RESPONDER = [
  ['server', 'the server'],
  ['via', 'through'],
  ['www-authenticate', 'which asks for'],
  ['proxy-authenticate', 'which asks for'],
] as const;

/** Who responded, as a clause for an error, as far as it says so. */
export function responder(headers: FailedResponse['headers']): string {
  const named = RESPONDER.flatMap(([name, words]) => {
    const value = header(headers, name).trim();
    return value === '' ? [] : [`${words} "${show(value, 100)}"`];
  });
  return named.length === 0 ? '' : `, from ${named.join(', ')}`;
}

/** Why a transport ended a response that had begun: it dripped on beyond the time for all of it, in milliseconds. */
export class SlowResponse extends Error {
  readonly code = 'SLOW_ANSWER';

  constructor(ms: number) {
    super(`had not ended after ${ms / 1000} s`);
  }
}

const MORE_TIME =
  ' For a slow host, such as an MLflow server that fetches large files from a cloud, increase response-timeout.';

/** Codes of undici for a host that was reached, and then silent for too long. */
const TIMED_OUT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** The error of a request that got no response, or not a whole one. */
export function errorFromFailure(cause: unknown, call: string): PromoteError {
  const code = causeCode(cause);
  if (cause instanceof SlowResponse) {
    const fix =
      'Something between the runner and the host delays responses. Check proxies and gateways, then run the step again.';
    const message = `The response to ${call} ${cause.message} and was aborted.`;
    return new PromoteError(message, { code: 'unavailable', outcome: 'unavailable', fix, cause });
  }
  const proxy = proxyFailureIn(cause);
  if (proxy !== undefined) return errorFromProxy(proxy, call);
  if (code === 'UND_ERR_INVALID_ARG') {
    // Such a text is refused before anything is sent; the message has the name of a header, not its value.
    return new PromoteError(`${call} was not sent: ${show(messageOf(cause), 100)}.`, {
      code: 'rejected',
      outcome: 'error',
      fix: 'Check the inputs for an unusual character. If there is none, report the error with the report file.',
      cause,
    });
  }
  const { message, fix } = whyUnanswered(code);
  return new PromoteError(`${message} at ${call}.`, {
    code: 'unavailable',
    outcome: 'unavailable',
    fix,
    cause,
  });
}

/** What OpenSSL says of bytes that are no TLS (seen with servers of plain HTTP). */
const NO_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE|HTTP_REQUEST|EPROTO/u;

function whyUnanswered(code: string): { readonly message: string; readonly fix: string } {
  if (NO_TLS.test(code))
    return {
      message: `The host does not speak TLS (${code})`,
      fix: 'Usually the server speaks plain HTTP on this port. Use an address with TLS, or put a proxy with a certificate in front of it. Except to this machine itself, a token is sent only over https://.',
    };
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/u.test(code))
    return {
      message: `The TLS certificate of the host was not accepted (${code})`,
      fix: 'If the host uses a private certificate authority, set NODE_EXTRA_CA_CERTS on the runner to its certificate file.',
    };
  if (/TLS|SSL/u.test(code))
    return {
      message: `No TLS connection to the host (${code})`,
      fix: 'Check the host and port of the server, and which TLS versions it supports.',
    };
  if (NO_SUCH_NAME.test(code))
    return { message: `The name of the host does not resolve (${code})`, fix: UNRESOLVED_FIX };
  return {
    message: `No response from the host (${code})`,
    fix: `${UNANSWERED_FIX}${TIMED_OUT.has(code) ? MORE_TIME : ''}`,
  };
}

const STRANGE_FIX =
  'Check that host is a Databricks workspace, and that no proxy or gateway responds instead.';

const UNANSWERED_FIX =
  'Check the host, the network and the proxy variables (HTTPS_PROXY, NO_PROXY) of the runner.';

/** What the system's resolver says of a name that it does not know, or cannot ask for now (getaddrinfo(3)). */
const NO_SUCH_NAME = /^(?:ENOTFOUND|EAI_AGAIN|EAI_NONAME|EAI_NODATA)$/u;

const UNRESOLVED_FIX =
  'Check the spelling of the host. A name of a private network needs a runner in that network, or a proxy that resolves it (HTTPS_PROXY, NO_PROXY).';

/** Whether a fix is one of those that are for any call of a registry: another who is asked has one of its own. */
export function isGeneralFix(fix: string): boolean {
  return (
    fix === STRANGE_FIX ||
    fix === UNRESOLVED_FIX ||
    fix.startsWith(UNANSWERED_FIX) ||
    Object.values(FIX_OF).includes(fix)
  );
}

/** The error of a response that came whole and is not what the API promises. */
export function protocolError(problem: string, call: string, cause?: unknown): PromoteError {
  return new PromoteError(`The response to ${call} ${problem}.`, {
    code: 'protocol',
    outcome: 'unavailable',
    fix: STRANGE_FIX,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The page that a login or a gateway sends in place of a response. */
export function htmlError(response: FailedResponse): PromoteError {
  const title = pageTitle(response.body);
  const said = pageText(response.body);
  const named = `${title === undefined ? '' : ` titled "${title}"`}${said === undefined ? '' : ` that says "${said}"`}`;
  const { message, details } = protocolError(
    `is an HTML page${named}${responder(response.headers)}, not JSON (HTTP ${response.status}): a login page, a gateway, or a host of several workspaces without workspace-id`,
    response.call,
  );
  return new PromoteError(message, { ...details, httpStatus: response.status });
}

function pageTitle(body: string): string | undefined {
  const title = /<title>([^<]{1,300})<\/title>/iu.exec(body)?.[1]?.trim();
  return title === undefined ? undefined : show(title, 300);
}

/** What the server behind a page says: the text of its `<pre>` (auth-and-http §9.1). */
function pageText(body: string): string | undefined {
  const text = /<pre>([^<]{1,2000})<\/pre>/iu.exec(body)?.[1]?.trim();
  return text === undefined || text === '' ? undefined : show(text, 300);
}

/** True when the response is an HTML page whatever it claims to be. */
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
    ? 'the workspace allows only private link, and this runner is outside of it'
    : 'a redirect, which is not followed with credentials; usually the host is wrong or shows a login page';
  const elsewhere = URL.canParse(location) ? ` (it leads to ${show(new URL(location).hostname, 100)})` : '';
  return protocolError(`is HTTP ${response.status}: ${why}${elsewhere}`, response.call);
}
