import { messageOf, PromoteError } from '../domain/errors.ts';
import { contradiction, contradicts } from '../domain/stated-id.ts';
import { show } from '../domain/printable.ts';
import { errorFromFailure } from '../http/unanswered.ts';
import { header } from '../http/failed-response.ts';
import { HOST_METADATA, isTransient, type PlainResponse, type TimedResponse } from '../http/host-metadata.ts';
import { cancelled } from '../http/cancelled.ts';
import type { Host } from '../http/host.ts';
import { untilResponse } from './until-response.ts';
import type { SignInWorld } from './port.ts';
import type { Settings, SignInMethod } from './settings.ts';
import { requireEncrypted, requireTrusted } from './trusted-endpoint.ts';

/** Where a host gives tokens, and which audiences it takes when a policy names none. */
export interface TokenPlace {
  readonly endpoint: string;
  /** The first is the one to ask for. */
  readonly audiences: readonly string[];
  /** Why the host did not say which audiences it takes: it said nothing, rather than that it has none. */
  readonly silence?: PromoteError;
}

/** What a host says of itself without a credential (auth-and-http §3.2); absent fields are not known. */
export interface HostMetadata {
  readonly oidcEndpoint?: string;
  readonly accountId?: string;
  readonly workspaceId?: string;
  readonly hostType?: string;
  readonly audiences: readonly string[];
  /** Milliseconds from the request to its response, and how far the local clock is ahead of the host's `Date`. */
  readonly tookMs: number;
  readonly aheadMs?: number;
}

/** The probe must not hold up a run whose host does not know it. Milliseconds. */
const PROBE = 5_000;

const MAX_DOCUMENT_BYTES = 64 * 1024;

/**
 * Finds the token endpoint: by `DATABRICKS_DISCOVERY_URL`, by the host's metadata, by the document of a workspace, and
 * at last the public path `/oidc/v1/token`. An endpoint that is neither on the host nor under a domain of Databricks is
 * refused, so that no response can send a credential elsewhere. The two probes go out together, with 5 s to respond; one
 * that gets no response is sent once more. A host that responds without what was asked has the usual place.
 */
export async function discover(
  world: SignInWorld,
  host: Host,
  settings: Settings,
  method: SignInMethod,
): Promise<TokenPlace> {
  const given = settings.get('discoveryUrl');
  const usual = `${host.origin}/oidc/.well-known/oauth-authorization-server`;
  const [found, document] = await Promise.all([
    hostMetadata(world, host, method),
    readDocument(world, given ?? usual, method),
  ]);
  const { metadata, silence } = found;
  if (metadata !== undefined) requireStated(metadata, host, settings);
  const accountId = settings.get('accountId') ?? host.accountId ?? metadata?.accountId;
  const named = metadata?.oidcEndpoint?.replaceAll('{account_id}', accountId ?? '').replace(/\/+$/u, '');
  const elsewhere = given === undefined && named !== undefined && named !== `${host.origin}/oidc`;
  if (elsewhere) requireTrusted(named, host);
  const chosen = elsewhere
    ? await readDocument(world, `${named}/.well-known/oauth-authorization-server`, method)
    : document;
  const ownEndpoint = textField(chosen, 'token_endpoint');
  if (given !== undefined && ownEndpoint === undefined) throw noMetadata();
  const endpoint = ownEndpoint ?? (elsewhere ? `${named}/v1/token` : `${host.origin}/oidc/v1/token`);
  if (given === undefined) requireTrusted(endpoint, host);
  else requireEncrypted(endpoint);
  const audiences = [
    ...(metadata?.audiences ?? []),
    ...(metadata?.hostType?.toLowerCase().includes('account') === true && accountId !== undefined
      ? [accountId]
      : []),
    endpoint,
  ];
  return { endpoint, audiences: [...new Set(audiences)], ...(silence === undefined ? {} : { silence }) };
}

/** Refuses a host that says that it is another workspace, or of another account, than the settings name. */
export function requireStated(
  { workspaceId, accountId }: Pick<HostMetadata, 'workspaceId' | 'accountId'>,
  host: Host,
  settings: Settings,
): void {
  const rows = [
    ['workspace', 'workspaceId', host.workspaceId, workspaceId],
    ['account', 'accountId', host.accountId, accountId],
  ] as const;
  for (const [what, attribute, inAddress, actual] of rows) {
    const stated = settings.stated(attribute, inAddress);
    if (stated !== undefined && actual !== undefined && contradicts(stated.value, actual))
      throw contradiction(stated, actual, what);
  }
}

/** Asks a host what it is, without a credential: what it says, if it says anything, or why it did not respond at all. */
async function hostMetadata(
  world: SignInWorld,
  host: Host,
  method: SignInMethod,
): Promise<{ readonly metadata?: HostMetadata; readonly silence?: PromoteError }> {
  try {
    const seen = await untilResponse(world, `GET ${HOST_METADATA}`, () => askMetadata(world, host, method));
    if (isTransient(seen.status)) return { silence: silent(`HTTP ${seen.status}`) };
    const fields = documentFields(seen);
    return fields.size === 0 ? {} : { metadata: metadataOf(seen) };
  } catch (error) {
    if (world.signal.aborted) throw cancelled();
    return { silence: silent(messageOf(error), error) };
  }
}

