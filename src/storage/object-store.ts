import type { FileEntry } from '../domain/file-entry.ts';
import type { HttpClient } from '../http/client.ts';
import { header } from '../http/failed-response.ts';
import type { Response } from '../http/transport.ts';
import { RouteRefused } from '../transfer/route.ts';
import type { PartWriter } from '../transfer/port.ts';
import type { RenewedCredentials } from './credentials.ts';
import type { StorageEndpoints } from './endpoints.ts';
import type { StoragePlace } from './place.ts';
import type { OpenBytes } from './whole-body.ts';

/** A folder of a store, opened by credentials. Everything throws `RouteRefused` where the store refuses. */
export interface ObjectStore {
  /** The kind of store, for people. */
  readonly label: string;
  /** Every file of the folder, by the rules of `FileList`. */
  list(): Promise<FileEntry[]>;
  /** Bytes of a file, as 200 or 206; 404 when there is none, 412 when it is no more what was `seen`. */
  open(path: string, range: StoreRange): Promise<Response>;
  /** Writes a file in one request, with its md5, so that what arrives damaged is refused. */
  put(file: FileEntry, open: OpenBytes): Promise<void>;
  /** Begins to write a file in parts, or resumes where an earlier run was ended and the store shows what arrived. */
  openParts(file: FileEntry): Promise<PartWriter>;
}

/** A folder of a store that is only read. */
export type ReadableStore = Pick<ObjectStore, 'label' | 'list' | 'open'>;

/** Bytes of a file, `end` exclusive; without it to the end of the file. */
export interface StoreRange {
  readonly start: number;
  readonly end?: number | undefined;
  /** What an earlier response said of the file. */
  readonly seen?: Validators | undefined;
}

/** `ETag` and `Last-Modified` (RFC 9110 §8.8) of a response, empty when absent. */
export interface Validators {
  readonly etag: string;
  readonly modified: string;
}

/** What a response says of its file. */
export function validatorsOf({ headers }: Pick<Response, 'headers'>): Validators {
  return { etag: header(headers, 'etag'), modified: header(headers, 'last-modified') };
}

/** A weak ETag may stay while bytes change (RFC 9110 §8.8.1). */
export function isStrong(etag: string): boolean {
  return etag !== '' && !etag.startsWith('W/');
}

/** What a store is made of. */
export interface StoreOptions<P extends StoragePlace = StoragePlace> {
  readonly http: HttpClient;
  readonly place: P;
  readonly credentials: RenewedCredentials;
  readonly endpoints: StorageEndpoints;
}

/** Statuses of a read that are responses. */
export const READ_RESPONSES = new Set([200, 206, 404, 412]);

/**
 * The headers of a read; no range for a file from its start to its end, since an empty file has none. An ETag goes before a
 * date: a store that keeps milliseconds takes every file for modified since its own `Last-Modified` (seen on S3Proxy).
 */
export function rangeHeaders({ start, end, seen }: StoreRange): Record<string, string> {
  const { etag = '', modified = '' } = seen ?? {};
  return {
    ...(start === 0 && end === undefined
      ? {}
      : { range: `bytes=${start}-${end === undefined ? '' : end - 1}` }),
    ...(isStrong(etag) ? { 'if-match': etag } : modified === '' ? {} : { 'if-unmodified-since': modified }),
  };
}

/** The size of a file as its store states it, bytes; undefined where the store shows none. */
export async function storedSize(store: ObjectStore, path: string): Promise<number | undefined> {
  try {
    const response = await store.open(path, { start: 0, end: 1 });
    await response.discard();
    const total = /\/(\d+)$/u.exec(header(response.headers, 'content-range'))?.[1];
    return total === undefined ? undefined : Number(total);
  } catch (error) {
    if (error instanceof RouteRefused) return undefined;
    throw error;
  }
}
