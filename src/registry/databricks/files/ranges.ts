import { handledLater } from '../../../domain/promises.ts';
import { hasCode, PromoteError } from '../../../domain/errors.ts';
import type { FileEntry } from '../../../domain/file-entry.ts';
import { show } from '../../../domain/printable.ts';
import type { HttpClient } from '../../../http/client.ts';
import { errorFromFailure } from '../../../http/unanswered.ts';
import { header } from '../../../http/failed-response.ts';
import type { Response } from '../../../http/transport.ts';
import {
  choiceAfter,
  RouteRefused,
  type ClosedRoutes,
  type RouteChoice,
  type Route,
} from '../../../transfer/route.ts';
import type { Part } from '../../../transfer/part.ts';
import type { RangeReader } from '../../../transfer/port.ts';
import { changed } from '../../../transfer/changed.ts';
import { isStrong, validatorsOf, type Validators } from '../../../storage/object-store.ts';
import { isPart, offsetOf, skipping } from '../../unbroken.ts';
import type { ReadRoute } from './read-routes.ts';

const CALL = 'GET {file}';

/** Breaks in a row without a byte in between, after which a range is given up. */
const MAX_FRUITLESS = 5;

const REWRITTEN = 'it was written while it was read';

/**
 * A large file range by range, by the first of its routes that is open; as one stream where the server ignores ranges.
 */
