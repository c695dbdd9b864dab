import { PromoteError } from '../domain/errors.ts';
import { errorFromResponse } from '../http/errors.ts';
import { protocolError, type FailedResponse } from '../http/failed-response.ts';
import type { Peer } from '../http/peer.ts';
import { explained, pathTemplate, plainClient } from './oauth.ts';
import type { SignInWorld } from './port.ts';
import type { AuthType, Settings } from './settings.ts';

/** The claims of an ID token that a federation policy is matched against; nothing else of a token is ever shown. */
export interface IdClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  /** Of a job of GitHub's: `owner/name`, and the workflow that has the job. */
  readonly repository?: string;
  readonly workflowRef?: string;
  /** The environment of a job of GitHub's; a job without one has no such claim. */
  readonly environment?: string;
}

const UNKNOWN: IdClaims = { issuer: 'unknown', subject: 'unknown', audiences: [] };

/** Reads `iss`, `sub` and `aud` of a JWT, and of GitHub's the repository, the workflow and the environment, without checking it: that is for who accepts it. */
export function readClaims(token: string): IdClaims {
  const payload = token.split('.')[1] ?? '';
  let claims: unknown;
  try {
    claims = JSON.parse(new TextDecoder().decode(bytesOf(payload)));
  } catch {
    return UNKNOWN;
  }
  const fields = new Map(Object.entries(typeof claims === 'object' && claims !== null ? claims : {}));
  const stated = (name: string): string | undefined => {
    const value: unknown = fields.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const [repository, workflowRef] = [stated('repository'), stated('job_workflow_ref')];
  const environment = stated('environment');
  const audience: unknown = fields.get('aud');
  const list: unknown[] = Array.isArray(audience) ? audience : [audience];
  return {
    issuer: stated('iss') ?? 'unknown',
    subject: stated('sub') ?? 'unknown',
    audiences: list.filter((each) => typeof each === 'string'),
    ...(repository === undefined ? {} : { repository }),
    ...(workflowRef === undefined ? {} : { workflowRef }),
    ...(environment === undefined ? {} : { environment }),
  };
}

/** A service that gives a job ID tokens, and how it is asked. */
export interface IdTokenService {
  readonly url: URL;
  readonly bearer: string;
  readonly verb: 'GET' | 'POST';
  readonly query: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The key of the token in its response. */
  readonly key: string;
  /** Who it is, in the words of an error. */
  readonly peer: Peer;
  readonly fix: string;
}

const SERVICE: Peer = {
  name: "GitHub's service for ID tokens",
  fix: 'Run again later. If the error persists, check the status of GitHub, and that the network and the proxy of the runner allow the address in ACTIONS_ID_TOKEN_REQUEST_URL.',
};

/** The service refuses in JSON with a message, `msg` in its newer form (actions/runner, Twirp); anything else is not its own. */
function errorOfService(response: FailedResponse): PromoteError {
  const own = /^\s*\{[\s\S]*"(?:message|msg)"\s*:\s*"((?:[^"\\]|\\.){0,500})"/u.exec(response.body)?.[1];
  if (own === undefined || /"error_code"/u.test(response.body)) return errorFromResponse(response);
  const body = JSON.stringify({ error_code: `HTTP ${response.status}`, message: own });
  return errorFromResponse({ ...response, body });
}

/**
 * A fresh ID token of a job of GitHub's (actions-runtime §7). GitHub's address carries a query already; the audience is encoded
 * into it.
 */
export async function requestIdToken(
  world: SignInWorld,
  settings: Settings,
  audience: string,
  method: AuthType,
): Promise<string> {
  const url = new URL(settings.get('idTokenUrl') ?? '');
  return askForIdToken(world, method, {
    url,
    bearer: settings.get('idTokenRequestToken') ?? '',
    verb: 'GET',
    query: { ...Object.fromEntries(url.searchParams), audience },
    key: 'value',
    peer: SERVICE,
    fix: 'GitHub gave no ID token. Check "permissions: id-token: write" of the job, and run it again.',
  });
}

/** A fresh ID token, masked. */
export async function askForIdToken(
  world: SignInWorld,
  method: AuthType,
  { url, bearer, verb, query, headers = {}, key, peer, fix }: IdTokenService,
): Promise<string> {
  const { params } = pathTemplate(url.pathname);
  const client = plainClient(world, url.origin, method, {
    headers: { authorization: `Bearer ${bearer}`, ...headers },
    errorOf: errorOfService,
    peer,
  });
  try {
    const response = await client.json({
      method: verb,
      template: '{+idTokenRequest}',
      params: { idTokenRequest: params?.['endpoint'] ?? url.pathname },
      query,
      retry: 'safe',
    });
    const { body } = response;
    const token: unknown =
      typeof body === 'object' && body !== null ? new Map(Object.entries(body)).get(key) : undefined;
    if (typeof token !== 'string' || token === '')
      throw client.named(protocolError('contains no ID token', `${peer.name} for an ID token`));
    world.mask(token);
    return token;
  } catch (error) {
    throw explained(error, method, fix);
  }
}

/** Requires what looks like a JWT, so that a wrong file or variable is found before it is sent. */
export function requireJwt(text: string, from: string): string {
  const token = text.trim();
  if (/^[\w-]+\.[\w-]+\.[\w-]*$/u.test(token)) return token;
  throw new PromoteError(`${from} does not hold an ID token (three parts separated by dots).`, {
    code: 'invalid-input',
    outcome: 'invalid',
    fix: `Have the step that fetches the ID token write only the token to ${from}.`,
  });
}

function bytesOf(base64url: string): Uint8Array {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
