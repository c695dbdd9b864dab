import type { Fault } from '../faults.ts';
import type { RouteResponse } from '../routes/route.ts';

/** The fault of that kind among those that strike. */
export function faultOf<Kind extends Fault['kind']>(
  faults: readonly Fault[],
  kind: Kind,
): Extract<Fault, { kind: Kind }> | undefined {
  return faults.find((fault): fault is Extract<Fault, { kind: Kind }> => fault.kind === kind);
}

const loginPage =
  '<!doctype html><html><head><title>Sign in</title></head><body><form action="/login.html"><h1>Sign in</h1></form></body></html>';

/** Responses given instead of processing the request. */
export function respondBefore(faults: readonly Fault[], now: number): RouteResponse | undefined {
  for (const fault of faults) {
    if (fault.kind === 'status' && fault.when !== 'after') return statusResponse(fault);
    if (fault.kind === 'retry-after-seconds') return tooMany(String(fault.seconds ?? 1));
    if (fault.kind === 'retry-after-date')
      return tooMany(new Date(now + (fault.seconds ?? 1) * 1000).toUTCString());
    if (fault.kind === 'html-login')
      return { status: 200, text: loginPage, contentType: 'text/html; charset=utf-8' };
    if (fault.kind === 'not-json')
      return { status: 200, text: fault.body ?? 'upstream says hello', contentType: 'application/json' };
    if (fault.kind === 'redirect') return { status: 302, headers: { location: fault.location } };
  }
  return undefined;
}

/** Responses given instead of the true one after processing. */
export function respondAfter(faults: readonly Fault[], response: RouteResponse): RouteResponse {
  let changed = response;
  for (const fault of faults) {
    if (fault.kind === 'status' && fault.when === 'after') changed = statusResponse(fault);
    if (!('json' in changed)) continue;
    if (fault.kind === 'missing-field')
      changed = { ...changed, json: rewrite(changed.json, fault.field, () => undefined) };
    if (fault.kind === 'set-field')
      changed = { ...changed, json: rewrite(changed.json, fault.field, () => fault.value) };
  }
  return changed;
}

/** The headers of a response without those that a fault takes away. */
export function headersLeft(
  faults: readonly Fault[],
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  const missing = faults.flatMap((fault) => (fault.kind === 'missing-header' ? [fault.header] : []));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !missing.includes(name)));
}

function statusResponse(fault: Extract<Fault, { kind: 'status' }>): RouteResponse {
  const headers = fault.headers ?? {};
  if (fault.body !== undefined) {
    return {
      status: fault.status,
      text: fault.body,
      contentType: fault.contentType ?? 'application/json',
      headers,
    };
  }
  const json = {
    error_code: fault.errorCode ?? codeOf(fault.status),
    message: fault.message ?? `Injected fault ${fault.status}`,
  };
  return { status: fault.status, json, headers };
}

function codeOf(status: number): string {
  const codes: Record<number, string> = {
    400: 'INVALID_PARAMETER_VALUE',
    401: 'UNAUTHENTICATED',
    403: 'PERMISSION_DENIED',
    404: 'RESOURCE_DOES_NOT_EXIST',
    409: 'RESOURCE_CONFLICT',
    429: 'REQUEST_LIMIT_EXCEEDED',
    503: 'TEMPORARILY_UNAVAILABLE',
    504: 'DEADLINE_EXCEEDED',
  };
  return codes[status] ?? 'INTERNAL_ERROR';
}

function tooMany(retryAfter: string): RouteResponse {
  return {
    status: 429,
    headers: { 'retry-after': retryAfter },
    json: {
      error_code: 'REQUEST_LIMIT_EXCEEDED',
      message: 'Too many requests. Please wait a moment and try again.',
    },
  };
}

function rewrite(value: unknown, field: string, change: () => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, field, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === field ? change() : rewrite(item, field, change),
    ]),
  );
}
