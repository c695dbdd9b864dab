import type * as z from 'zod';
import { hasCode, messageOf, PromoteError } from '../../../domain/errors.ts';
import type { HttpClient } from '../../../http/client.ts';
import type { HttpRequest } from '../../../http/request.ts';
import { firstLine, type SignedUrl } from '../../../storage/call.ts';
import { RouteRefused } from '../../../transfer/route.ts';
import { callJson } from '../../call.ts';
import type * as wire from '../wire/files.ts';

/** Failures that are the same by every other route to the storage. */
const SAME_EVERYWHERE = [
  'cancelled',
  'interrupted',
  'unauthenticated',
  'other-identity',
  'not-found',
  'internal',
] as const;

/** Tries of one call for a route that gets an error of the server or no response. */
const MAX_TRIES = 3;

/** Calls that opened a route for a client: a failure later is an outage, and is tried again as any other request. */
const worked = new WeakMap<HttpClient, Set<string>>();

/** Asked for as the life of a URL, milliseconds; stores give at most an hour or so. */
const URL_LIFETIME = 3_600_000;

/** A URL is renewed so long before its end, milliseconds: no request begins that cannot end. */
const URL_MARGIN = 10 * 60_000;

/** A URL that carries its own permission, the headers that belong to its signature, and its age. */
export interface AgeingUrl extends SignedUrl {
  /** When it is renewed at the latest, milliseconds since the epoch. */
  readonly freshUntil: number;
}

/** The `expire_time` to ask for, RFC 3339. */
export function expireTime(http: HttpClient): string {
  return new Date(http.now() + URL_LIFETIME).toISOString();
}

/** What carries the permission in a signed URL: `X-Amz-Signature`, `X-Amz-Security-Token`, `sig`, `X-Goog-Credential`. */
const SIGNING = /signature|credential|token|^sig$/iu;

/** A signed URL from its wire form; what signs it is masked. */
export function toSignedUrl(http: HttpClient, row: wire.SignedUrlRow): AgeingUrl {
  const headers = Object.fromEntries((row.headers ?? []).map(({ name, value }) => [name, value]));
  const query = URL.canParse(row.url) ? Object.fromEntries(new URL(row.url).searchParams) : {};
  for (const [name, value] of Object.entries({ ...query, ...headers })) {
    if (SIGNING.test(name)) http.mask(value);
  }
  return { url: row.url, headers, freshUntil: http.now() + URL_LIFETIME - URL_MARGIN };
}

/** Whether a URL may still be used for a request that begins now. */
export function isFresh(http: HttpClient, signed: AgeingUrl | undefined): signed is AgeingUrl {
  return signed !== undefined && http.now() < signed.freshUntil;
}

/**
 * Calls the workspace for something that opens a route to the storage; its refusal closes the route and is no failure of
 * the transfer. Tried again a few times only: a workspace that does not know the network zone of the caller responds with 500
 * each time (`FILES_API_REQUESTER_NETWORK_ZONE_UNKNOWN`, auth-and-http §14.2). Once it has responded, its silence is an
 * outage. `refusal` says what it does not do.
 */
export async function askForRoute<T>(
  http: HttpClient,
  request: HttpRequest,
  schema: z.ZodType<T>,
  refusal: string,
): Promise<T> {
  const calls = worked.get(http) ?? new Set();
  worked.set(http, calls);
  const hasWorked = calls.has(request.template);
  for (let tries = 1; ; tries += 1) {
    try {
      const response = await callJson(
        http,
        { ...request, retry: hasWorked ? 'safe' : 'if-unprocessed' },
        schema,
      );
      calls.add(request.template);
      return response;
    } catch (error) {
      if (hasWorked && hasCode(error, 'unavailable')) throw error;
      if (hasCode(error, ...SAME_EVERYWHERE)) throw error;
      if (!(error instanceof PromoteError)) throw error;
      if (!hasCode(error, 'unavailable') || tries >= MAX_TRIES)
        throw new RouteRefused(`${refusal} (${firstLine(messageOf(error))})`, error);
      await http.backOff(tries);
    }
  }
}

/** As {@link askForRoute}, for a signed URL or an upload that needs them. */
export function presign<T>(http: HttpClient, request: HttpRequest, schema: z.ZodType<T>): Promise<T> {
  return askForRoute(http, request, schema, 'the workspace does not sign URLs');
}
