import { messageOf, PromoteError } from '../domain/errors.ts';
import { errorFromFailure, header } from '../http/errors.ts';
import type { Host } from '../http/host.ts';
import type { SignInWorld } from './port.ts';
import type { Settings, SignInMethod } from './settings.ts';
import { requireEncrypted, requireTrusted } from './trusted-endpoint.ts';

/** Where a host gives tokens, and which audiences it takes when a policy names none. */
export interface TokenPlace {
  readonly endpoint: string;
  /** The first is the one to ask for. */
  readonly audiences: readonly string[];
}

/** What a host says of itself without a credential (auth-and-http §3.2); absent fields are not known. */
export interface HostMetadata {
  readonly oidcEndpoint?: string;
  readonly accountId?: string;
  readonly hostType?: string;
  readonly audiences: readonly string[];
  /** Milliseconds from the request to its answer, and how far the local clock is ahead of the host's `Date`. */
  readonly tookMs: number;
  readonly aheadMs?: number;
}

/** The probe must not hold up a run whose host does not know it. Milliseconds. */
const PROBE = 5_000;

const MAX_DOCUMENT_BYTES = 64 * 1024;

/**
 * Finds the token endpoint: by `DATABRICKS_DISCOVERY_URL`, by the host's metadata, by the document of a workspace, and
 * at last the public path `/oidc/v1/token`. An endpoint that is neither on the host nor under a domain of Databricks is
 * refused, so that no answer can send a credential elsewhere. The two probes go out together, once, with 5 s to answer.
 */
export async function discover(
  world: SignInWorld,
  host: Host,
  settings: Settings,
  method: SignInMethod,
): Promise<TokenPlace> {
  const given = settings.get('discoveryUrl');
  const usual = `${host.origin}/oidc/.well-known/oauth-authorization-server`;
  const [metadata, document] = await Promise.all([
    hostMetadata(world, host, method),
    readDocument(world, given ?? usual, method),
  ]);
  const accountId = settings.get('accountId') ?? metadata?.accountId;
  const named = metadata?.oidcEndpoint?.replaceAll('{account_id}', accountId ?? '').replace(/\/+$/u, '');
  const elsewhere = given === undefined && named !== undefined && named !== `${host.origin}/oidc`;
  if (elsewhere) requireTrusted(named, host);
  const chosen = elsewhere
    ? await readDocument(world, `${named}/.well-known/oauth-authorization-server`, method)
    : document;
  const told = textField(chosen, 'token_endpoint');
  if (given !== undefined && told === undefined) throw untold();
  const endpoint = told ?? (elsewhere ? `${named}/v1/token` : `${host.origin}/oidc/v1/token`);
  if (given === undefined) requireTrusted(endpoint, host);
  else requireEncrypted(endpoint);
  const audiences = [
    ...(metadata?.audiences ?? []),
    ...(metadata?.hostType?.toLowerCase().includes('account') === true && accountId !== undefined
      ? [accountId]
      : []),
    endpoint,
  ];
  return { endpoint, audiences: [...new Set(audiences)] };
}

/** Asks a host what it is: one try, 5 s, no credential; undefined when it does not say. */
async function hostMetadata(
  world: SignInWorld,
  host: Host,
  method: SignInMethod,
): Promise<HostMetadata | undefined> {
  const seen = await readDocument(world, metadataUrl(host), method);
  return seen === undefined ? undefined : metadataOf(seen);
}

/** As {@link hostMetadata} for who wants to know whether the host answers at all; throws `unavailable` when not. */
export async function probeHost(world: SignInWorld, host: Host, method: SignInMethod): Promise<HostMetadata> {
  try {
    return metadataOf(await fetchDocument(world, metadataUrl(host), method));
  } catch (cause) {
    throw errorFromFailure(cause, 'GET /.well-known/databricks-config');
  }
}

function metadataUrl(host: Host): string {
  return `${host.origin}/.well-known/databricks-config`;
}

function metadataOf(seen: Document): HostMetadata {
  const oidcEndpoint = textField(seen, 'oidc_endpoint');
  const accountId = textField(seen, 'account_id');
  const hostType = textField(seen, 'host_type');
  const audiences: unknown = seen.fields.get('token_federation_default_oidc_audiences');
  const date = Date.parse(seen.date);
  return {
    audiences: Array.isArray(audiences) ? audiences.filter((each) => typeof each === 'string') : [],
    tookMs: seen.endedAt - seen.startedAt,
    // A Date header has whole seconds: on the average it is half a second old.
    ...(Number.isNaN(date) ? {} : { aheadMs: (seen.startedAt + seen.endedAt) / 2 - (date + 500) }),
    ...(oidcEndpoint === undefined ? {} : { oidcEndpoint }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(hostType === undefined ? {} : { hostType }),
  };
}

/** An answer as far as it is an object of JSON: without fields when it is anything else. Times of the local clock. */
interface Document {
  readonly fields: ReadonlyMap<string, unknown>;
  readonly date: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A document that says something; undefined for anything else, which is told in the debug log only. */
async function readDocument(
  world: SignInWorld,
  url: string,
  method: SignInMethod,
): Promise<Document | undefined> {
  try {
    const document = await fetchDocument(world, url, method);
    return document.fields.size === 0 ? undefined : document;
  } catch (error) {
    world.log.debug(`GET ${pathOf(url)} told nothing: ${messageOf(error)}`);
    return undefined;
  }
}

async function fetchDocument(world: SignInWorld, url: string, method: SignInMethod): Promise<Document> {
  const startedAt = world.clock.now();
  const answer = await world.transport({
    method: 'GET',
    url,
    headers: { accept: 'application/json', 'user-agent': world.userAgent(method) },
    signal: AbortSignal.any([world.signal, AbortSignal.timeout(PROBE)]),
  });
  const endedAt = world.clock.now();
  const text = await answer.text(MAX_DOCUMENT_BYTES);
  world.log.debug(`GET ${pathOf(url)} ${answer.status} ${endedAt - startedAt} ms`);
  return {
    fields: answer.status === 200 ? fieldsOf(text) : new Map(),
    date: header(answer.headers, 'date'),
    startedAt,
    endedAt,
  };
}

function fieldsOf(text: string): ReadonlyMap<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return new Map(Object.entries(typeof parsed === 'object' && parsed !== null ? parsed : {}));
  } catch {
    return new Map();
  }
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : 'an address that is none';
}

function textField(document: Document | undefined, name: string): string | undefined {
  const value = document?.fields.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A document that was named and is of no use is a fault; what a host does not tell by itself has a usual place. */
function untold(): PromoteError {
  return new PromoteError('The document that DATABRICKS_DISCOVERY_URL names tells no token endpoint.', {
    code: 'protocol',
    outcome: 'unavailable',
    fix: 'Check DATABRICKS_DISCOVERY_URL: it is the whole address of the document, https://…/.well-known/oauth-authorization-server. Without it the host is asked.',
  });
}
