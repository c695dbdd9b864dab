import { show } from '../domain/printable.ts';
import { RouteRefused } from '../transfer/route.ts';

/** Where a store keeps a folder: without slashes at either end of `prefix`. */
export type StoragePlace =
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'r2'; readonly bucket: string; readonly host: string; readonly prefix: string }
  | { readonly kind: 'azure'; readonly container: string; readonly host: string; readonly prefix: string }
  | { readonly kind: 'google'; readonly bucket: string; readonly prefix: string };

const LOCATION = /^([a-z0-9]+):\/\/(?:([^/@]+)@)?([A-Za-z0-9._-]+)\/(.+)$/u;

/** Hosts that credentials of Azure and Cloudflare are sent to: whatever a location says, no other. */
const AZURE_HOST =
  /^[a-z0-9-]+\.(?:[a-z0-9]+\.)?dfs\.(?:core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)|storage\.azure\.net)$/u;
const R2_HOST = /^[a-z0-9]+(?:\.[a-z]+)?\.r2\.cloudflarestorage\.com$/u;

/**
 * Reads the location of a version (`s3://`, `r2://bucket@host/…`, `abfss://container@host/…`, `gs://`; uc-protocol §9.4).
 * Azure's is turned to the account's Blob endpoint. Throws `RouteRefused` for any other.
 */
export function parseLocation(location: string): StoragePlace {
  const [, scheme, user = '', host = '', path = ''] = LOCATION.exec(location) ?? [];
  const prefix = path.replace(/^\/+|\/+$/gu, '');
  if (scheme === 's3' && user === '') return { kind: 's3', bucket: host, prefix };
  if (scheme === 'gs' && user === '') return { kind: 'google', bucket: host, prefix };
  if (scheme === 'r2' && user !== '' && R2_HOST.test(host)) return { kind: 'r2', bucket: user, host, prefix };
  if (scheme === 'abfss' && user !== '' && AZURE_HOST.test(host))
    return { kind: 'azure', container: user, host: host.replace('.dfs.', '.blob.'), prefix };
  throw new RouteRefused(
    `the kind of the version's storage is unknown (${show(location.split('/')[0] ?? '', 20)}//…)`,
  );
}

/** A key, container or bucket as it stands in a path: every byte encoded but the slashes. */
export function encodeKey(key: string): string {
  return key.split('/').map(encodeValue).join('/');
}

/** A text as one segment or value of a query: encoded as signatures are computed, also what a URL would let stand (RFC 3986 §2.2). */
export function encodeValue(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/gu,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
