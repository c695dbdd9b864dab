import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { startEmulator } from '../../../emulator/index.ts';
import { checkConnection } from '../harness/check-connection.ts';
import { check, unavailable, type CaseResult } from '../harness/outcome.ts';
import { importPackage, preparePackages } from '../harness/packages.ts';
import type { PeerContext } from '../harness/script.ts';

const promoter = '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe';

/** Every character that form-encoding changes (RFC 6749 §2.3.1): a client that does not encode is refused. */
const secret = 'dose+of100%:"/&=?~';

/** A client of the provider whose secret ran out in 2001. */
const expiredClient = '00000000-0000-4000-8000-00000000dead';

interface Provider {
  readonly callback: () => RequestListener;
  readonly on: (event: string, listen: (token: { readonly jti: string }) => void) => void;
}

const providerPackage = z.object({
  default: z.custom<new (issuer: string, options: unknown) => Provider>(
    (value) => typeof value === 'function',
  ),
});

/** A token endpoint of somebody else's: what it asked, and whom it told of each token that it gave. */
async function startProvider(onToken: (token: string) => void): Promise<{
  readonly url: string;
  readonly seen: string[];
  readonly close: () => Promise<void>;
}> {
  const { default: OidcProvider } = providerPackage.parse(await importPackage('oidc-provider'));
  const seen: string[] = [];
  let handle: RequestListener = (_request, response) => response.writeHead(503).end();
  const server = createServer((request, response) => {
    const scheme = request.headers.authorization?.split(' ')[0] ?? 'none';
    response.on('finish', () =>
      seen.push(`${request.method ?? ''} ${request.url ?? ''} ${scheme} ${response.statusCode}`),
    );
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = {
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
    scope: 'all-apis',
    client_secret: secret,
  };
  const provider = new OidcProvider(url, {
    clients: [
      { ...client, client_id: promoter },
      { ...client, client_id: expiredClient, client_secret_expires_at: 1_000_000_000 },
    ],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    scopes: ['all-apis'],
  });
  provider.on('client_credentials.saved', ({ jti }) => onToken(jti));
  handle = provider.callback();
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url, seen, close };
}

/** `oauth-m2m` at an OAuth server that neither we nor the emulator wrote; the emulator takes the tokens that it gave. */
export async function* outsideTokenEndpoint({ wanted }: PeerContext): AsyncGenerator<CaseResult> {
  const name = 'auth, oidc-provider';
  if (!wanted(name)) return;
  const packages = await preparePackages();
  if (packages.state === 'unavailable') {
    yield unavailable(name, packages);
    return;
  }
  const emulator = await startEmulator({ seed: 'demo' });
  const tokens = new Set<string>();
  const provider = await startProvider((token) => {
    tokens.add(token);
    emulator.metastore.state.tokens.set(token, { principal: promoter, expiresAt: undefined });
  });
  const signIn = (clientId: string, clientSecret: string) =>
    checkConnection(
      emulator,
      {
        DATABRICKS_CLIENT_ID: clientId,
        DATABRICKS_CLIENT_SECRET: clientSecret,
        DATABRICKS_DISCOVERY_URL: `${provider.url}/.well-known/oauth-authorization-server`,
        INPUT_REGISTRY: 'databricks',
      },
      tokens,
    );
  const tokenRequests = () => provider.seen.splice(0).filter((line) => line.startsWith('POST'));
  try {
    yield await check(`${name}: our client signs in, by one request`, async () => {
      const { code, stdout } = await signIn(promoter, secret);
      if (code !== 0 || !stdout.includes(`Connected as ${promoter} with oauth-m2m`)) throw new Error(stdout);
      return expectOne(tokenRequests(), 'POST /token Basic 200');
    });
    yield await check(
      `${name}: a wrong secret is refused once, and the message says what to check`,
      async () => {
        const { code, stdout } = await signIn(promoter, `${secret}x`);
        expectRefusal(code, stdout);
        return expectOne(tokenRequests(), 'POST /token Basic 401');
      },
    );
    yield await check(`${name}: so is a secret that has run out`, async () => {
      const { code, stdout } = await signIn(expiredClient, secret);
      expectRefusal(code, stdout);
      return expectOne(tokenRequests(), /^POST \/token Basic 40[01]$/);
    });
  } finally {
    await provider.close();
    await emulator.close();
  }
}

function expectRefusal(code: number | null, stdout: string): void {
  const said = ['Signing in with oauth-m2m was refused: invalid_client', 'A secret expires'];
  const missing = said.filter((text) => !stdout.includes(text));
  if (code !== 1 || missing.length > 0)
    throw new Error(`exit code ${String(code)}, not said: ${missing.join(', ')}`);
}

function expectOne(requests: readonly string[], wanted: string | RegExp): string {
  const [only = 'none'] = requests;
  const fits = typeof wanted === 'string' ? only === wanted : wanted.test(only);
  if (requests.length !== 1 || !fits) throw new Error(`token requests: ${requests.join('; ') || 'none'}`);
  return only;
}
