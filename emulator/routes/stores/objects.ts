import { createHash } from 'node:crypto';
import { ApiError } from '../../metastore/api-error.ts';
import type { Received } from '../../metastore/blobs.ts';
import { type Place, isClosed, storeFile } from '../../metastore/files.ts';
import { folderOf, placeOfKey } from '../../metastore/locations.ts';
import { objectResponse } from '../files/ranges.ts';
import { page, type Page } from '../paging.ts';
import type { RouteResponse, Context, StorageGrant, Upload } from '../route.ts';

/** 403 of a store, as XML. */
export function accessDenied(message = 'Access Denied', code = 'AccessDenied'): ApiError {
  return new ApiError(403, code, message, 'xml');
}

/** The file of a key, for a caller whom temporary credentials let do `operation` below one folder until they end. */
export function openKey(
  { session }: Context,
  key: string,
  grant: StorageGrant,
  operation: 'read' | 'write',
): Place {
  const place = placeOfKey(session, key);
  const inFolder = grant.folder === folderOf(place.version);
  if (!inFolder || (operation === 'write' && grant.operation !== 'write')) throw accessDenied();
  if (operation === 'write' && isClosed(session, place.version)) throw accessDenied();
  return place;
}

/** Whether credentials have ended, or a fault wants them to have. */
export function hasEnded(context: Context, grant: StorageGrant): boolean {
  return context.expired || grant.expiresAt <= context.session.now();
}

/** A file or a range of it. */
export function readKey(context: Context, { version, path }: Place): RouteResponse {
  const file = version.files.get(path);
  if (!file) throw new ApiError(404, 'NoSuchKey', 'The specified key does not exist.', 'xml');
  return objectResponse(file, context.headers, context.session.switches.rangesHonoured);
}

/** One page of the keys that begin with `prefix`, which has to lie in the folder of the credentials. */
export function listKeys(
  context: Context,
  grant: StorageGrant,
  { prefix, size, token }: { prefix: string; size: number | undefined; token: string | undefined },
): Page<{ key: string; size: number }> {
  if (!prefix.startsWith(`${grant.folder}/`)) throw accessDenied();
  const { version } = placeOfKey(context.session, prefix);
  const keys = [...version.files]
    .map(([path, { content }]) => ({ key: `${grant.folder}/${path}`, size: content.size }))
    .filter(({ key }) => key.startsWith(prefix));
  return page(context.session, keys, ({ key }) => key, { size, token, normal: 1000, most: 5000 });
}

/** The request body with its md5 (hex), checked against `Content-MD5` where that is sent. */
export async function receiveChecked(context: Context): Promise<Received & { md5: string }> {
  const receiver = context.blobs.receive();
  const hash = createHash('md5');
  for await (const chunk of context.body) {
    hash.update(chunk);
    receiver.write(chunk);
  }
  const md5 = hash.digest('hex');
  const wanted = context.headers['content-md5'];
  if (wanted !== undefined && wanted !== Buffer.from(md5, 'hex').toString('base64'))
    throw new ApiError(400, 'BadDigest', 'The Content-MD5 is not that of what arrived.', 'xml');
  return { ...receiver.finish(), md5 };
}

/** Makes a file of what was received. */
export function storeKey({ session }: Context, place: Place, received: Received): void {
  storeFile(session, place, received, 'application/octet-stream');
}

/** A new upload in parts of an object. */
export function objectUpload(key: string): Upload {
  return { kind: 'object', path: key, caller: '', parts: new Map() };
}

/** 200 with XML. */
export function xml(text: string): RouteResponse {
  return {
    status: 200,
    contentType: 'application/xml',
    text: `<?xml version="1.0" encoding="UTF-8"?>\n${text}`,
  };
}

/** A text in an element. */
export function element(name: string, text: string | number): string {
  const escaped = String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return `<${name}>${escaped}</${name}>`;
}
