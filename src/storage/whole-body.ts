import { createHash } from 'node:crypto';
import type { FileEntry } from '../domain/file-entry.ts';
import { PromoteError } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import type { OutgoingRequest } from '../http/transport.ts';
import type { ByteStream } from '../transfer/port.ts';

/** Gives the bytes of a file; asked again when the request has to be repeated. */
export type OpenBytes = () => Promise<ByteStream | Uint8Array>;

/** A file that goes into its store in one request, and its md5: known before where it is in memory, else when it was sent. */
export class WholeBody {
  readonly #open: OpenBytes;
  #ready: ByteStream | Uint8Array | undefined;
  #md5: string | undefined;

  private constructor(open: OpenBytes, ready: ByteStream | Uint8Array) {
    this.#open = open;
    this.#ready = ready;
    if (ready instanceof Uint8Array) this.#md5 = createHash('md5').update(ready).digest('hex');
  }

  static async of(open: OpenBytes): Promise<WholeBody> {
    return new WholeBody(open, await open());
  }

  /** The md5 of what was sent last, or of what is in memory; hex. */
  get md5(): string | undefined {
    return this.#md5;
  }

  /** The bytes for one try. */
  body(): OutgoingRequest['body'] {
    return this.#ready instanceof Uint8Array ? this.#ready : this.#stream();
  }

  /** Throws `unavailable` when the md5 (hex) that the store states of what arrived is another; undefined where it states none. */
  requireArrived({ path }: FileEntry, storeMd5: string | undefined): void {
    if (storeMd5 === undefined || storeMd5 === this.#md5) return;
    throw new PromoteError(`The storage holds other bytes for ${show(path)} than were sent.`, {
      code: 'unavailable',
      outcome: 'unavailable',
      fix: 'Run again.',
    });
  }

  async *#stream(): AsyncGenerator<Uint8Array> {
    const bytes = this.#ready ?? (await this.#open());
    this.#ready = undefined;
    const hash = createHash('md5');
    for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
      hash.update(chunk);
      yield chunk;
    }
    this.#md5 = hash.digest('hex');
  }
}

/** The md5 (hex) of a header or field that holds it in base64, as `Content-MD5` does (RFC 1864); undefined for none. */
export function md5Of(base64: string): string | undefined {
  return base64 === '' ? undefined : Buffer.from(base64, 'base64').toString('hex');
}
