import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';

/** An issuer of ID tokens on the loopback, whose keys any verifier can fetch (OpenID Connect Discovery 1.0). */
export interface IdTokenIssuer {
  readonly url: string;
  /** A signed token (RS256) of five minutes. */
  readonly issue: (claims: Readonly<Record<string, string>>) => string;
  readonly close: () => Promise<void>;
}

/** Starts an issuer with a key of its own. */
export async function startIssuer(): Promise<IdTokenIssuer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = 'peer';
  let url = '';
  const server = createServer((request, response) => {
    const body = request.url?.endsWith('/openid-configuration')
      ? { issuer: url, jwks_uri: `${url}/jwks` }
      : { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  url = `http://127.0.0.1:${address.port}`;
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    url,
    issue(claims) {
      const now = Math.floor(Date.now() / 1000);
      const payload = { iss: url, iat: now, exp: now + 300, ...claims };
      const text = `${encode({ alg: 'RS256', typ: 'JWT', kid })}.${encode(payload)}`;
      return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
