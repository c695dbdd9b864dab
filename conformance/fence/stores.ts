import type { OutgoingRequest } from '../../src/http/transport.ts';
import { endpointOf, type StorageEndpoints } from '../../src/storage/endpoints.ts';
import { encodeKey, parseLocation, type StoragePlace } from '../../src/storage/place.ts';
import { RouteRefused } from '../../src/transfer/route.ts';
import type { Judgement } from './rules.ts';

/** How the call of a request to a store ends. */
export const STORED = '{storage of the version}';

/** Whether a request stays in the storage of a version; undefined: it is about something else. */
export type StoreFence = (request: Pick<OutgoingRequest, 'method' | 'url'>) => Judgement | undefined;

/** The fence around the storage that the registry names for an own version; undefined for one that our client opens neither. */
export function fenceOfStore(location: string, endpoints: StorageEndpoints): StoreFence | undefined {
  try {
    const place = parseLocation(location);
    const bases = basesOf(place, endpoints);
    return place.prefix === '' ? undefined : (request) => judgeStored(place, bases, request);
  } catch (error) {
    if (error instanceof RouteRefused) return undefined;
    throw error;
  }
}

/** Addresses of the bucket or container, without a slash at the end, as `src/storage` writes them. */
function basesOf(place: StoragePlace, endpoints: StorageEndpoints): RegExp {
  switch (place.kind) {
    case 's3': {
      const bucket = literal(encodeKey(place.bucket));
      const own = endpointOf('s3', endpoints);
      if (own !== undefined) return begins(`${literal(own)}/${bucket}`);
      const host = String.raw`s3(?:\.[a-z0-9-]+)?\.amazonaws\.com`;
      return begins(place.bucket.includes('.') ? `https://${host}/${bucket}` : `https://${bucket}\\.${host}`);
    }
    case 'r2': {
      const own = endpointOf('s3', endpoints) ?? `https://${place.host}`;
      return begins(`${literal(own)}/${literal(encodeKey(place.bucket))}`);
    }
    case 'azure': {
      const own = endpointOf('azure', endpoints) ?? `https://${place.host}`;
      return begins(`${literal(own)}/${literal(encodeKey(place.container))}`);
    }
    case 'google': {
      const own = endpointOf('google', endpoints) ?? 'https://storage.googleapis.com';
      const bucket = literal(encodeURIComponent(place.bucket));
      return begins(`${literal(own)}(?:/upload)?/storage/v1/b/${bucket}/o`);
    }
  }
}

function begins(source: string): RegExp {
  return new RegExp(`^${source}(?=[/?]|$)`, 'u');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
}

function judgeStored(
  place: StoragePlace,
  bases: RegExp,
  { method, url }: Pick<OutgoingRequest, 'method' | 'url'>,
) {
  const base = bases.exec(url)?.[0];
  if (base === undefined) return undefined;
  const query = new URL(url).searchParams;
  const path = decodeURIComponent(url.slice(base.length).split('?')[0] ?? '').replace(/^\//u, '');
  const key = path === '' ? (keyInQuery(place, method, query) ?? '') : path;
  // HEAD of a bucket names its region and nothing of what it holds.
  const isBucket = key === '' && method === 'HEAD' && place.kind === 's3';
  const isBelow = key.startsWith(`${place.prefix}/`) && !/(?:^|\/)\.{1,2}(?:\/|$)/u.test(key);
  return isBucket || isBelow
    ? { call: `${method} ${STORED}` }
    : { refused: 'storage that is not below the version' };
}

/** Google names an object that is made in the query; S3 lists by the whole key the uploads of an object that were begun. */
function keyInQuery(place: StoragePlace, method: string, query: URLSearchParams): string | undefined {
  if (place.kind === 'google') return method === 'POST' ? (query.get('name') ?? undefined) : undefined;
  const isS3 = place.kind === 's3' || place.kind === 'r2';
  return isS3 && method === 'GET' && query.has('uploads') ? (query.get('prefix') ?? undefined) : undefined;
}
