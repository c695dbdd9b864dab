import type { FileEntry } from '../../domain/file-entry.ts';
import { messageOf, PromoteError } from '../../domain/errors.ts';
import { header } from '../../http/failed-response.ts';
import type { Response } from '../../http/transport.ts';
import { RouteRefused } from '../../transfer/route.ts';
import type { PartWriter } from '../../transfer/port.ts';
import { callStore, type SignedUrl, type StoreCall } from '../call.ts';
import type { StorageCredentials } from '../credentials.ts';
import { endpointOf } from '../endpoints.ts';
import { folderOf, listFolder, MAX_PAGE_BYTES } from '../folder-listing.ts';
import { readMd5, readObjects, type StoreText } from './responses.ts';
import {
  rangeHeaders,
  READ_RESPONSES,
  storedSize,
  type ObjectStore,
  type StoreOptions,
  type StoreRange,
} from '../object-store.ts';
import type { StoragePlace } from '../place.ts';
import { ResumableWriter } from '../resumable.ts';
import { md5Of, WholeBody, type OpenBytes } from '../whole-body.ts';

const OK = new Set([200]);

/** 499 is the response to cancelling an upload (Google Cloud Storage, "Perform resumable uploads"). */
const GONE = new Set([200, 204, 404, 410, 499]);

type GoogleRequest = Pick<StoreCall, 'call' | 'method' | 'headers' | 'accept' | 'body' | 'streams'> & {
  readonly path: string;
};

/** A folder of a bucket of Google Cloud Storage by a bearer token: its JSON API, resumable uploads. */
export class GoogleStore implements ObjectStore {
  readonly label = 'Google Cloud Storage';
  readonly #options: StoreOptions<Extract<StoragePlace, { kind: 'google' }>>;

  constructor(options: StoreOptions<Extract<StoragePlace, { kind: 'google' }>>) {
    this.#options = options;
  }

  open(path: string, range: StoreRange): Promise<Response> {
    return this.#send({
      call: 'GET {object}?alt=media',
      method: 'GET',
      path: `/storage/v1/b/${this.#bucket}/o/${this.#object(path)}?alt=media`,
      // Whether the JSON API compares ETags of media is not documented.
      headers: rangeHeaders({ ...range, seen: range.seen && { ...range.seen, etag: '' } }),
      accept: READ_RESPONSES,
      streams: true,
    });
  }

  /** Objects: list (Cloud Storage JSON API reference). */
  list(): Promise<FileEntry[]> {
    const { prefix } = this.#options.place;
    const call = 'GET {bucket}/o';
    return listFolder(call, prefix, async (next) => {
      const query = [
        `prefix=${encodeURIComponent(folderOf(prefix))}`,
        'fields=items(name,size),nextPageToken',
        ...(next === undefined ? [] : [`pageToken=${encodeURIComponent(next)}`]),
      ].join('&');
      const path = `/storage/v1/b/${this.#bucket}/o?${query}`;
      const request = { call, method: 'GET', path, accept: OK } as const;
      return readObjects(await this.#read(request), call);
    });
  }

  async put(file: FileEntry, open: OpenBytes): Promise<void> {
    const call = 'POST {object}?uploadType=media';
    const whole = await WholeBody.of(open);
    const response = await this.#read({
      call,
      method: 'POST',
      path: `/upload/storage/v1/b/${this.#bucket}/o?uploadType=media&name=${this.#object(file.path)}`,
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(file.size) },
      body: () => whole.body(),
      accept: OK,
    });
    whole.requireArrived(file, md5Of(readMd5(response, call)));
  }

  async openParts(file: FileEntry): Promise<PartWriter> {
    const { http } = this.#options;
    const response = await this.#send({
      call: 'POST {object}?uploadType=resumable',
      method: 'POST',
      path: `/upload/storage/v1/b/${this.#bucket}/o?uploadType=resumable&name=${this.#object(file.path)}`,
      headers: { 'content-length': '0', 'x-upload-content-length': String(file.size) },
      accept: OK,
    });
    await response.discard();
    const session = this.#sessionOf(header(response.headers, 'location'));
    return new ResumableWriter({
      http,
      choice: { route: 'temporary credentials', reason: this.label },
      file,
      url: async () => session,
      storedSize: () => storedSize(this, file.path),
      abandon: () => this.#cancel(session),
    });
  }

  /** The upload's own address, which carries its permission: on the host that was asked, or nowhere. */
  #sessionOf(location: string): SignedUrl {
    if (!URL.canParse(location) || new URL(location).origin !== new URL(this.#base).origin)
      throw new RouteRefused('the storage names another host for the upload');
    this.#options.http.mask(location);
    return { url: location, headers: {} };
  }

  async #cancel(session: SignedUrl): Promise<void> {
    const { http } = this.#options;
    const url = async () => session;
    try {
      const headers = { 'content-length': '0' };
      const call = 'DELETE {upload}';
      await (
        await callStore(http, { call, method: 'DELETE', url, headers, accept: GONE, isOnce: true })
      ).discard();
    } catch (error) {
      if (!(error instanceof RouteRefused) && !(error instanceof PromoteError)) throw error;
      http.note(`An unfinished upload could not be aborted: ${messageOf(error)}`);
    }
  }

  async #read(request: GoogleRequest): Promise<StoreText> {
    const response = await this.#send(request);
    return { response, text: await response.text(MAX_PAGE_BYTES) };
  }

  #send({ path, ...request }: GoogleRequest): Promise<Response> {
    const { http, credentials } = this.#options;
    const url = `${this.#base}${path}`;
    let used: StorageCredentials | undefined;
    return callStore(http, {
      ...request,
      renewOnRefusal: true,
      url: async (renew) => {
        used = await credentials.get(renew ? used : undefined);
        return { url, headers: { authorization: `Bearer ${tokenOf(used)}` } };
      },
    });
  }

  get #base(): string {
    return endpointOf('google', this.#options.endpoints) ?? 'https://storage.googleapis.com';
  }

  get #bucket(): string {
    return encodeURIComponent(this.#options.place.bucket);
  }

  #object(path: string): string {
    const { prefix } = this.#options.place;
    return encodeURIComponent(`${folderOf(prefix)}${path}`);
  }
}

function tokenOf({ secret }: StorageCredentials): string {
  if (secret.kind !== 'google') throw new RouteRefused(`the credentials are now for ${secret.kind}`);
  return secret.token;
}
