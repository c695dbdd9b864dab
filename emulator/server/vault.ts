import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { StorageGrant, Vault } from '../routes/route.ts';

/** Temporary credentials that can be checked without being kept: what they allow stands in them, under a signature. */
export function makeVault(): Vault {
  const secret = randomBytes(32);
  const sign = (text: string): string => createHmac('sha256', secret).update(text).digest('base64url');
  return {
    issue(grant) {
      const text = Buffer.from(JSON.stringify(grant)).toString('base64url');
      return `${text}.${sign(text)}`;
    },
    open(token) {
      const [text = '', signature = ''] = token.split('.');
      const expected = Buffer.from(sign(text));
      const given = Buffer.from(signature);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as StorageGrant;
    },
    keyOf: (token) => sign(`key of ${token}`),
  };
}
