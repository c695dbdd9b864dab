import { header } from '../../http/failed-response.ts';
import type { Response } from '../../http/transport.ts';

/** The md5 that an ETag is, but for what a bucket encrypts by KMS (Amazon S3 API reference, Object); hex. */
export function md5InEtag({ headers }: Response): string | undefined {
  if (header(headers, 'x-amz-server-side-encryption').startsWith('aws:kms')) return undefined;
  return /^"?([0-9a-f]{32})"?$/u.exec(header(headers, 'etag'))?.[1];
}
