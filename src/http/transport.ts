import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { protocolError } from './errors.ts';

/** One attempt of a request: a complete URL, no retry, no redirect. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array> | Uint8Array;
  readonly signal?: AbortSignal;
}

/** An answer whose body has not been read yet; exactly one of its readers is called. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly stream: AsyncIterable<Uint8Array>;
  text(limit: number): Promise<string>;
  discard(): Promise<void>;
}

/** Sends one request; throws only when no answer came. */
export type Transport = (request: OutgoingRequest) => Promise<Answer>;

/** Time-outs of one attempt, milliseconds; of a body, between two of its chunks. */
const TIMEOUTS = { connect: 10_000, headers: 60_000, body: 60_000 } as const;

/** Said outright, so that `NODE_TLS_REJECT_UNAUTHORIZED=0` in the environment of a runner changes nothing. */
const CHECKED = { rejectUnauthorized: true } as const;

/** The real transport, and how to end its connections so that the process can end. */
export interface OpenTransport {
  readonly transport: Transport;
  readonly close: () => Promise<void>;
}

/**
 * A transport on undici; goes through the proxy of `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` where one is set
 * (undici's `EnvHttpProxyAgent`; lower-case names win). Certificates are always checked.
 */
export async function openTransport(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<OpenTransport> {
  const { Agent, EnvHttpProxyAgent, request } = await import(/* webpackMode: "eager" */ 'undici');
  const options = {
    connect: { timeout: TIMEOUTS.connect, ...CHECKED },
    headersTimeout: TIMEOUTS.headers,
    bodyTimeout: TIMEOUTS.body,
    keepAliveTimeout: 4_000,
  };
  const proxied = ['https_proxy', 'http_proxy'].some(
    (name) => (environment[name] ?? environment[name.toUpperCase()] ?? '') !== '',
  );
  const dispatcher: Dispatcher = proxied
    ? new EnvHttpProxyAgent({ ...options, requestTls: CHECKED, proxyTls: CHECKED })
    : new Agent(options);
  const transport: Transport = async (outgoing) => {
    const response = await request(outgoing.url, {
      dispatcher,
      method: outgoing.method,
      headers: outgoing.headers,
      body: bodyOf(outgoing.body),
      ...(outgoing.signal === undefined ? {} : { signal: outgoing.signal }),
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      stream: response.body,
      text: (limit) => readText(response.body, limit),
      discard: () => response.body.dump(),
    };
  };
  return { transport, close: () => dispatcher.destroy() };
}

function bodyOf(body: OutgoingRequest['body']): Uint8Array | Readable | null {
  if (body === undefined || body instanceof Uint8Array) return body ?? null;
  return Readable.from(body, { objectMode: false });
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
