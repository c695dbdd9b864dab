import { hasCode, PromoteError } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import { readErrorBody, type ErrorBody, type ErrorForm } from './error-body.ts';
import { BY_ERROR_CODE, BY_STATUS, BY_LIMIT, OUTCOME_OF, FIX_OF } from './error-codes.ts';
import { type FailedResponse, responder, STRANGE_FIX, protocolError, header } from './failed-response.ts';
import { htmlError, pageTitle, pageText, isHtml } from './html-page.ts';
import { limitOf } from './limits.ts';
import { refusedAccess } from './refused-access.ts';
import { UNANSWERED_FIX, UNRESOLVED_FIX } from './unanswered.ts';

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

/** Whether a fix is one of those that are for any call of a registry: another who is asked has one of its own. */
export function isGeneralFix(fix: string): boolean {
  return (
    fix === STRANGE_FIX ||
    fix === UNRESOLVED_FIX ||
    fix.startsWith(UNANSWERED_FIX) ||
    Object.values(FIX_OF).includes(fix)
  );
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
