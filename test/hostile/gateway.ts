import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Intervention, Place, Strike } from './intervention.ts';
import { isSignIn, type History } from './history.ts';
import type { ObservedRegistry, Received, Sent } from './observed-registry.ts';

/** The process of a run, as far as a gateway has to do with it. */
export interface RunningProcess {
  /** Sends a signal; resolves when the process has heard of it, or has ended. */
  signal(signal: NodeJS.Signals): Promise<void>;
}

/** What a gateway stands between, and whom it asks for interventions that are not the network's. */
export interface GatewayOptions {
  readonly run: string;
  readonly registry: ObservedRegistry;
  readonly history: History;
  readonly strikes: readonly Strike[];
  /** Headers that every response gets, in place of the registry's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Runs another run of ours to its end. */
  readonly ours: () => Promise<void>;
}

/** What a response to a read takes at least, milliseconds: reads sent side by side are seen side by side. */
const LATENCY = 15;

/** One request of a run, by what a later run of the same can be struck at. */
export interface Point {
  readonly method: string;
  readonly path: string;
  /** How many like it came before. */
  readonly skip: number;
}

/** A request that came through. */
interface Call {
  readonly number: number;
  readonly path: string;
  readonly sent: Sent;
  readonly interventions: readonly Intervention[];
  readonly client: ServerResponse;
}

/**
 * The way between one run and the registry: a server that passes requests on, notes each in the history, and does to
 * them what a schedule says.
 */
export class Gateway {
  readonly points: Point[] = [];
  /** Secrets of the registry that reached the run. */
  readonly delivered = new Set<string>();
  readonly #options: GatewayOptions;
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #waiting: { readonly strike: Strike; skip: number }[];
  readonly #late: { readonly call: Call; readonly when: 'after the next write' | 'at the end' }[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #silent: ServerResponse[] = [];
  #process: RunningProcess | undefined;
  #calls = 0;
  #broken: Error | undefined;

  private constructor(options: GatewayOptions) {
    this.#options = options;
    this.#waiting = options.strikes.map((strike) => ({ strike, skip: strike.at.skip ?? 0 }));
    this.#server = createServer((request, response) => this.#accept(request, response));
    this.#server.keepAliveTimeout = 60_000;
  }

