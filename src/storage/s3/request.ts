import type { Response } from '../../http/transport.ts';
import type { StoreCall } from '../call.ts';
import type { ObjectStore } from '../object-store.ts';

/** What an upload needs to know of one request to its object. */
export interface S3Request extends Pick<
  StoreCall,
  'call' | 'method' | 'accept' | 'body' | 'headers' | 'streams' | 'isOnce' | 'renewOnRefusal'
> {
  readonly query?: string;
  /** Headers that belong to the signature. */
  readonly signed?: Readonly<Record<string, string>>;
}
/** A bucket as requests are sent to it. */
export interface S3Bucket extends ObjectStore {
  /** The object of a file. */
  keyOf(path: string): string;
  /** Sends a request about an object, or about the bucket for an empty key. */
  send(key: string, request: S3Request): Promise<Response>;
}
