import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { protocolError, SlowResponse } from './errors.ts';
import { proxiesOf } from './proxy.ts';

/** One attempt of a request: a complete URL, no retry, no redirect. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array> | Uint8Array;
  readonly signal?: AbortSignal;
}

/** An answer whose body has not been read yet; exactly one of its readers is called. */
export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly stream: AsyncIterable<Uint8Array>;
  text(limit: number): Promise<string>;
  discard(): Promise<void>;
}

/** Sends one request; throws only when no answer came. */
export type Transport = (request: OutgoingRequest) => Promise<Response>;

/** Time-outs of one attempt, milliseconds. */
export interface Timeouts {
  readonly connect: number;
  readonly headers: number;
  /** Between two chunks of a body. */
  readonly body: number;
  /** Of a whole body that is read as text, however steadily it drips; files, which may take long, are streamed. */
  readonly text: number;
}

const TIMEOUTS: Timeouts = { connect: 10_000, headers: 60_000, body: 60_000, text: 120_000 };

/** The time-outs where the host may take so many milliseconds to begin a response, or pause within one. */
export function timeoutsFor(response: number): Timeouts {
  return { ...TIMEOUTS, headers: response, body: response, text: Math.max(TIMEOUTS.text, response) };
}

/** Said outright, so that `NODE_TLS_REJECT_UNAUTHORIZED=0` in the environment of a runner changes nothing. */
const CHECKED = { rejectUnauthorized: true } as const;

/** The real transport, and how to end its connections so that the process can end. */
export interface OpenTransport {
  readonly transport: Transport;
  readonly close: () => Promise<void>;
}

/**
 * A transport on undici; goes through the proxy of `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` where one is set
 * (undici's `EnvHttpProxyAgent`; {@link proxiesOf}). Certificates are always checked.
 */
export async function openTransport(
  environment: Readonly<Record<string, string | undefined>>,
  timeouts: Timeouts = TIMEOUTS,
): Promise<OpenTransport> {
  const proxies = proxiesOf(environment);
  const { Agent, EnvHttpProxyAgent, Pool } = await import(/* webpackMode: "eager" */ 'undici');
  const options = {
    connect: { timeout: timeouts.connect, ...CHECKED },
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.body,
    keepAliveTimeout: 4_000,
  };
  const dispatcher: Dispatcher =
    proxies === undefined
      ? new Agent(options)
      : new EnvHttpProxyAgent({
          ...options,
          ...proxies,
          connectTimeout: timeouts.connect,
          requestTls: CHECKED,
          proxyTls: CHECKED,
          // Until a proxy has answered CONNECT there is no connection: the answer has no more time than one.
          clientFactory: (proxy, own) => new Pool(proxy, { ...own, headersTimeout: timeouts.connect }),
        });
  const transport: Transport = async (outgoing) => {
    const { origin, pathname, search } = new URL(outgoing.url);
    const response = await dispatcher.request({
      origin,
      path: `${pathname}${search}`,
      method: outgoing.method,
      headers: outgoing.headers,
      body: bodyOf(outgoing.body),
      ...(outgoing.signal === undefined ? {} : { signal: outgoing.signal }),
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      stream: response.body,
      text: (limit) => inTime(response.body, timeouts.text, () => readText(response.body, limit)),
      discard: () => inTime(response.body, timeouts.text, () => response.body.dump()),
    };
  };
  return { transport, close: () => dispatcher.destroy() };
}

function bodyOf(body: OutgoingRequest['body']): Uint8Array | Readable | null {
  if (body === undefined || body instanceof Uint8Array) return body ?? null;
  return Readable.from(body, { objectMode: false });
}

/** Ends a body that has not come whole in time. */
async function inTime<T>(body: Readable, ms: number, work: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => body.destroy(new SlowResponse(ms)), ms);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}

async function readText(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw protocolError(`is larger than ${limit} bytes`, 'the host');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