  static async open(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    await new Promise<void>((resolve) => gateway.#server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Strikes whose request did not come. */
  get missed(): Strike[] {
    return this.#waiting.map(({ strike }) => strike);
  }

  /** The process whose requests these are. */
  belongsTo(process: RunningProcess): void {
    this.#process = process;
  }

  /** Everything that is under way ends, and copies arrive that were to arrive at the end. Throws what failed on the way. */
  async settle(): Promise<void> {
    for (const client of this.#silent.splice(0)) client.destroy();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    await this.#arriveLate(() => true);
    if (this.#broken !== undefined) throw this.#broken;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#agent.destroy();
  }

  #accept(request: IncomingMessage, client: ServerResponse): void {
    this.#calls += 1;
    const handling = this.#handle(this.#calls, request, client).catch((error: unknown) => {
      // A connection that broke on either side is a response that never comes.
      const isBroken = error instanceof Error && 'code' in error;
      if (!isBroken) this.#broken ??= error instanceof Error ? error : new Error(String(error));
      client.destroy();
    });
    this.#underWay.add(handling);
    void handling.finally(() => this.#underWay.delete(handling));
  }

  async #handle(number: number, request: IncomingMessage, client: ServerResponse): Promise<void> {
    const { run, history } = this.#options;
    const { method = 'GET', url = '/', headers } = request;
    const path = url.split('?')[0] ?? '/';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent: Sent = { method, url, headers, body: Buffer.concat(chunks) };
    history.note({ kind: 'left', run, call: number, method, path, body: bodyText(sent) });
    const like = (each: Point) => each.method === method && each.path === path;
    this.points.push({ method, path, skip: this.points.filter(like).length });
    const call: Call = { number, path, sent, interventions: this.#take(sent, path), client };
    const received = await this.#deal(call);
    if (method === 'GET') await wait(LATENCY);
    history.note({ kind: 'responded', run, call: number, status: received?.status ?? 0 });
    if (received === undefined) client.destroy();
    else this.#deliver(call, received);
  }

  /** The interventions that wait for this request; a strike strikes once. */
  #take(sent: Sent, path: string): Intervention[] {
    const found: Intervention[] = [];
    for (const waiting of [...this.#waiting]) {
      if (!fits(waiting.strike.at, sent, path)) continue;
      if (waiting.skip > 0) {
        waiting.skip -= 1;
        continue;
      }
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      found.push(...waiting.strike.interventions);
    }
    return found;
  }

  /** Does all interventions of a request in order; undefined when its connection is cut. */
  async #deal(call: Call): Promise<Received | undefined> {
    const { registry, run } = this.#options;
    const { interventions, sent, number } = call;
    await this.#others(call, 'before');
    const isKilled = interventions.some(
      (intervention) =>
        intervention.kind === 'signal' && intervention.signal === 'SIGKILL' && intervention.when === 'before',
    );
    if (isKilled || call.client.destroyed) return undefined;
    if (interventions.some(({ kind }) => kind === 'silence')) {
      await new Promise<void>((resolve) => {
        call.client.once('close', resolve);
        this.#silent.push(call.client);
      });
      return undefined;
    }
    if (interventions.some((intervention) => intervention.kind === 'cut' && intervention.when === 'before'))
      return undefined;
    const early = responseOf(interventions, 'before');
    if (early !== undefined) return early;
    let received = await registry.pass(sent, { kind: 'run', run, call: number }, this.#agent);
    if (interventions.some(({ kind }) => kind === 'double'))
      received = await registry.pass(sent, { kind: 'network', run, call: number }, this.#agent);
    for (const intervention of interventions)
      if (intervention.kind === 'replay') this.#late.push({ call, when: intervention.when });
    if (sent.method !== 'GET')
      await this.#arriveLate(
        ({ call: earlier, when }) => earlier !== call && when === 'after the next write',
      );
    await this.#others(call, 'after');
    if (interventions.some((intervention) => intervention.kind === 'cut' && intervention.when === 'after'))
      return undefined;
    return responseOf(interventions, 'after') ?? received;
  }

  /** What others do before the registry saw a request, or after it dealt with it. */
  async #others({ interventions }: Call, when: 'before' | 'after'): Promise<void> {
    const { registry, ours } = this.#options;
    for (const intervention of interventions) {
      if (!('when' in intervention) || intervention.when !== when) continue;
      if (intervention.kind === 'delay') await wait(intervention.ms);
      else if (intervention.kind === 'foreign')
        await registry.foreign(intervention.write.what, intervention.write.write);
      else if (intervention.kind === 'second-run') await ours();
      else if (intervention.kind === 'signal') await this.#process?.signal(intervention.signal);
    }
  }

  async #arriveLate(isDue: (each: { readonly call: Call; readonly when: string }) => boolean): Promise<void> {
    const { registry, run } = this.#options;
    for (const each of this.#late.filter(isDue)) {
      this.#late.splice(this.#late.indexOf(each), 1);
      await registry.pass(each.call.sent, { kind: 'network', run, call: each.call.number }, this.#agent);
    }
  }

  #deliver({ client, interventions }: Call, received: Received): void {
    const { registry, headers = {} } = this.#options;
    if (client.destroyed) return;
    const isText = /json|text/u.test(String(received.headers['content-type'] ?? ''));
    const body = isText
      ? Buffer.from(received.body.toString('utf8').replaceAll(registry.emulator.url, this.url))
      : received.body;
    const isWhole = !interventions.some(
      (intervention) => intervention.kind === 'cut' && intervention.when === 'during',
    );
    if (isWhole && isText) {
      const text = body.toString('utf8');
      for (const secret of registry.emulator.handedOut) if (text.includes(secret)) this.delivered.add(secret);
    }
    client.writeHead(received.status, {
      ...received.headers,
      ...headers,
      ...(received.status === 204 ? {} : { 'content-length': body.length }),
    });
    if (isWhole) client.end(body);
    else client.write(body.subarray(0, Math.floor(body.length / 2)), () => client.destroy());
  }
}

function fits({ method, path, body }: Place, sent: Sent, seen: string): boolean {
  if (method !== sent.method) return false;
  if (typeof path === 'string' ? path !== seen : !path.test(seen)) return false;
  return body === undefined || body.test(bodyText(sent));
}

/** Bodies of files are shown by their length; a body that signs in is a secret. */
function bodyText({ headers, body, url }: Sent): string {
  if (isSignIn(url)) return '';
  return /json/u.test(headers['content-type'] ?? '') ? body.toString('utf8') : `${body.length} bytes`;
}

function responseOf(interventions: readonly Intervention[], when: 'before' | 'after'): Received | undefined {
  const found = interventions.find(
    (intervention) => intervention.kind === 'respond' && intervention.when === when,
  );
  return found?.kind === 'respond' ? found.with : undefined;
}
