import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import { show } from '../domain/text.ts';
import type { HttpClient } from '../http/client.ts';
import { errorFromFailure } from '../http/errors.ts';
import { requestedDelay } from '../http/retry.ts';
import type { Answer, OutgoingRequest } from '../http/transport.ts';
import { LaneRefused } from '../transfer/lane.ts';

/** Statuses of cloud stores after which a request is sent again (databricks-sdk-py `mixins/files.py`). */
const TRANSIENT = new Set([408, 429, 500, 502, 503, 504]);

/** Tries of one request whose permission is good and whose answer was none or a passing one. */
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

/** One request to a store. */
export interface StoreCall {
  /** Names the request in logs. */
  readonly call: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** The URL with its permission, or with another one when `renew` is set because the store refuses the last. */
  readonly url: (renew: boolean) => Promise<SignedUrl>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: () => OutgoingRequest['body'];
  /** Statuses that are answers. */
  readonly accept: ReadonlySet<number>;
  /** Called before the request is sent again after a failure; what it answers is taken for the answer. */
  readonly beforeRetry?: () => Promise<Answer | undefined>;
  /** Renews once also when the refusal does not say that something expired: credentials may be taken back (uc-protocol §9.4). */
  readonly renewOnRefusal?: boolean;
}

/**
 * Sends a request to a store: again after passing failures, with another permission when it expired. Throws
 * `LaneRefused` when the store refuses or cannot be reached.
 */
export async function callStore(http: HttpClient, request: StoreCall): Promise<Answer> {
  let renewals = 0;
  let renew = false;
  let mayRenew = request.renewOnRefusal === true;
  for (let tries = 1; ;) {
    const result = await attempt(http, request, await request.url(renew));
    renew = false;
    if ('answer' in result) return result.answer;
    if (result.expired || (result.refused && mayRenew)) {
      renewals += 1;
      if (renewals > MAX_RENEWALS) throw new LaneRefused(`the storage takes each permission for expired`);
      mayRenew = false;
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

const OUTAGE = {
  code: 'unavailable',
  outcome: 'unavailable',
  fix: 'Run again later; if it stays, look at the status of the storage.',
} as const;

/** An answer and its text. */
export interface StoreText {
  readonly answer: Answer;
  readonly text: string;
}

/** A request whose answer is read as text, of at most `limit` bytes: sent again when the answer breaks off. */
export async function readStore(
  http: HttpClient,
  { call, limit }: { readonly call: string; readonly limit: number },
  send: () => Promise<Answer>,
): Promise<StoreText> {
  for (let tries = 1; ; tries += 1) {
    const answer = await send();
    try {
      return { answer, text: await answer.text(limit) };
    } catch (error) {
      if (error instanceof PromoteError) throw error;
      if (tries >= MAX_TRIES) throw errorFromFailure(error, call);
    }
    await http.backOff(tries);
  }
}

type Attempt =
  | { readonly answer: Answer }
  | {
      readonly expired: boolean;
      readonly refused: boolean;
      readonly again: boolean;
      readonly reason: string;
      readonly asked?: number;
      readonly cause?: unknown;
    };

async function attempt(http: HttpClient, request: StoreCall, signed: SignedUrl): Promise<Attempt> {
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
    return { expired: false, refused: false, again: true, reason, cause: error };
  }
  if (request.accept.has(answer.status)) return { answer };
  const text = await answer.text(MAX_ERROR_BYTES).catch(() => '');
  const asked = requestedDelay({ headers: answer.headers, body: '' }, http.now());
  const reason = `the storage answers HTTP ${answer.status}${codeOf(text)}`;
  const again = TRANSIENT.has(answer.status);
  return {
    expired: MAY_EXPIRE.has(answer.status) && saysExpired(text),
    refused: answer.status === 401 || answer.status === 403,
    again,
    reason,
    ...(again ? { cause: new PromoteError(reason, OUTAGE) } : {}),
    ...(asked === undefined ? {} : { asked }),
  };
}

/** S3 says `ExpiredToken` of a session with 400 (Amazon S3 API reference, "Error responses"). */
const MAY_EXPIRE = new Set([400, 401, 403]);

/** AWS: "Request has expired"; Azure: "Signature not valid in the specified time frame"; Google: "ExpiredToken" (auth-and-http §14.1). */
function saysExpired(text: string): boolean {
  return /expired|ExpiredToken|not valid in the specified time frame/iu.test(text);
}

/** The code of a store's XML error; its message may repeat the signature, so that it is not shown. */
function codeOf(text: string): string {
  const code = /<Code>([A-Za-z0-9_.-]{1,60})<\/Code>/u.exec(text)?.[1];
  return code === undefined ? '' : ` ${code}`;
}

/** A failure's first line, as a clause. */
export function firstLine(text: string): string {
  return show(text.split('\n')[0] ?? '', 200).replace(/\.$/u, '');
}
