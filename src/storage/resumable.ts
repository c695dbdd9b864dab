import { handledLater } from '../domain/promises.ts';
import type { FileEntry } from '../domain/file-entry.ts';
import { PromoteError } from '../domain/errors.ts';
import type { HttpClient } from '../http/client.ts';
import { header } from '../http/failed-response.ts';
import type { Response } from '../http/transport.ts';
import { RouteRefused, type RouteChoice } from '../transfer/route.ts';
import type { Part } from '../transfer/part.ts';
import type { PartWriter } from '../transfer/port.ts';
import { partSizeFor } from '../transfer/large-file.ts';
import { callStore, type SignedUrl } from './call.ts';
import { strangeResponse } from './strange-response.ts';

/** 308 says how far the upload got; 404 and 410, that the store has no such upload (any more). */
const RESPONSES = new Set([200, 201, 308, 404, 410]);

const STATUS_CALL = 'PUT {signed URL of an upload} (status)';

/** Rounds for one part in which nothing more arrived. */
const MAX_FRUITLESS = 5;

/** An upload that a store has begun, and how it is resumed. */
export interface ResumableUpload {
  readonly http: HttpClient;
  readonly choice: RouteChoice;
  readonly file: FileEntry;
  /** Where it goes, or another permission for it when `renew` is set. */
  readonly url: (renew: boolean) => Promise<SignedUrl>;
  /** The size of the file in the store, or undefined where there is none. */
  readonly storedSize: () => Promise<number | undefined>;
  /** Has the store discard it, once; never throws. */
  readonly abandon: () => Promise<void>;
}

/**
 * Parts one after the other into one upload of Google's storage. After a failure the store is asked how much arrived,
 * and only the rest is sent (auth-and-http §14.1).
 */
export class ResumableWriter implements PartWriter {
  readonly choice: RouteChoice;
  readonly partSize: number;
  readonly #upload: ResumableUpload;
  #turn: Promise<void> = Promise.resolve();
  /** Bytes that the store confirmed. */
  #arrived = 0;
  #isComplete = false;

  constructor(upload: ResumableUpload) {
    this.#upload = upload;
    this.choice = upload.choice;
    this.partSize = partSizeFor(upload.file.size);
  }

  async write(part: Part): Promise<void> {
    const turn = this.#turn.then(() => this.#put(part));
    this.#turn = turn;
    handledLater(turn);
    await turn;
  }

  async finish(): Promise<void> {
    if (this.#isComplete) return;
    throw strangeResponse('does not confirm that the upload is complete', 'PUT {signed URL of an upload}');
  }

  abandon(): Promise<void> {
    return this.#upload.abandon();
  }

  async #put(part: Part): Promise<void> {
    const { http, file } = this.#upload;
    const end = part.start + part.size;
    const total = part.isLast ? String(file.size) : '*';
    for (let fruitless = 0; this.#arrived < end || (part.isLast && !this.#isComplete);) {
      const before = this.#arrived;
      const from = before - part.start;
      if (from < 0) throw strangeResponse(`lost bytes that were already confirmed`, STATUS_CALL);
      const response = await callStore(http, {
        call: 'PUT {signed URL of an upload}',
        method: 'PUT',
        url: this.#upload.url,
        headers: {
          'content-length': String(part.size - from),
          'content-range': `bytes ${before}-${end - 1}/${total}`,
        },
        body: () => part.stream(from),
        accept: RESPONSES,
        beforeRetry: () => this.#status(),
      });
      await this.#take(response);
      fruitless = this.#arrived > before ? 0 : fruitless + 1;
      if (fruitless >= MAX_FRUITLESS) throw new RouteRefused('the storage confirms no byte of the upload');
    }
  }

  /** Asks how much arrived; the response stands for that of the request that failed. */
  async #status(): Promise<Response | undefined> {
    return callStore(this.#upload.http, {
      call: STATUS_CALL,
      method: 'PUT',
      url: this.#upload.url,
      headers: { 'content-length': '0', 'content-range': 'bytes */*' },
      accept: RESPONSES,
    });
  }

  async #take(response: Response): Promise<void> {
    const { file, storedSize } = this.#upload;
    await response.discard();
    if (response.status === 200 || response.status === 201) {
      this.#isComplete = true;
      this.#arrived = file.size;
    } else if (response.status === 308) {
      const last = /^bytes=0-(\d+)$/u.exec(header(response.headers, 'range'))?.[1];
      this.#arrived = last === undefined ? 0 : Number(last) + 1;
    } else {
      // The upload is unknown: it ended well and its response was lost, or it is lost.
      if ((await storedSize()) !== file.size)
        throw new PromoteError('The storage lost an upload in progress.', {
          code: 'unavailable',
          outcome: 'unavailable',
          fix: 'Run again.',
        });
      this.#isComplete = true;
      this.#arrived = file.size;
    }
  }
}
