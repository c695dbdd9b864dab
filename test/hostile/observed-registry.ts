import { request as httpRequest, type Agent, type IncomingHttpHeaders } from 'node:http';
import type { Emulator, Metastore } from '../../emulator/index.ts';
import type { Author, History } from './history.ts';

/** A request as it left an action. */
export interface Sent {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A response as the registry gave it, or as something in between did. */
export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** Headers that belong to one connection (RFC 9110 §7.6.1). */
const OF_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect'];

/** The registry behind all gateways of a world: one write at a time, each noted with the state after it. */
export class ObservedRegistry {
  readonly emulator: Emulator;
  readonly #history: History;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(emulator: Emulator, history: History) {
    this.emulator = emulator;
    this.#history = history;
  }

  /** Sends a request on; `author` is who changed what is another after it. */
  async pass(sent: Sent, author: Author, agent: Agent): Promise<Received> {
    if (sent.method === 'GET' || sent.method === 'HEAD') return send(this.emulator.url, sent, agent);
    return this.#inTurn(author, () => send(this.emulator.url, sent, agent));
  }

  /** Somebody else changes the registry. */
  async foreign(what: string, change: (metastore: Metastore) => void): Promise<void> {
    await this.#inTurn({ kind: 'foreign', what }, async () => change(this.emulator.metastore));
  }

  async #inTurn<T>(by: Author, work: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    const done = before.then(async () => {
      const result = await work();
      const state = this.emulator.state();
      if (JSON.stringify(state) !== JSON.stringify(this.#history.state))
        this.#history.note({ kind: 'changed', by, state });
      return result;
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

function send(base: string, { method, url, headers, body }: Sent, agent: Agent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const own = Object.entries(headers).filter(([name]) => !OF_CONNECTION.includes(name));
    const outgoing = httpRequest(`${base}${url}`, {
      method,
      agent,
      headers: {
        ...Object.fromEntries(own),
        ...(body.length > 0 || headers['content-length'] !== undefined
          ? { 'content-length': body.length }
          : {}),
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const given = Object.entries(incoming.headers).flatMap(([name, value]) =>
          value === undefined || OF_CONNECTION.includes(name) ? [] : [[name, value] as const],
        );
        resolve({
          status: incoming.statusCode ?? 502,
          headers: Object.fromEntries(given),
          body: Buffer.concat(chunks),
        });
      });
    });
    outgoing.end(body);
  });
}
