import { toldElsewhere } from '../../domain/told-elsewhere.ts';
import { PromoteError } from '../../domain/errors.ts';
import type { FileEntry } from '../../domain/digest.ts';
import type { HttpClient } from '../../http/client.ts';
import { errorFromFailure, header } from '../../http/errors.ts';
import type { Answer } from '../../http/transport.ts';
import { insteadReason, LaneRefused, type Lane } from '../../transfer/lane.ts';
import type { Part } from '../../transfer/part.ts';
import type { RangeReader } from '../../transfer/port.ts';
import { changed } from '../../transfer/read-files.ts';
import { callSigned, expireTime, isFresh, presign, toSignedUrl, type SignedUrl } from './files-signed.ts';
import { getFile, offsetOf, skipping } from './files-stream.ts';
import * as wire from './wire-files.ts';

const CALL = 'GET {signed URL}';

/** Breaks in a row without a byte in between, after which a range is given up. */
const MAX_FRUITLESS = 5;

const OK = new Set([200, 206]);

const REWRITTEN = 'it was written while it was read';

/** Whether signed URLs are of use; shared by the files of a version, so that a closed road is tried once. */
export interface SignedRoad {
  refused?: LaneRefused;
}

/**
 * A large file range by range: by a signed download URL straight from its storage, renewed as it ages; where that
 * road is closed, through the workspace; and as one stream where the server ignores ranges.
 */