function silent(why: string, cause?: unknown): PromoteError {
  return new PromoteError(
    `The host did not respond to the request for the audience of its ID tokens: ${show(why, 200)}.`,
    {
      code: 'unavailable',
      outcome: 'unavailable',
      fix: 'Run again later, or add the input audience, so that the host need not be asked.',
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

/** What the host says of itself, for whoever wants to know whether it responds at all; throws `unavailable` when not. */
export async function probeHost(world: SignInWorld, host: Host, method: SignInMethod): Promise<HostMetadata> {
  try {
    return metadataOf(
      await untilResponse(world, `GET ${HOST_METADATA}`, () => askMetadata(world, host, method)),
    );
  } catch (cause) {
    if (world.signal.aborted) throw cancelled();
    throw errorFromFailure(cause, `GET ${HOST_METADATA}`);
  }
}

function askMetadata(world: SignInWorld, host: Host, method: SignInMethod): Promise<TimedResponse> {
  return world.metadata.read(host.origin, () =>
    fetchDocument(world, `${host.origin}${HOST_METADATA}`, method),
  );
}

function metadataOf(seen: TimedResponse): HostMetadata {
  const fields = documentFields(seen);
  const oidcEndpoint = textField(fields, 'oidc_endpoint');
  const accountId = textField(fields, 'account_id');
  const workspaceId = textField(fields, 'workspace_id');
  const hostType = textField(fields, 'host_type');
  const audiences: unknown = fields.get('token_federation_default_oidc_audiences');
  const date = sentAt(seen);
  return {
    audiences: Array.isArray(audiences) ? audiences.filter((each) => typeof each === 'string') : [],
    tookMs: seen.endedAt - seen.startedAt,
    // A Date header has whole seconds: on the average it is half a second old.
    ...(Number.isNaN(date) ? {} : { aheadMs: (seen.startedAt + seen.endedAt) / 2 - (date + 500) }),
    ...(oidcEndpoint === undefined ? {} : { oidcEndpoint }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(workspaceId === undefined ? {} : { workspaceId }),
    ...(hostType === undefined ? {} : { hostType }),
  };
}

/** The host's clock by a response, as it was when the response came; not a number where it has none. */
function sentAt({ date, age }: TimedResponse): number {
  const seconds = age === '' ? 0 : /^\d{1,9}$/u.test(age) ? Number(age) : Number.NaN;
  return Date.parse(date) + seconds * 1000;
}

/** What a response says, as far as it is a success and an object of JSON. */
type Fields = ReadonlyMap<string, unknown>;

/** A document that says something; undefined for anything else, which only the debug log says. */
async function readDocument(
  world: SignInWorld,
  url: string,
  method: SignInMethod,
): Promise<Fields | undefined> {
  try {
    const ask = () => fetchDocument(world, url, method);
    const fields = documentFields(await untilResponse(world, `GET ${pathOf(url)}`, ask));
    return fields.size === 0 ? undefined : fields;
  } catch (error) {
    world.log.debug(`GET ${pathOf(url)} failed: ${messageOf(error)}`);
    return undefined;
  }
}

async function fetchDocument(world: SignInWorld, url: string, method: SignInMethod): Promise<PlainResponse> {
  const startedAt = world.clock.now();
  const response = await world.transport({
    method: 'GET',
    url,
    headers: { accept: 'application/json', 'user-agent': world.userAgent(method) },
    signal: AbortSignal.any([world.signal, AbortSignal.timeout(PROBE)]),
  });
  const text = await response.text(MAX_DOCUMENT_BYTES);
  world.log.debug(`GET ${pathOf(url)} ${response.status} ${world.clock.now() - startedAt} ms`);
  const { status, headers } = response;
  return { status, text, date: header(headers, 'date'), age: header(headers, 'age') };
}

function documentFields({ status, text }: PlainResponse): Fields {
  return status === 200 ? fieldsOf(text) : new Map();
}

function fieldsOf(text: string): Fields {
  try {
    const parsed: unknown = JSON.parse(text);
    return new Map(Object.entries(typeof parsed === 'object' && parsed !== null ? parsed : {}));
  } catch {
    return new Map();
  }
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : 'an invalid address';
}

function textField(document: Fields | undefined, name: string): string | undefined {
  const value = document?.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A document that was named and is of no use is a fault; what a host does not say has a usual place. */
function noMetadata(): PromoteError {
  return new PromoteError('The document at DATABRICKS_DISCOVERY_URL has no token endpoint.', {
    code: 'protocol',
    outcome: 'unavailable',
    fix: 'Check DATABRICKS_DISCOVERY_URL: it must be the whole address of the document, https://…/.well-known/oauth-authorization-server. Without this variable, the host is asked.',
  });
}
