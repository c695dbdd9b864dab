import type { FileEntry } from '../domain/digest.ts';
import type { HttpClient } from '../http/client.ts';
import { header } from '../http/errors.ts';
import type { Answer } from '../http/transport.ts';
import { LaneRefused } from '../transfer/lane.ts';
import type { PartWriter } from '../transfer/port.ts';
import type { RenewedCredentials } from './credentials.ts';
import type { StorageEndpoints } from './endpoints.ts';
import type { StoragePlace } from './place.ts';

/** A folder of a store, opened by credentials. Everything throws `LaneRefused` where the store refuses. */
export interface ObjectStore {
  /** The kind of store, for people. */
  readonly label: string;
  /** Bytes of a file, as 200 or 206; 412 when it is no more what `unmodifiedSince` says. */
  open(path: string, range: StoreRange): Promise<Answer>;
  /** Begins to write a file in parts, or goes on where an earlier run was ended and the store tells what arrived. */
  openParts(file: FileEntry): Promise<PartWriter>;
}

/** Bytes of a file, `end` exclusive. */
export interface StoreRange {
  readonly start: number;
  readonly end: number;
  /** `Last-Modified` of an earlier answer. */
  readonly unmodifiedSince?: string | undefined;
}

/** What a store is made of. */
export interface StoreOptions<P extends StoragePlace = StoragePlace> {
  readonly http: HttpClient;
  readonly place: P;
  readonly credentials: RenewedCredentials;
  readonly endpoints: StorageEndpoints;
}

/** Statuses of a ranged read that are answers. */
export const READ_ANSWERS = new Set([200, 206, 412]);

/** The headers of a ranged read. */
export function rangeHeaders({ start, end, unmodifiedSince }: StoreRange): Record<string, string> {
  return {
    range: `bytes=${start}-${end - 1}`,
    ...(unmodifiedSince === undefined ? {} : { 'if-unmodified-since': unmodifiedSince }),
  };
}

/** The size of a file as its store tells it, bytes; undefined where the store shows none. */
export async function storedSize(store: ObjectStore, path: string): Promise<number | undefined> {
  try {
    const answer = await store.open(path, { start: 0, end: 1 });
    await answer.discard();
    const total = /\/(\d+)$/u.exec(header(answer.headers, 'content-range'))?.[1];
    return total === undefined ? undefined : Number(total);
  } catch (error) {
    if (error instanceof LaneRefused) return undefined;
    throw error;
  }
}