export class DatabricksRangeReader implements RangeReader {
  readonly #http: HttpClient;
  readonly #path: string;
  readonly #file: FileEntry;
  #signed: Promise<SignedUrl> | undefined;
  readonly #road: SignedRoad;
  #unmodifiedSince: string | undefined;
  /** What the store said of the file when it first answered: another file under the same name says another. */
  #validators: Validators | undefined;
  /** Settles with the first answer: whether ranges are honoured. */
  #probe: Promise<boolean> | undefined;
  #flow: Flow | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(http: HttpClient, root: string, file: FileEntry, road: SignedRoad) {
    this.#road = road;
    this.#http = http;
    this.#path = `${root}/${file.path}`;
    this.#file = file;
  }

  get lane(): Lane {
    const whole = this.#flow === undefined ? '' : ', in one stream since ranges are ignored';
    return this.#road.refused === undefined
      ? { road: 'signed URL', reason: `50 MiB or more${whole}` }
      : { road: 'workspace', reason: `${insteadReason(this.#road.refused, 'signed URL')}${whole}` };
  }

  async fill(part: Part): Promise<void> {
    if (this.#probe === undefined) {
      let settle: (ranged: boolean) => void = () => {};
      let fail: (error: unknown) => void = () => {};
      this.#probe = new Promise<boolean>((resolve, reject) => {
        settle = resolve;
        fail = reject;
      });
      toldElsewhere(this.#probe);
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

  async #fillRange(part: Part, settle: (ranged: boolean) => void = () => {}): Promise<void> {
    let fruitless = 0;
    while (!part.isFull) {
      const before = part.filled;
      const start = part.start + part.filled;
      const answer = await this.#open(start, part.start + part.size);
      const offset = offsetOf(answer, start);
      const isWhole = answer.status === 200 && this.#file.size > part.size;
      settle(!isWhole);
      if (isWhole) {
        this.#flow ??= new Flow(skipping({ stream: answer.stream, offset }, start));
        await this.#fillInTurn(part);
        return;
      }
      try {
        for await (const chunk of skipping({ stream: answer.stream, offset }, start)) {
          if (part.append(chunk) < chunk.length) throw tooLong(this.#file);
        }
        if (!part.isFull && part.filled === before) throw tooShort(this.#file, start);
      } catch (error) {
        fruitless = await this.#afterBreak(error, part.filled > before ? 0 : fruitless);
      }
    }
  }

  /** Takes the next bytes of the one stream; parts come here in the order of their starts. */
  async #fillInTurn(part: Part): Promise<void> {
    const turn = this.#turn.then(() => this.#fillFromFlow(part));
    this.#turn = turn;
    toldElsewhere(turn);
    await turn;
  }

  async #fillFromFlow(part: Part): Promise<void> {
    let fruitless = 0;
    while (!part.isFull) {
      const before = part.filled;
      const position = part.start + part.filled;
      try {
        this.#flow ??= await this.#openFlow(position);
        await this.#flow.fill(part);
        if (!part.isFull) throw tooShort(this.#file, part.start + part.filled);
      } catch (error) {
        this.#flow = undefined;
        fruitless = await this.#afterBreak(error, part.filled > before ? 0 : fruitless);
      }
    }
  }

  async #openFlow(position: number): Promise<Flow> {
    const answer = await this.#open(position, this.#file.size);
    return new Flow(skipping({ stream: answer.stream, offset: offsetOf(answer, position) }, position));
  }

  async #afterBreak(error: unknown, fruitless: number): Promise<number> {
    if (error instanceof PromoteError) throw error;
    if (fruitless + 1 >= MAX_FRUITLESS) throw errorFromFailure(error, CALL);
    await this.#http.backOff(fruitless + 1);
    return fruitless + 1;
  }

  async #open(start: number, end: number): Promise<Answer> {
    if (this.#road.refused === undefined) {
      try {
        return await this.#checked(await this.#openSigned(start, end), 'signed URL');
      } catch (error) {
        if (!(error instanceof LaneRefused)) throw error;
        this.#road.refused = error;
      }
    }
    const answer = await getFile(this.#http, this.#path, { start, end }, this.#unmodifiedSince);
    if (answer === undefined) throw changed(this.#file, 'it is gone');
    return this.#checked(answer, 'workspace');
  }

  async #checked(answer: Answer, road: Validators['road']): Promise<Answer> {
    const total = /\/(\d+)$/u.exec(header(answer.headers, 'content-range'))?.[1];
    const seen = validatorsOf(answer, road);
    if (this.#validators?.road !== road) this.#validators = seen;
    const problem =
      total !== undefined && Number(total) !== this.#file.size
        ? `it has ${total} bytes, and ${this.#file.size} were listed`
        : differs(this.#validators, seen)
          ? REWRITTEN
          : undefined;
    if (problem !== undefined) {
      await answer.discard();
      throw changed(this.#file, problem);
    }
    if (this.#unmodifiedSince === undefined && seen.modified !== '') this.#unmodifiedSince = seen.modified;
    return answer;
  }

  async #openSigned(start: number, end: number): Promise<Answer> {
    const since = this.#unmodifiedSince;
    const answer = await callSigned(this.#http, {
      call: CALL,
      method: 'GET',
      url: (renew) => this.#url(renew),
      headers: {
        range: `bytes=${start}-${end - 1}`,
        ...(since === undefined ? {} : { 'if-unmodified-since': since }),
      },
      accept: new Set([...OK, 412]),
    });
    if (answer.status !== 412) return answer;
    await answer.discard();
    throw changed(this.#file, REWRITTEN);
  }

  async #url(renew: boolean): Promise<SignedUrl> {
    const known = renew ? undefined : this.#signed;
    const url = await known;
    if (known !== undefined && isFresh(this.#http, url)) return url;
    // Another part may have asked for a new one in the meantime.
    if (this.#signed === known || renew) {
      this.#signed = this.#presign();
      toldElsewhere(this.#signed);
    }
    return this.#signed ?? this.#presign();
  }

  async #presign(): Promise<SignedUrl> {
    const query = { path: this.#path, expire_time: expireTime(this.#http) };
    const request = {
      method: 'POST',
      template: '/api/2.0/fs/create-download-url',
      query,
      retry: 'safe',
    } as const;
    return toSignedUrl(this.#http, await presign(this.#http, request, wire.downloadUrl));
  }
}

/** `ETag` and `Last-Modified` (RFC 9110 §8.8) of an answer, empty when absent; each road has its own. */
interface Validators {
  readonly road: 'signed URL' | 'workspace';
  readonly etag: string;
  readonly modified: string;
}

function validatorsOf({ headers }: Answer, road: Validators['road']): Validators {
  return { road, etag: header(headers, 'etag'), modified: header(headers, 'last-modified') };
}

/** Whether two answers tell of different files; `Last-Modified` alone would miss two writes within a second. */
function differs(known: Validators, seen: Validators): boolean {
  const one = (a: string, b: string) => a !== '' && b !== '' && a !== b;
  return one(known.etag, seen.etag) || one(known.modified, seen.modified);
}

/** The one stream of a file, of which each part takes its share. */
class Flow {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
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
      this.#rest = this.#rest.subarray(taken);
    }
  }
}

function tooShort(file: FileEntry, end: number): PromoteError {
  return changed(file, `it ends at byte ${end}, and ${file.size} were listed`);
}

function tooLong(file: FileEntry): PromoteError {
  return changed(file, `more bytes came than were asked for, ${file.size} in all`);
}