export class DatabricksRangeReader implements RangeReader {
  readonly #http: HttpClient;
  readonly #file: FileEntry;
  readonly #routes: readonly ReadRoute[];
  /** Shared by the files of a version. */
  readonly #closed: ClosedRoutes;
  /** `Last-Modified` of the first response that had one, whatever its route. */
  #modified = '';
  /** What the store said of the file when it first responded: another file under the same name says another. */
  #validators: SeenOn | undefined;
  /** Whether every response came by one route with the same strong ETag: then a file that was exchanged shows. */
  #isProven = true;
  /** Settles with the first response: whether ranges are honoured. */
  #probe: Promise<boolean> | undefined;
  #flow: Flow | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(http: HttpClient, file: FileEntry, routes: readonly ReadRoute[], closed: ClosedRoutes) {
    this.#http = http;
    this.#file = file;
    this.#routes = routes;
    this.#closed = closed;
  }

  get choice(): RouteChoice {
    const open = this.#routes.map((each) => each.choice()).find(({ route }) => !this.#closed.has(route));
    const { route, reason } = choiceAfter(this.#closed, open ?? { route: 'workspace', reason: '' });
    return {
      route,
      reason: `${reason}${this.#flow === undefined ? '' : ', in one stream because ranges are ignored'}`,
    };
  }

  async fill(part: Part): Promise<void> {
    if (this.#probe === undefined) {
      let settle: (ranged: boolean) => void = () => {};
      let fail: (error: unknown) => void = () => {};
      this.#probe = new Promise<boolean>((resolve, reject) => {
        settle = resolve;
        fail = reject;
      });
      handledLater(this.#probe);
      try {
        await this.#fillRange(part, settle);
      } catch (error) {
        fail(error);
        throw error;
      }
    } else if (await this.#probe) {
      await this.#fillRange(part);
    } else {
      await this.#fillInTurn(part);
    }
  }

  async isUnchanged(): Promise<boolean> {
    if (this.#validators === undefined || !this.#isProven) return false;
    try {
      const response = await this.#open(0, 1);
      await response.discard();
      return this.#isProven;
    } catch (error) {
      if (hasCode(error, 'verification')) return false;
      throw error;
    }
  }

  async tryRoute(): Promise<RouteChoice | undefined> {
    const response = await this.#open(0, 1);
    await response.discard();
    const failures = this.#routes.map((each) => this.#closed.get(each.choice().route)?.cause);
    return failures.some(mayPass) ? undefined : this.choice;
  }

  async #fillRange(part: Part, settle: (ranged: boolean) => void = () => {}): Promise<void> {
    let fruitless = 0;
    while (!part.isFull) {
      const before = part.filled;
      const start = part.start + part.filled;
      const response = await this.#open(start, part.start + part.size);
      const offset = offsetOf(response, start);
      const isWhole = !isPart(response) && this.#file.size > part.size;
      settle(!isWhole);
      if (isWhole) {
        // A route that is taken later may ignore ranges too: from here on parts take their turns.
        this.#probe = Promise.resolve(false);
        if (this.#flow === undefined) this.#flow = new Flow(response, offset, start);
        else await response.discard();
        await this.#fillInTurn(part);
        return;
      }
      try {
        for await (const chunk of skipping({ stream: response.stream, offset }, start)) {
          if (part.append(chunk) < chunk.length) throw tooLong(this.#file);
        }
        if (!part.isFull && part.filled === before) throw tooShort(this.#file, start);
      } catch (error) {
        fruitless = await this.#afterBreak(error, part.filled > before ? 0 : fruitless);
      }
    }
  }

  /** Takes the next bytes of the one stream; parts come here in the order of their starts, but where routes change. */
  async #fillInTurn(part: Part): Promise<void> {
    const turn = this.#turn.then(() => this.#fillFromFlow(part));
    this.#turn = turn;
    handledLater(turn);
    await turn;
  }

  async #fillFromFlow(part: Part): Promise<void> {
    let fruitless = 0;
    while (!part.isFull) {
      const before = part.filled;
      const position = part.start + part.filled;
      try {
        if (this.#flow?.position !== position) {
          await this.#flow?.end();
          this.#flow = await this.#openFlow(position);
        }
        await this.#flow.fill(part);
        if (!part.isFull) throw tooShort(this.#file, part.start + part.filled);
      } catch (error) {
        this.#flow = undefined;
        fruitless = await this.#afterBreak(error, part.filled > before ? 0 : fruitless);
      }
    }
  }

  async #openFlow(position: number): Promise<Flow> {
    const response = await this.#open(position, this.#file.size);
    return new Flow(response, offsetOf(response, position), position);
  }

  async #afterBreak(error: unknown, fruitless: number): Promise<number> {
    if (error instanceof PromoteError) throw error;
    if (fruitless + 1 >= MAX_FRUITLESS) throw errorFromFailure(error, CALL);
    await this.#http.backOff(fruitless + 1);
    return fruitless + 1;
  }

  async #open(start: number, end: number): Promise<Response> {
    for (const each of this.#routes) {
      const { route } = each.choice();
      if (this.#closed.has(route)) continue;
      try {
        return await this.#checked(await each.open({ start, end, seen: this.#seenOn(route) }), route);
      } catch (error) {
        if (!(error instanceof RouteRefused)) throw error;
        this.#closed.close(route, error);
      }
    }
    throw noRoute(this.#file, this.#closed);
  }

  async #checked(response: Response, route: Route): Promise<Response> {
    if (response.status === 412) {
      await response.discard();
      throw changed(this.#file, REWRITTEN);
    }
    const total = /\/(\d+)$/u.exec(header(response.headers, 'content-range'))?.[1];
    const seen = { route, ...validatorsOf(response) };
    this.#isProven &&= isProof(this.#validators ?? seen, seen);
    if (this.#validators?.route !== route) this.#validators = seen;
    const problem =
      total !== undefined && Number(total) !== this.#file.size
        ? `it has ${total} bytes, but ${this.#file.size} were listed`
        : differs(this.#validators, seen)
          ? REWRITTEN
          : undefined;
    if (problem !== undefined) {
      await response.discard();
      throw changed(this.#file, problem);
    }
    if (this.#modified === '') this.#modified = seen.modified;
    return response;
  }

  /** Each route has ETags of its own. */
  #seenOn(route: Route): Validators {
    const { etag } = this.#validators?.route === route ? this.#validators : { etag: '' };
    return { etag, modified: this.#modified };
  }
}

/** What a response said of the file, and the route that it came by. */
interface SeenOn extends Validators {
  readonly route: Route;
}

/** Whether two responses are about different files; `Last-Modified` alone would miss two writes within a second. */
function differs(known: Validators, seen: Validators): boolean {
  const one = (a: string, b: string) => a !== '' && b !== '' && a !== b;
  return one(known.etag, seen.etag) || one(known.modified, seen.modified);
}

/** Whether two responses prove that they are of one file. */
function isProof(known: SeenOn, seen: SeenOn): boolean {
  return known.route === seen.route && known.etag === seen.etag && isStrong(seen.etag);
}

/** The one stream of a file, of which each part takes its share. */
class Flow {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();
  #position: number;

  /** The bytes from `position` on of a response that begins at `offset`. */
  constructor({ stream }: Response, offset: number, position: number) {
    this.#chunks = skipping({ stream, offset }, position)[Symbol.asyncIterator]();
    this.#position = position;
  }

  /** Offset in the file of the next byte. */
  get position(): number {
    return this.#position;
  }

  /** Nobody reads on: the connection is given up. */
  async end(): Promise<void> {
    await this.#chunks.return?.();
  }

  /** Fills the part, or as much of it as the stream has. */
  async fill(part: Part): Promise<void> {
    while (!part.isFull) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done === true) return;
        this.#rest = next.value;
      }
      const taken = part.append(this.#rest);
      this.#position += taken;
      this.#rest = this.#rest.subarray(taken);
    }
  }
}

/** Whether a server responded that it failed for now; one that was not reached may be closed from here. */
function mayPass(error: unknown): boolean {
  return hasCode(error, 'unavailable', 'rate-limited') && error.details.httpStatus !== undefined;
}

/** Every route is closed: the refusal of the workspace says what kind of failure it is. */
function noRoute(file: FileEntry, closed: ClosedRoutes): PromoteError {
  const cause = closed.get('workspace')?.cause;
  const message = `The file ${show(file.path)} cannot be read by any route: ${closed.reasons ?? 'none was tried'}.`;
  const details =
    cause instanceof PromoteError ? cause.details : ({ code: 'rejected', outcome: 'error' } as const);
  return new PromoteError(message, { ...details, cause });
}

function tooShort(file: FileEntry, end: number): PromoteError {
  return changed(file, `it ends at byte ${end}, but ${file.size} bytes were listed`);
}

function tooLong(file: FileEntry): PromoteError {
  return changed(file, `more bytes arrived than were requested, ${file.size} in all`);
}
