import { parseHost } from '../http/host.ts';
import { RouteRefused } from '../transfer/route.ts';

/** Addresses that stand in for those of the clouds, as the variables of the clouds' own tools give them. */
export interface StorageEndpoints {
  /** `AWS_ENDPOINT_URL_S3` (AWS SDKs and Tools reference, "Service-specific endpoints"). */
  readonly s3?: string | undefined;
  /** `AZURE_STORAGE_SERVICE_ENDPOINT` (Azure CLI, `az storage --blob-endpoint`). */
  readonly azure?: string | undefined;
  /** `STORAGE_EMULATOR_HOST` (Google's client libraries). */
  readonly google?: string | undefined;
}

/**
 * The address to use in place of a cloud's own, without a slash at the end, or undefined. S3's may be any `https://`
 * one, such as that of a VPC: only a signature travels. The credentials of the others travel themselves, so that theirs
 * is taken on the loopback only. Throws `RouteRefused` for what it does not take.
 */
export function endpointOf(kind: keyof StorageEndpoints, endpoints: StorageEndpoints): string | undefined {
  const text = endpoints[kind]?.trim().replace(/\/+$/u, '') ?? '';
  if (text === '') return undefined;
  const host = parseHost(text);
  const isLoopback = host.ok && new URL(host.value.origin).protocol === 'http:';
  if (!host.ok || (kind !== 's3' && !isLoopback))
    throw new RouteRefused(`${VARIABLES[kind]} is not an address that credentials may be sent to`);
  return `${host.value.origin}${pathOf(text)}`;
}

const VARIABLES: Readonly<Record<keyof StorageEndpoints, string>> = {
  s3: 'AWS_ENDPOINT_URL_S3',
  azure: 'AZURE_STORAGE_SERVICE_ENDPOINT',
  google: 'STORAGE_EMULATOR_HOST',
};

function pathOf(text: string): string {
  return new URL(text.includes('://') ? text : `https://${text}`).pathname.replace(/\/+$/u, '');
}
