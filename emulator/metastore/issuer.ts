import { createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';

/** Claims of an ID token; times in seconds since 1970. */
export interface IdTokenClaims {
  iss: string;
  sub: string;
  aud: string | string[];
  exp: number;
  iat?: number;
  [claim: string]: unknown;
}

const keyId = 'emulator-1';

let made: KeyObject | undefined;

/** The issuer's key: RSA, made when it is first needed, one a process. */
function privateKey(): KeyObject {
  made ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return made;
}

/** A signed ID token (RS256). */
export function signIdToken(claims: IdTokenClaims): string {
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', typ: 'JWT', kid: keyId })}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey()).toString('base64url')}`;
}

/** The claims of a token that this issuer signed, `undefined` for any other text. */
export function verifyIdToken(token: string): IdTokenClaims | undefined {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0 || signature === '') return undefined;
  const bytes = Buffer.from(`${header}.${payload}`);
  try {
    const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { alg?: unknown };
    const own = verify('sha256', bytes, createPublicKey(privateKey()), Buffer.from(signature, 'base64url'));
    if (alg !== 'RS256' || !own) return undefined;
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as IdTokenClaims;
  } catch {
    return undefined;
  }
}

/** The public key as a JSON Web Key Set. */
export function keySet(): { keys: unknown[] } {
  const jwk = createPublicKey(privateKey()).export({ format: 'jwk' });
  return { keys: [{ ...jwk, kid: keyId, alg: 'RS256', use: 'sig' }] };
}
