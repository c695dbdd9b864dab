import type { ErrorCode } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Limit } from './limits.ts';
import { TOKEN_FIX } from './refused-access.ts';

/** Codes of errors by what a server calls them. */
export const BY_ERROR_CODE: Readonly<Record<string, ErrorCode>> = {
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

/** Codes of errors without one of a server. */
export const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  409: 'conflict',
  429: 'rate-limited',
  499: 'unavailable',
  501: 'unsupported',
};

/** Codes of the two kinds of limits. */
export const BY_LIMIT: Readonly<Record<Limit, ErrorCode>> = {
  requests: 'rate-limited',
  objects: 'limit-reached',
};

/** Whether a code of a server means that it fails for a while, whatever the status that comes with it. */
export function isOutageCode(serverCode: string | undefined): boolean {
  return serverCode !== undefined && BY_ERROR_CODE[serverCode] === 'unavailable';
}

/** How a run ends that meets an error; what is not here is `error`. */
export const OUTCOME_OF: Partial<Readonly<Record<ErrorCode, Outcome>>> = {
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

/** What to do about an error, where nothing more is known of it. */
export const FIX_OF: Partial<Readonly<Record<ErrorCode, string>>> = {
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
