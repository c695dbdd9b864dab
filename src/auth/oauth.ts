import { PromoteError, type Advice } from '../domain/errors.ts';
import { HttpClient } from '../http/client.ts';
import type { HttpClientOptions } from '../http/client-options.ts';
import { errorFromResponse } from '../http/errors.ts';
import { protocolError } from '../http/failed-response.ts';
import type { Peer } from '../http/peer.ts';
import type { SignInWorld } from './port.ts';
import type { AuthType } from './settings.ts';
import type { IssuedToken } from './token-cache.ts';

/** A request of RFC 6749 §4.4 or RFC 8693 §2.1: a form whose response is a token. */
export interface TokenRequest {
  readonly method: AuthType;
  /** A complete `https://` address. */
  readonly endpoint: string;
  readonly form: Readonly<Record<string, string>>;
  /** Client authentication by HTTP Basic. */
  readonly basic?: { readonly id: string; readonly secret: string };
  /** The error of a response that is no success; default: in the form of a token endpoint. */
  readonly errorOf?: HttpClientOptions['errorOf'];
  /** Who gives the token, where it is not the host. */
  readonly peer?: Peer;
}

/** Token requests are repeated for a minute, as databricks-sdk-go does (auth-and-http §6). */
const RETRY = { attempts: 6, budget: 60_000, firstDelay: 500, maxDelay: 15_000 };

/** The life of a token whose response does not state it: short enough to be true. Seconds. */
const DEFAULT_LIFETIME = 300;

/** What of a {@link plainClient} is not as usual. */
export type PlainClientOptions = Partial<Pick<HttpClientOptions, 'transport' | 'errorOf' | 'peer'>> & {
  readonly headers?: Readonly<Record<string, string>>;
};

/** A client of a host that is no workspace, or of a workspace before there is a token. */
export function plainClient(
  world: SignInWorld,
  origin: string,
  method: AuthType,
  { headers = {}, ...options }: PlainClientOptions = {},
): HttpClient {
  const { clock, random, log, signal, transport } = world;
  return new HttpClient({
    host: origin,
    transport,
    authorizer: { headers: async () => headers },
    userAgent: world.userAgent(method),
    clock,
    random,
    log,
    signal,
    retry: RETRY,
    errorOf: (response) => errorFromResponse(response, 'token-endpoint'),
    ...options,
  });
}

/**
 * Requests a token and masks it before anything else is done with it. Throws `unauthenticated`, outcome `denied`, when
 * the endpoint refuses; outages are tried again and thrown as they are.
 */
export async function requestToken(world: SignInWorld, request: TokenRequest): Promise<IssuedToken> {
  const { origin, pathname, searchParams } = new URL(request.endpoint);
  const query = Object.fromEntries(searchParams);
  const headers =
    request.basic === undefined
      ? {}
      : { authorization: `Basic ${basicCredentials(request.basic.id, request.basic.secret)}` };
  const bytes = new TextEncoder().encode(new URLSearchParams(request.form).toString());
  const startedAt = world.clock.now();
  const { method, errorOf, peer } = request;
  const client = plainClient(world, origin, method, {
    headers,
    ...(errorOf === undefined ? {} : { errorOf }),
    ...(peer === undefined ? {} : { peer }),
  });
  const response = await client.json(
    { method: 'POST', ...pathTemplate(pathname), query, retry: 'safe' },
    {
      contentType: 'application/x-www-form-urlencoded',
      length: bytes.length,
      open: async () => bytes,
    },
  );
  return readToken(world, client, response.body, startedAt);
}

/**
 * A path as a request writes it: the usual token endpoint by name, any other as one value that logs do not show. Throws
 * `protocol` for one that is wrongly encoded.
 */
export function pathTemplate(pathname: string): {
  readonly template: string;
  readonly params?: Record<string, string>;
} {
  if (pathname === '/oidc/v1/token') return { template: pathname };
  try {
    const endpoint = pathname.split('/').map(decodeURIComponent).join('/');
    return { template: '{+endpoint}', params: { endpoint } };
  } catch (cause) {
    throw protocolError('contains an address with an invalid percent sign', 'the host', cause);
  }
}

/** Reads a token response (RFC 6749 §5.1; Azure writes numbers as text) and masks the token. */
export function readToken(
  world: SignInWorld,
  client: HttpClient,
  body: unknown,
  startedAt: number,
): IssuedToken {
  const fields = new Map(Object.entries(typeof body === 'object' && body !== null ? body : {}));
  const accessToken: unknown = fields.get('access_token');
  if (typeof accessToken !== 'string' || !/^[\x21-\x7e]+$/u.test(accessToken)) {
    throw client.named(protocolError('contains no token', 'the token endpoint'));
  }
  world.mask(accessToken);
  const life = positive(fields.get('expires_in'));
  const epoch = positive(fields.get('expires_on'));
  const expiresAt =
    life === undefined && epoch !== undefined ? epoch * 1000 : startedAt + (life ?? DEFAULT_LIFETIME) * 1000;
  return { accessToken, expiresAt };
}

/** The refusal of a token endpoint, with what to do about it; any other error as it is. */
export function explained(
  error: unknown,
  method: AuthType,
  fix: string,
  advice: readonly Advice[] = [],
): unknown {
  if (!(error instanceof PromoteError)) return error;
  const { code, httpStatus, serverCode, requestId } = error.details;
  if (httpStatus === undefined || httpStatus < 400 || httpStatus >= 500) return error;
  if (httpStatus === 408 || httpStatus === 429 || code === 'unavailable' || code === 'protocol') return error;
  return new PromoteError(`Signing in with ${method} was refused: ${error.message}`, {
    code: 'unauthenticated',
    outcome: 'denied',
    httpStatus,
    fix,
    cause: error,
    ...(advice.length === 0 ? {} : { advice }),
    ...(serverCode === undefined ? {} : { serverCode }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}

/** Both halves are form-encoded before they are joined (RFC 6749 §2.3.1). */
function basicCredentials(id: string, secret: string): string {
  const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
  return btoa(`${encode(id)}:${encode(secret)}`);
}

function positive(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,12}$/u.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : undefined;
}
