import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { messageOf } from '../domain/errors.ts';
import { causeCode, SlowResponse } from './unanswered.ts';
import { protocolError } from './failed-response.ts';
import { ProxyFailure } from './proxy-failure.ts';
import { proxiesOf, variableOf } from './proxy.ts';

/** One attempt of a request: a complete URL, no retry, no redirect. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array> | Uint8Array;
  readonly signal?: AbortSignal;
}

/** A response whose body has not been read yet; exactly one of its readers is called. */
export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly stream: AsyncIterable<Uint8Array>;
  text(limit: number): Promise<string>;
  discard(): Promise<void>;
}

/** Sends one request; throws only when no response came. */
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
 * A transport on undici; what is asked by `https://` goes through the proxy of `HTTPS_PROXY` and nothing else, as with curl,
 * what is asked by `http://` through that of `HTTP_PROXY`, and hosts of `NO_PROXY` are asked directly (undici's
 * `EnvHttpProxyAgent`; {@link proxiesOf}). Certificates are always checked.
 */
export async function openTransport(
  environment: Readonly<Record<string, string | undefined>>,
  timeouts: Timeouts = TIMEOUTS,
): Promise<OpenTransport> {
  const proxies = proxiesOf(environment);
  const { Agent, EnvHttpProxyAgent, Pool } = await import(/* webpackChunkName: "work" */ 'undici');
  const options = {
    connect: { timeout: timeouts.connect, ...CHECKED },
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.body,
    keepAliveTimeout: 4_000,
  };
  const direct = new Agent(options);
  const through = (address: string | undefined, variable: string): Dispatcher =>
    address === undefined || address === ''
      ? direct
      : new EnvHttpProxyAgent({
          ...options,
          httpProxy: address,
          httpsProxy: address,
          noProxy: proxies?.noProxy ?? '',
          connectTimeout: timeouts.connect,
          requestTls: CHECKED,
          proxyTls: CHECKED,
          // Until a proxy has responded to CONNECT there is no connection: the response has no more time than one.
          clientFactory: (proxy, own) =>
            tunnelThrough(new Pool(proxy, { ...own, headersTimeout: timeouts.connect }), variable),
        });
  const variables = {
    http: variableOf(environment, 'http_proxy'),
    https: variableOf(environment, 'https_proxy'),
  };
  const http = through(proxies?.httpProxy, variables.http);
  const https = through(proxies?.httpsProxy, variables.https);
  const transport: Transport = async (outgoing) => {
    const { protocol, origin, pathname, search } = new URL(outgoing.url);
    const request = {
      origin,
      path: `${pathname}${search}`,
      method: outgoing.method,
      headers: outgoing.headers,
      body: bodyOf(outgoing.body),
      ...(outgoing.signal === undefined ? {} : { signal: outgoing.signal }),
    };
    const response = await (protocol === 'http:'
      ? http.request(request).catch(refusedBy(variables.http))
      : https.request(request));
    return {
      status: response.statusCode,
      headers: response.headers,
      stream: response.body,
      text: (limit) => inTime(response.body, timeouts.text, () => readText(response.body, limit)),
      discard: () => inTime(response.body, timeouts.text, () => response.body.dump()),
    };
  };
  const close = async () => {
    await Promise.all([...new Set([direct, http, https])].map((each) => each.destroy()));
  };
  return { transport, close };
}

/** The connections to a proxy: what fails there says that it was the proxy, and with which status it refused. */
function tunnelThrough(pool: Dispatcher, variable: string): Dispatcher {
  const connect = pool.connect.bind(pool);
  return Object.assign(pool, {
    async connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
      const opened = await connect(options).catch((error: unknown) => {
        throw new ProxyFailure(variable, causeCode(error), error);
      });
      if (opened.statusCode === 200) return opened;
      opened.socket.on('error', () => undefined).destroy();
      throw new ProxyFailure(variable, `HTTP_${opened.statusCode}`);
    },
  });
}

/** Without a tunnel undici keeps the 407 of a proxy to itself, and says so in an error. */
function refusedBy(variable: string): (error: unknown) => never {
  return (error) => {
    throw /^Proxy Authentication Required \(407\)/u.test(messageOf(error))
      ? new ProxyFailure(variable, 'HTTP_407', error)
      : error;
  };
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
