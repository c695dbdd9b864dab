import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../metastore/api-error.ts';
import type { Input } from '../routes/input.ts';
import type { Signer } from '../routes/route.ts';

/** Header that signed requests must carry, as stores with encryption settings demand. */
const required = { name: 'x-emulator-signed', value: 'yes' };

/**
 * Signed URLs in the manner of a cloud store: operation, path and expiry under one signature. A Databricks token
 * sent along is refused, as S3 refuses two ways to sign in.
 */
export function makeSigner(baseUrl: () => string): Signer {
  const secret = randomBytes(32);
  const signature = (operation: string, path: string, expires: string): string =>
    createHmac('sha256', secret).update(`${operation}\n${path}\n${expires}`).digest('hex');
  return {
    sign(operation, path, expiresAt) {
      const expires = String(expiresAt);
      const query = new URLSearchParams({
        'x-op': operation,
        'x-expires': expires,
        'X-Amz-Signature': signature(operation, path, expires),
      });
      const encoded = path.split('/').map(encodeURIComponent).join('/');
      return { url: `${baseUrl()}/cloud-storage${encoded}?${query.toString()}`, headers: [required] };
    },
    check(input: Input, headers: IncomingHttpHeaders, operation: string, path: string, now: number) {
      if (headers.authorization !== undefined) {
        throw new ApiError(400, 'InvalidArgument', 'Only one auth mechanism allowed', 'xml');
      }
      const { 'x-op': signed = '', 'x-expires': expires = '', 'X-Amz-Signature': given = '' } = input.query;
      const expected = Buffer.from(signature(operation, path, expires));
      const right = given.length === expected.length && timingSafeEqual(Buffer.from(given), expected);
      if (signed !== operation || !right || headers[required.name] !== required.value) {
        throw new ApiError(403, 'SignatureDoesNotMatch', 'The request signature does not match.', 'xml');
      }
      if (Number(expires) <= now) throw new ApiError(403, 'AccessDenied', 'Request has expired', 'xml');
    },
  };
}
