import { toldElsewhere } from '../../domain/told-elsewhere.ts';
import { PromoteError } from '../../domain/errors.ts';
import { header, protocolError } from '../../http/errors.ts';
import type { Answer } from '../../http/transport.ts';
import { LaneRefused, type Lane } from '../../transfer/lane.ts';
import type { Part } from '../../transfer/part.ts';
import type { PartWriter } from '../../transfer/port.ts';
import { abandonUpload, partSizeFor, sizeOf, type Upload } from './files-parts.ts';
import { callSigned, expireTime, isFresh, presign, toSignedUrl, type SignedUrl } from './files-signed.ts';
import * as wire from './wire-files.ts';

/** 308 tells how far the upload got; 404 and 410, that the store has no such upload (any more). */
const ANSWERS = new Set([200, 201, 308, 404, 410]);

const STATUS_CALL = 'PUT {signed URL of an upload} (status)';

/** Rounds for one part in which nothing more arrived. */
const MAX_FRUITLESS = 5;

/**
 * Parts one after the other into one upload of Google's storage. After a failure the store is asked how much arrived,
 * and only the rest is sent (auth-and-http §14.1).
 */
export class ResumableWriter implements PartWriter {
  readonly lane: Lane = { road: 'resumable upload', reason: '50 MiB or more, Google storage' };
  readonly partSize: number;
  readonly #upload: Upload;
  #turn: Promise<void> = Promise.resolve();
  #signed: SignedUrl | undefined;
  /** Bytes that the store confirmed. */
  #arrived = 0;
  #isComplete = false;

  constructor(upload: Upload) {
    this.#upload = upload;
    this.partSize = partSizeFor(upload.file.size);
  }

  async write(part: Part): Promise<void> {
    const turn = this.#turn.then(() => this.#put(part));
    this.#turn = turn;
    toldElsewhere(turn);
    await turn;
  }

  async finish(): Promise<void> {
    if (this.#isComplete) return;
    throw protocolError('does not tell that the upload is complete', 'PUT {signed URL of an upload}');
  }

  abandon(): Promise<void> {
    return abandonUpload(this.#upload);
  }

  async #put(part: Part): Promise<void> {
    const { http, file } = this.#upload;
    const end = part.start + part.size;
    const total = part.isLast ? String(file.size) : '*';
    for (let fruitless = 0; this.#arrived < end || (part.isLast && !this.#isComplete);) {
      const before = this.#arrived;
      const from = before - part.start;
      if (from < 0) throw protocolError(`lost bytes that it had confirmed`, STATUS_CALL);
      const answer = await callSigned(http, {
        call: 'PUT {signed URL of an upload}',
        method: 'PUT',
        url: (renew) => this.#url(renew),
        headers: {
          'content-length': String(part.size - from),
          'content-range': `bytes ${before}-${end - 1}/${total}`,
        },
        body: () => part.stream(from),
        accept: ANSWERS,
        beforeRetry: () => this.#status(),
      });
      await this.#take(answer);
      fruitless = this.#arrived > before ? 0 : fruitless + 1;
      if (fruitless >= MAX_FRUITLESS) throw new LaneRefused('the storage confirms no byte of the upload');
    }
  }

  /** Asks how much arrived; the answer stands for that of the request that failed. */
  async #status(): Promise<Answer | undefined> {
    return callSigned(this.#upload.http, {
      call: STATUS_CALL,
      method: 'PUT',
      url: (renew) => this.#url(renew),
      headers: { 'content-length': '0', 'content-range': 'bytes */*' },
      accept: ANSWERS,
    });
  }

  async #take(answer: Answer): Promise<void> {
    const { http, path, file } = this.#upload;
    await answer.discard();
    if (answer.status === 200 || answer.status === 201) {
      this.#isComplete = true;
      this.#arrived = file.size;
    } else if (answer.status === 308) {
      const last = /^bytes=0-(\d+)$/u.exec(header(answer.headers, 'range'))?.[1];
      this.#arrived = last === undefined ? 0 : Number(last) + 1;
    } else {
      // The upload is unknown: it ended well and its answer was lost, or it is lost.
      if ((await sizeOf(http, path)) !== file.size)
        throw new PromoteError('The storage forgot an upload that was under way.', {
          code: 'unavailable',
          outcome: 'unavailable',
          fix: 'Run again.',
        });
      this.#isComplete = true;
      this.#arrived = file.size;
    }
  }

  async #url(renew: boolean): Promise<SignedUrl> {
    const { http, path, token } = this.#upload;
    if (!renew && isFresh(http, this.#signed)) return this.#signed;
    const json = { path, session_token: token, expire_time: expireTime(http) };
    const answer = await presign(
      http,
      { method: 'POST', template: '/api/2.0/fs/create-resumable-upload-url', json, retry: 'safe' },
      wire.resumableUrl,
    );
    this.#signed = toSignedUrl(http, answer.resumable_upload_url);
    return this.#signed;
  }
}
