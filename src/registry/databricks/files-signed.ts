import type * as z from 'zod';
import { hasCode, messageOf, PromoteError } from '../../domain/errors.ts';
import { show } from '../../domain/text.ts';
import type { HttpClient } from '../../http/client.ts';
import type { HttpRequest } from '../../http/request.ts';
import { requestedDelay } from '../../http/retry.ts';
import type { Answer, OutgoingRequest } from '../../http/transport.ts';
import { LaneRefused } from '../../transfer/lane.ts';
import { callJson } from '../call.ts';
import type * as wire from './wire-files.ts';

/** Statuses of cloud stores after which a request is sent again (databricks-sdk-py `mixins/files.py`). */
const TRANSIENT = new Set([408, 429, 500, 502, 503, 504]);

/** Tries of one request whose URL is good and whose answer was none or a passing one. */
const MAX_TRIES = 5;

/** Times that one request's URL is renewed (databricks-sdk-py: 3). */
const MAX_RENEWALS = 3;

/** Tries of one call for a signed URL that is answered by an error of the server or not at all. */
const MAX_PRESIGN_TRIES = 3;

/** Asked for as the life of a URL, milliseconds; stores give at most an hour or so. */
const URL_LIFE = 3_600_000;

/** A URL is renewed so long before its end, milliseconds: no request begins that cannot end. */
const URL_MARGIN = 10 * 60_000;

/** As much of an error's body as may hold its XML. */
const MAX_ERROR_BYTES = 16 * 1024;

/** A URL that carries its own permission, and the headers that belong to its signature. */
export interface SignedUrl {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** When it is renewed at the latest, milliseconds since the epoch. */
  readonly freshUntil: number;
}

/** The `expire_time` to ask for, RFC 3339. */
export function expireTime(http: HttpClient): string {
  return new Date(http.now() + URL_LIFE).toISOString();
}

/** What carries the permission in a signed URL: `X-Amz-Signature`, `X-Amz-Security-Token`, `sig`, `X-Goog-Credential`. */
const SIGNING = /signature|credential|token|^sig$/iu;

/** A signed URL from its wire form; what signs it is masked. */
export function toSignedUrl(http: HttpClient, row: wire.SignedUrlRow): SignedUrl {
  const headers = Object.fromEntries((row.headers ?? []).map(({ name, value }) => [name, value]));
  const query = URL.canParse(row.url) ? Object.fromEntries(new URL(row.url).searchParams) : {};
  for (const [name, value] of Object.entries({ ...query, ...headers })) {
    if (SIGNING.test(name)) http.mask(value);
  }
  return { url: row.url, headers, freshUntil: http.now() + URL_LIFE - URL_MARGIN };
}

/** Whether a URL may still be used for a request that begins now. */
export function isFresh(http: HttpClient, signed: SignedUrl | undefined): signed is SignedUrl {
  return signed !== undefined && http.now() < signed.freshUntil;
}

/**
 * Calls the workspace for a signed URL, or for an upload that needs them; its refusal closes the road and is no failure
 * of the transfer. Tried again a few times only: a workspace that cannot tell the network zone of the caller answers
 * 500 each time (`FILES_API_REQUESTER_NETWORK_ZONE_UNKNOWN`, auth-and-http §14.2).
 */
export async function presign<T>(http: HttpClient, request: HttpRequest, schema: z.ZodType<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await callJson(http, { ...request, retry: 'once' }, schema);
    } catch (error) {
      if (hasCode(error, 'cancelled', 'unauthenticated', 'not-found')) throw error;
      if (!(error instanceof PromoteError)) throw error;
      if (!hasCode(error, 'unavailable') || tries >= MAX_PRESIGN_TRIES)
        throw new LaneRefused(`the workspace signs no URL (${firstLine(messageOf(error))})`, error);
      await http.backOff(tries);
    }
  }
}

/** One request to a signed URL. */
export interface SignedCall {
  /** Names the request in logs. */
  readonly call: string;
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** The URL, or another one when `renew` is set because the store says that it expired. */
  readonly url: (renew: boolean) => Promise<SignedUrl>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: () => OutgoingRequest['body'];
  /** Statuses that are answers. */
  readonly accept: ReadonlySet<number>;
  /** Called before the request is sent again after a failure; what it answers is taken for the answer. */
  readonly beforeRetry?: () => Promise<Answer | undefined>;
}

/**
 * Sends a request to a signed URL: again after passing failures, with another URL when it expired. Throws
 * `LaneRefused` when the store refuses or cannot be reached.
 */
export async function callSigned(http: HttpClient, request: SignedCall): Promise<Answer> {
  let renewals = 0;
  let renew = false;
  for (let tries = 1; ;) {
    const result = await attempt(http, request, await request.url(renew));
    renew = false;
    if ('answer' in result) return result.answer;
    if (result.expired) {
      renewals += 1;
      if (renewals > MAX_RENEWALS) throw new LaneRefused(`the storage takes each signed URL for expired`);
      renew = true;
      continue;
    }
    if (!result.again || tries >= MAX_TRIES) throw new LaneRefused(result.reason, result.cause);
    await http.backOff(tries, result.asked);
    tries += 1;
    const settled = await request.beforeRetry?.();
    if (settled !== undefined) return settled;
  }
}

type Attempt =
  | { readonly answer: Answer }
  | {
      readonly expired: boolean;
      readonly again: boolean;
      readonly reason: string;
      readonly asked?: number;
      readonly cause?: unknown;
    };

async function attempt(http: HttpClient, request: SignedCall, signed: SignedUrl): Promise<Attempt> {
  const body = request.body?.();
  let answer: Answer;
  try {
    answer = await http.sendSigned(
      {
        method: request.method,
        url: signed.url,
        headers: { ...signed.headers, ...request.headers },
        ...(body === undefined ? {} : { body }),
      },
      request.call,
    );
  } catch (error) {
    if (!hasCode(error, 'unavailable')) throw error;
    const reason = `the storage does not answer (${firstLine(messageOf(error))})`;
    return { expired: false, again: true, reason, cause: error };
  }
  if (request.accept.has(answer.status)) return { answer };
  const text = await answer.text(MAX_ERROR_BYTES).catch(() => '');
  const asked = requestedDelay({ headers: answer.headers, body: '' }, http.now());
  return {
    expired: answer.status === 403 && saysExpired(text),
    again: TRANSIENT.has(answer.status),
    reason: `the storage answers HTTP ${answer.status}${codeOf(text)}`,
    ...(asked === undefined ? {} : { asked }),
  };
}

/** AWS: "Request has expired"; Azure: "Signature not valid in the specified time frame"; Google: "ExpiredToken" (auth-and-http §14.1). */
function saysExpired(text: string): boolean {
  return /expired|ExpiredToken|not valid in the specified time frame/iu.test(text);
}

/** The code of a store's XML error; its message may repeat the signature, so that it is not shown. */
function codeOf(text: string): string {
  const code = /<Code>([A-Za-z0-9_.-]{1,60})<\/Code>/u.exec(text)?.[1];
  return code === undefined ? '' : ` ${code}`;
}

function firstLine(text: string): string {
  return show(text.split('\n')[0] ?? '', 200).replace(/\.$/u, '');
}
