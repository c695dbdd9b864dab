import { hasCode, messageOf, PromoteError, type ErrorDetails } from '../domain/errors.ts';
import { DEFAULT_RETRY } from '../domain/retry-policy.ts';
import { show } from '../domain/printable.ts';
import type { HttpClient } from '../http/client.ts';
import { errorFromFailure } from '../http/unanswered.ts';
import { requestedDelay } from '../http/retry.ts';
import type { Response, OutgoingRequest } from '../http/transport.ts';
import { RouteRefused } from '../transfer/route.ts';
import { strangeResponse } from './strange-response.ts';

/** Statuses of cloud stores after which a request is sent again (databricks-sdk-py `mixins/files.py`). */
const TRANSIENT = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Codes that come with 400 and pass all the same: the connection stood still, as it does while the source is silent, or
 * the bytes arrived damaged (Amazon S3 and Azure Blob Storage API references, error codes).
 */
const TRANSIENT_CODES = new Set(['RequestTimeout', 'BadDigest', 'Md5Mismatch']);

/** Tries of one request to a store that has not responded to this client yet: then another route may be open. */
const MAX_TRIES = 5;

/** Times that one request's permission is renewed because it expired (databricks-sdk-py: 3). */
const MAX_RENEWALS = 3;

/** As much of an error's body as may hold its XML. */
const MAX_ERROR_BYTES = 16 * 1024;

