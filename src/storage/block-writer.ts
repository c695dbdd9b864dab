import { createHash } from 'node:crypto';
import { messageOf, PromoteError } from '../domain/errors.ts';
import type { FileEntry } from '../domain/file-entry.ts';
import type { HttpClient } from '../http/client.ts';
import { RouteRefused, type RouteChoice } from '../transfer/route.ts';
import { partSizeFor } from '../transfer/large-file.ts';
import type { Part } from '../transfer/part.ts';
import type { PartWriter } from '../transfer/port.ts';

/** An upload whose parts go in any order, and how one store takes them. */
export interface BlockUpload {
  /** Whether the store has a part already, with this md5 (hex): from an earlier run. */
  readonly has: (index: number, md5: string) => boolean;
  /**
   * Sends a part while it fills, and returns the md5 that the store states of what arrived, hex; undefined where it states
   * none. Absent where the md5 is needed first.
   */
  readonly stream?: (part: Part) => Promise<string | undefined>;
  /** Sends a part, its md5 with it, so that the store refuses what arrives damaged. */
  readonly put: (part: Part, md5: string) => Promise<void>;
  /** Makes the file of `count` parts, by one request that is not sent again here. */
  readonly complete: (count: number) => Promise<void>;
  /** Has the store discard the parts, once. */
  readonly abandon: () => Promise<void>;
}

/**
 * Writes a file as blocks straight into its store. A part that an earlier run sent is not sent again when the md5 that
 * the store states of it is that of the bytes now read. A part that was sent while it filled, and of which the store states
 * another md5 or none, is sent once more with its md5.
 */
export class BlockWriter implements PartWriter {
  readonly partSize: number;
  readonly #http: HttpClient;
  readonly #label: string;
  readonly #size: number;
  readonly #upload: BlockUpload;
  /** Whether the store stated the md5 of each part that was sent while it filled. */
  #reportsMd5 = true;
  /** Bytes of parts that were there already. */
  #there = 0;

  constructor(http: HttpClient, label: string, file: FileEntry, upload: BlockUpload) {
    this.#http = http;
    this.#label = label;
    this.#size = file.size;
    this.#upload = upload;
    this.partSize = partSizeFor(file.size);
  }

  get choice(): RouteChoice {
    const there = this.#there === 0 ? '' : `, ${this.#there} bytes existed from an earlier run`;
    return { route: 'temporary credentials', reason: `${this.#label}${there}` };
  }

  async write(part: Part): Promise<void> {
    const stream = this.#reportsMd5 ? this.#upload.stream : undefined;
    const [md5, storeMd5] = await Promise.all([md5Of(part), stream?.(part)]);
    if (storeMd5 === md5) return;
    if (stream !== undefined && storeMd5 === undefined) this.#reportsMd5 = false;
    if (this.#upload.has(part.index, md5)) this.#there += part.size;
    else await this.#upload.put(part, md5);
  }

  async finish(): Promise<void> {
    await this.#upload.complete(Math.max(1, Math.ceil(this.#size / this.partSize)));
  }

  async abandon(): Promise<void> {
    try {
      await this.#upload.abandon();
    } catch (error) {
      if (!(error instanceof RouteRefused) && !(error instanceof PromoteError)) throw error;
      this.#http.note(`An unfinished upload could not be aborted: ${messageOf(error)}`);
    }
  }
}

async function md5Of(part: Part): Promise<string> {
  const hash = createHash('md5');
  for await (const piece of part.stream()) hash.update(piece);
  return hash.digest('hex');
}

/** An md5 as the header `Content-MD5` has it (RFC 1864). */
export function base64Of(md5: string): string {
  return Buffer.from(md5, 'hex').toString('base64');
}
