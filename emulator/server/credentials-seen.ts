import type { IncomingHttpHeaders } from 'node:http';
import type { RouteResponse } from '../routes/route.ts';

/** Fields whose values are secrets, in forms, bodies, responses and the queries of signed URLs. */
const SECRET =
  /^(access_token|subject_token|client_secret|client_assertion|session_token|secret_access_key|sas_token|X-Amz-Signature|.+_plaintext)$/;

/** No token is longer, and a pattern that goes through a whole file would be lost in it. Characters. */
const LONGEST = 16_384;

/** A signed JSON Web Token, wherever it stands. */
const JWT = /^[\w-]{10,}\.[\w-]{10,}\.[\w-]{20,}$/;

/** The credentials of a request's headers: the token, or the password of HTTP Basic. */
export function credentialsOf(headers: IncomingHttpHeaders): string[] {
  const [scheme = '', value = ''] = (headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() !== 'basic') return value === '' ? [] : [value];
  const [, ...rest] = Buffer.from(value, 'base64').toString('utf8').split(':');
  const password = rest.join(':');
  // RFC 6749 §2.3.1 has it form-encoded; not every client does that.
  return [value, password, new URLSearchParams(`p=${password}`).get('p') ?? ''];
}

/** The secrets in a response, or in the body of a request. */
export function secretsIn(value: unknown, key = ''): string[] {
  if (typeof value === 'string') {
    if (SECRET.test(key)) return [value];
    if (value.length > LONGEST) return [];
    if (JWT.test(value)) return [value];
    return /^https?:.*\?/.test(value) ? secretsIn(Object.fromEntries(new URL(value).searchParams)) : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => secretsIn(each, name));
}

/** The secrets that a response hands out. */
export function secretsOf(response: RouteResponse): string[] {
  return 'json' in response && response.status < 400 ? secretsIn(response.json) : [];
}
