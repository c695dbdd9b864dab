import { ApiError } from '../metastore/api-error.ts';
import type { RouteResponse, Route } from '../routes/route.ts';
import { EVERYWHERE } from './givers.ts';
import { refusals } from './refusals/table.ts';

/** A response, as far as the tables of evidence list it. */
export interface Given {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
}

const patterns = refusals.map((refusal) => {
  const literal = refusal.message
    .split('{…}')
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .join('[^]*');
  return { refusal, pattern: new RegExp(`^${literal}$`) };
});

/** Whether the tables list that an endpoint responds so; `undefined` is a path that is no endpoint. */
export function isListed(route: Route | undefined, { status, code, message = '' }: Given): boolean {
  if ((route?.succeeds ?? [200]).includes(status)) return true;
  return patterns.some(
    ({ refusal, pattern }) =>
      refusal.status.includes(status) &&
      refusal.code === code &&
      pattern.test(message) &&
      (refusal.by.includes(EVERYWHERE) || refusal.by.includes(route?.source.section ?? '')),
  );
}

/** The sentence about a response that the tables do not list; `error` is the refusal that it states. */
export function unlisted(
  call: string,
  route: Route | undefined,
  response: RouteResponse,
  error: unknown,
): string | undefined {
  const given =
    error instanceof ApiError
      ? { status: response.status, code: error.code, message: error.message }
      : { status: response.status, ...('json' in response ? refusalIn(response.json) : {}) };
  if (isListed(route, given)) return undefined;
  const { status, code = '', message = '' }: Given = given;
  return `${call} answered ${status} ${code} "${message}", which the tables of evidence do not list.`;
}

function refusalIn(json: unknown): Pick<Given, 'code' | 'message'> {
  if (typeof json !== 'object' || json === null) return {};
  const fields = new Map<string, unknown>(Object.entries(json));
  return { code: String(fields.get('error_code')), message: String(fields.get('message')) };
}