/** A URL and headers that carry the permission for one request. */
export interface SignedUrl {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Hosts that took a request of a client: their silence later is an outage, and no closed route. */
const open = new WeakMap<HttpClient, Set<string>>();

/** The largest response that is no file: the list of the 50,000 blocks that an Azure blob may have. Bytes. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** One request to a store. */
export interface StoreCall {
  /** Names the request in logs. */
  readonly call: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** The URL with its permission, or with another one when `renew` is set because the store refuses the last. */
  readonly url: (renew: boolean) => Promise<SignedUrl>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: () => OutgoingRequest['body'];
  /** Statuses that are responses. */
  readonly accept: ReadonlySet<number>;
  /** The response's body is handed out as it arrives. Default: it is read whole, and a break is a failure of the request. */
  readonly streams?: boolean;
  /**
   * Sent once: whoever asks looks at what it rests on before another try. A failure that may pass is thrown as
   * `unavailable`, and so is a permission that was renewed. Default: it is sent again, as reads and the bytes of files are.
   */
  readonly isOnce?: boolean;
  /** Called before the request is sent again after a failure; what it returns is taken for the response. */
  readonly beforeRetry?: () => Promise<Response | undefined>;
  /** Renews once also when the refusal does not say that something expired: credentials may be taken back (uc-protocol §9.4). */
  readonly renewOnRefusal?: boolean;
}

/**
 * Sends a request to a store: again after passing failures, with another permission when it expired. Throws
 * `RouteRefused` when the store refuses, or was never reached; `unavailable` when one that had responded is silent for the
 * budget of a request.
 */
export async function callStore(http: HttpClient, request: StoreCall): Promise<Response> {
  let renewals = 0;
  let renew = false;
  let mayRenew = request.renewOnRefusal === true;
  const startedAt = http.now();
  const hosts = open.get(http) ?? new Set();
  open.set(http, hosts);
  for (let tries = 1; ;) {
    const signed = await request.url(renew);
    const host = URL.canParse(signed.url) ? new URL(signed.url).host : '';
    const result = await attempt(http, request, signed);
    renew = false;
    if ('response' in result) {
      hosts.add(host);
      return result.response;
    }
    if (result.expired || (result.refused && mayRenew)) {
      renewals += 1;
      if (renewals > MAX_RENEWALS) throw new RouteRefused(`the storage treats every permission as expired`);
      mayRenew = false;
      renew = true;
      if (request.isOnce !== true) continue;
      await request.url(renew);
      throw oneFailure(http, request, { ...result, unprocessed: 'token-renewed' });
    }
    if (!result.again) throw new RouteRefused(result.reason, result.cause);
    if (request.isOnce === true) throw oneFailure(http, request, result);
    const wait = Math.min(result.asked ?? 0, MAX_WAIT);
    if (hosts.has(host)) {
      if (http.now() + wait - startedAt > DEFAULT_RETRY.budget) throw outage(http, request, result);
    } else if (tries >= MAX_TRIES) throw new RouteRefused(result.reason, result.cause);
    await http.backOff(tries, wait === 0 ? undefined : wait);
    tries += 1;
    const settled = await request.beforeRetry?.();
    if (settled !== undefined) return settled;
  }
}

/** As long as a store may ask to wait. Milliseconds. */
const MAX_WAIT = 60_000;

const OUTAGE = {
  code: 'unavailable',
  outcome: 'unavailable',
  fix: 'Run the step again later. If the error persists, check the status of the storage.',
} as const;

function outage(http: HttpClient, { call }: StoreCall, { reason, cause }: Failed): PromoteError {
  const message = `The storage worked at first but no longer responds to ${call}: ${reason}.`;
  return http.named(new PromoteError(message, { ...OUTAGE, cause }));
}

/** The failure of a request that is not sent again here, with the time that the store asked to wait. */
function oneFailure(
  http: HttpClient,
  { call }: StoreCall,
  { reason, asked, cause, unprocessed }: Failed & Pick<ErrorDetails, 'unprocessed'>,
): PromoteError {
  return http.named(
    new PromoteError(`${call} was not completed: ${reason}.`, {
      ...OUTAGE,
      cause,
      ...(asked === undefined ? {} : { retryAfter: Math.min(asked, MAX_WAIT) }),
      ...(unprocessed === undefined ? {} : { unprocessed }),
    }),
  );
}

type Attempt = { readonly response: Response } | Failed;

interface Failed {
  readonly expired: boolean;
  readonly refused: boolean;
  readonly again: boolean;
  readonly reason: string;
  readonly asked?: number;
  readonly cause?: unknown;
}

async function attempt(http: HttpClient, request: StoreCall, signed: SignedUrl): Promise<Attempt> {
  const body = request.body?.();
  let response: Response;
  try {
    response = await http.sendSigned(
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
    const reason = `the storage does not respond (${firstLine(messageOf(error))})`;
    return { expired: false, refused: false, again: true, reason, cause: error };
  }
  if (request.accept.has(response.status)) {
    if (request.streams === true) return { response };
    try {
      return { response: await readWhole(response, request.call) };
    } catch (error) {
      if (error instanceof PromoteError) throw error;
      const cause = errorFromFailure(error, request.call);
      const reason = `the response of the storage was interrupted (${firstLine(messageOf(cause))})`;
      return { expired: false, refused: false, again: true, reason, cause };
    }
  }
  const text = await response.text(MAX_ERROR_BYTES).catch(() => '');
  const asked = requestedDelay({ headers: response.headers, body: '' }, http.now());
  const code = codeOf(text);
  const reason = `the storage returned HTTP ${response.status}${code === undefined ? '' : ` ${code}`}`;
  const again = TRANSIENT.has(response.status) || (code !== undefined && TRANSIENT_CODES.has(code));
  return {
    expired: MAY_EXPIRE.has(response.status) && saysExpired(text),
    refused: response.status === 401 || response.status === 403,
    again,
    reason,
    ...(again ? { cause: new PromoteError(reason, OUTAGE) } : {}),
    ...(asked === undefined ? {} : { asked }),
  };
}

/** The response with its body read, however slowly it drips: S3 sends blanks while it puts parts together. */
async function readWhole(response: Response, call: string): Promise<Response> {
  const tooLarge = (limit: number) => strangeResponse(`is larger than ${limit} bytes`, call);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.stream) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    ...response,
    async text(limit) {
      if (size > limit) throw tooLarge(limit);
      return text;
    },
    discard: async () => {},
  };
}

/** S3 says `ExpiredToken` of a session with 400 (Amazon S3 API reference, "Error responses"). */
const MAY_EXPIRE = new Set([400, 401, 403]);

/** AWS: "Request has expired"; Azure: "Signature not valid in the specified time frame"; Google: "ExpiredToken" (auth-and-http §14.1). */
function saysExpired(text: string): boolean {
  return /expired|ExpiredToken|not valid in the specified time frame/iu.test(text);
}

/** The code of a store's XML error; its message may repeat the signature, so that it is not shown. */
function codeOf(text: string): string | undefined {
  return /<Code>([A-Za-z0-9_.-]{1,60})<\/Code>/u.exec(text)?.[1];
}

/** A failure's first line, as a clause. */
export function firstLine(text: string): string {
  return show(text.split('\n')[0] ?? '', 200).replace(/\.$/u, '');
}
