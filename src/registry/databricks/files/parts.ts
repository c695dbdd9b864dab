import { handledLater } from '../../../domain/promises.ts';
import type { FileEntry } from '../../../domain/file-entry.ts';
import { hasCode, messageOf, PromoteError } from '../../../domain/errors.ts';
import type { HttpClient } from '../../../http/client.ts';
import { header, protocolError } from '../../../http/failed-response.ts';
import { RouteRefused, type RouteChoice } from '../../../transfer/route.ts';
import { callStore } from '../../../storage/call.ts';
import { partSizeFor } from '../../../transfer/large-file.ts';
import type { Part } from '../../../transfer/part.ts';
import type { PartWriter } from '../../../transfer/port.ts';
import { callJson } from '../../call.ts';
import { fileRequest } from './path.ts';
import { expireTime, isFresh, presign, toSignedUrl, type AgeingUrl } from './signed.ts';
import * as wire from '../wire/files.ts';

/** URLs asked for at once: fewer requests, and none grows old before its part. */
const URL_BATCH = 20;

const CREATED = new Set([200, 201]);
const GONE = new Set([200, 202, 204, 404]);

/** A large upload that the workspace has begun. */
export interface Upload {
  readonly http: HttpClient;
  readonly path: string;
  readonly file: FileEntry;
  readonly token: string;
}

/** Parts in any order, each by a signed URL of its own (uc-protocol §9.2, auth-and-http §14.1). */
export class MultipartWriter implements PartWriter {
  readonly choice: RouteChoice = { route: 'signed parts', reason: '50 MiB or more' };
  readonly partSize: number;
  readonly #upload: Upload;
  readonly #urls = new Map<number, Promise<AgeingUrl>>();
  readonly #etags = new Map<number, string>();
  /** Settles when the storage took the first part: before, no other is sent. */
  #opened: Promise<void> | undefined;

  constructor(upload: Upload) {
    this.#upload = upload;
    this.partSize = partSizeFor(upload.file.size);
  }

  async write(part: Part): Promise<void> {
    if (this.#opened === undefined) {
      this.#opened = this.#put(part);
      return this.#opened;
    }
    await this.#opened;
    await this.#put(part);
  }

  async finish(): Promise<void> {
    const { http, path, file, token } = this.#upload;
    const parts = [...this.#etags]
      .sort(([a], [b]) => a - b)
      .map(([number, etag]) => ({ part_number: number, etag }));
    const query = { action: 'complete-upload', upload_type: 'multipart', session_token: token };
    try {
      await http.send({ ...fileRequest('POST', path, query), json: { parts }, retry: 'never' });
    } catch (error) {
      // The response to an earlier try may have been lost: then the session is gone and the file is there.
      if (!hasCode(error, 'not-found') || (await sizeOf(http, path)) !== file.size) throw error;
    }
  }

  abandon(): Promise<void> {
    return abandonParts(this.#upload);
  }

  async #put(part: Part): Promise<void> {
    const number = part.index + 1;
    const response = await callStore(this.#upload.http, {
      call: 'PUT {signed URL of a part}',
      method: 'PUT',
      url: (renew) => this.#url(number, renew),
      headers: { 'content-length': String(part.size) },
      body: () => part.stream(),
      accept: CREATED,
    });
    await response.discard();
    // Azure's blocks have none, and are distinguished by their number (databricks-sdk-py `mixins/files.py`).
    this.#etags.set(number, header(response.headers, 'etag'));
  }

  async #url(number: number, renew: boolean): Promise<AgeingUrl> {
    const known = renew ? undefined : await this.#urls.get(number);
    if (isFresh(this.#upload.http, known)) return known;
    const last = Math.ceil(this.#upload.file.size / this.partSize);
    const count = renew ? 1 : Math.min(URL_BATCH, last - number + 1);
    const asked = this.#ask(number, count);
    for (let each = number; each < number + count; each += 1) {
      const url = asked.then((urls) => {
        const found = urls.get(each);
        if (found === undefined)
          throw protocolError(`lacks a URL for part ${each}`, 'POST /api/2.0/fs/create-upload-part-urls');
        return found;
      });
      handledLater(url);
      this.#urls.set(each, url);
    }
    const url = this.#urls.get(number);
    if (url === undefined) throw new TypeError(`No URL was asked for part ${number}.`);
    return url;
  }

  async #ask(first: number, count: number): Promise<Map<number, AgeingUrl>> {
    const { http, path, token } = this.#upload;
    const json = {
      path,
      session_token: token,
      start_part_number: first,
      count,
      expire_time: expireTime(http),
    };
    const response = await presign(
      http,
      { method: 'POST', template: '/api/2.0/fs/create-upload-part-urls', json, retry: 'safe' },
      wire.partUrls,
    );
    return new Map(response.upload_part_urls.map((row) => [row.part_number, toSignedUrl(http, row)]));
  }
}

/** The size of a file as the workspace states it, or undefined. */
export async function sizeOf(http: HttpClient, path: string): Promise<number | undefined> {
  const response = await http.stream(fileRequest('HEAD', path));
  await response?.discard();
  const length = response === undefined ? '' : header(response.headers, 'content-length');
  return /^\d+$/u.test(length) ? Number(length) : undefined;
}

/** What a workspace responds that does not know the newer form: to the action, or to the path. */
const UNKNOWN_ACTION: ReadonlySet<number | undefined> = new Set([400, 404, 405]);

/**
 * Asks the workspace to forget an upload in parts, once: by an action on the file, as newer SDKs do, or where that is not
 * known by a URL for it (databricks-sdk-py 0.162 and 0.156, `mixins/files.py`).
 */
async function abandonParts(upload: Upload): Promise<void> {
  const { http, path, token } = upload;
  const query = { action: 'abort-upload', upload_type: 'multipart', session_token: token };
  try {
    await http.send({ ...fileRequest('POST', path, query), json: {}, retry: 'never' });
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    if (UNKNOWN_ACTION.has(error.details.httpStatus)) return abandonUpload(upload);
    http.note(`An unfinished upload could not be aborted: ${messageOf(error)}`);
  }
}

/** Asks the store to forget an upload, once. What it keeps in spite of that, its own rules for unfinished uploads remove. */
export async function abandonUpload({ http, path, token }: Upload): Promise<void> {
  const json = { path, session_token: token, expire_time: expireTime(http) };
  try {
    const response = await callJson(
      http,
      { method: 'POST', template: '/api/2.0/fs/create-abort-upload-url', json, retry: 'safe' },
      wire.abortUrl,
    );
    const signed = toSignedUrl(http, response.abort_upload_url);
    const done = await callStore(http, {
      call: 'DELETE {signed URL of an upload}',
      method: 'DELETE',
      url: async () => signed,
      accept: GONE,
      isOnce: true,
    });
    await done.discard();
  } catch (error) {
    if (!(error instanceof RouteRefused) && !(error instanceof PromoteError)) throw error;
    http.note(`An unfinished upload could not be aborted: ${messageOf(error)}`);
  }
}
