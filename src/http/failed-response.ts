import { PromoteError } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';

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

/** What to do where something else than a registry responds. */
export const STRANGE_FIX =
  'Check that host is a Databricks workspace, and that no proxy or gateway responds instead.';

/** The error of a response that came whole and is not what the API promises. */
export function protocolError(problem: string, call: string, cause?: unknown): PromoteError {
  return new PromoteError(`The response to ${call} ${problem}.`, {
    code: 'protocol',
    outcome: 'unavailable',
    fix: STRANGE_FIX,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A header's value as text, empty when absent. */
export function header(headers: FailedResponse['headers'], name: string): string {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}
