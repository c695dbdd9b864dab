import { poll } from '../src/domain/poll.ts';
import type { SignIn } from '../src/auth/port.ts';
import type { Clock } from '../src/domain/ports.ts';
import { errorFromFailure } from '../src/http/unanswered.ts';
import { header } from '../src/http/failed-response.ts';
import { pathOf, type HttpRequest } from '../src/http/request.ts';
import { requestedDelay } from '../src/http/retry.ts';
import type { OutgoingRequest, Transport } from '../src/http/transport.ts';
import { PromoteError } from '../src/domain/errors.ts';
import { Unseen } from './unseen.ts';

/** A request whose raw response counts. */
export type Ask = Omit<HttpRequest, 'retry'> & { readonly bytes?: Uint8Array };

/** A raw response: status, code and message of a refusal, and the body, parsed where it is JSON. */
export interface RawResponse {
  readonly status: number;
  readonly code: string;
  /** `reason` of the `ErrorInfo` among the details. */
  readonly reason: string;
  readonly body: unknown;
  readonly text: string;
  readonly header: (name: string) => string;
}

/** Sends one request as one person. Throws `Unseen` when no response came, or none but of a passing outage. */
export type Call = (ask: Ask) => Promise<RawResponse>;

/** What a raw caller is made of. */
export interface CallerParts {
  readonly origin: string;
  readonly transport: Transport;
  readonly signIn: Pick<SignIn, 'headers'>;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly signal?: AbortSignal;
}

const TRIES = 4;
const TRANSIENT = new Set([429, 502, 503, 504]);
/** Codes of a limit of objects, which does not pass, whatever its status. */
const PERMANENT: ReadonlySet<string> = new Set(['RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED']);
const MAX_BYTES = 8 * 1024 * 1024;

/** A caller that shows responses as they are; only what is transient is requested again. */
export function rawCaller(parts: CallerParts): Call {
  const { origin, transport, signIn, clock, userAgent, signal } = parts;
  return async (ask) => {
    const body = ask.bytes ?? (ask.json === undefined ? undefined : encode(ask.json));
    const sendOnce = async () => {
      if (signal?.aborted === true) throw new Unseen('interrupted');
      const headers = {
        accept: 'application/json',
        'user-agent': userAgent,
        ...(await signIn.headers()),
        ...(body === undefined ? {} : contentHeaders(ask, body)),
        ...ask.headers,
      };
      const request = { method: ask.method, url: `${origin}${pathOf({ ...ask, retry: 'never' })}`, headers };
      const sent = {
        ...request,
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      };
      return send(transport, sent, clock);
    };
    const isFinal = ({ status, code }: RawResponse) => !TRANSIENT.has(status) || PERMANENT.has(code);
    const pause = (tries: number, { wait }: { readonly wait: number | undefined }) => wait ?? tries * 1000;
    const response = await poll(sendOnce, isFinal, { tries: TRIES, pause }, parts);
    if (!isFinal(response)) throw new Unseen(`HTTP ${response.status} ${TRIES} times`);
    return response;
  };
}

async function send(
  transport: Transport,
  request: OutgoingRequest,
  clock: Clock,
): Promise<RawResponse & { readonly wait: number | undefined }> {
  try {
    const response = await transport(request);
    const text = await response.text(MAX_BYTES);
    const body = parse(text);
    return {
      status: response.status,
      code: textAt(body, 'error_code'),
      reason: reasonOf(body),
      body,
      text,
      header: (name) => header(response.headers, name),
      wait: requestedDelay({ headers: response.headers, body: text }, clock.now()),
    };
  } catch (error) {
    if (error instanceof PromoteError && error.details.code === 'internal') throw error;
    throw new Unseen(errorFromFailure(error, 'the call').message);
  }
}

function contentHeaders(ask: Ask, body: Uint8Array): Record<string, string> {
  const type = ask.bytes === undefined ? 'application/json' : 'application/octet-stream';
  return { 'content-type': type, 'content-length': String(body.length) };
}

function encode(json: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(json));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The text at a member, empty where there is none. */
export function textAt(body: unknown, ...way: (string | number)[]): string {
  const value = at(body, ...way);
  return typeof value === 'string' ? value : '';
}

function reasonOf(body: unknown): string {
  const details = at(body, 'details');
  const [first] = Array.isArray(details) ? (details as unknown[]).map((each) => textAt(each, 'reason')) : [];
  return first ?? '';
}

/** Walks down members and positions of a JSON value; undefined where the way ends. */
export function at(value: unknown, ...way: (string | number)[]): unknown {
  return way.reduce<unknown>((current, step) => {
    if (typeof current !== 'object' || current === null) return undefined;
    return new Map<string, unknown>(Object.entries(current)).get(String(step));
  }, value);
}

/** The list at a member, empty where there is none. */
export function listAt(value: unknown, ...way: (string | number)[]): unknown[] {
  const found = at(value, ...way);
  return Array.isArray(found) ? found : [];
}
