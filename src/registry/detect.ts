import { hasCode } from '../domain/errors.ts';
import { databricksDomain } from '../http/databricks-domains.ts';
import { header } from '../http/errors.ts';
import { HOST_METADATA, type HostMetadataMemo, type PlainResponse } from '../http/host-metadata.ts';
import type { Host } from '../http/host.ts';
import type { Transport } from '../http/transport.ts';
import type { RegistryKind } from './port.ts';

/** A look at a host takes no longer, milliseconds. */
const LOOK_TIMEOUT = 10_000;

/** What MLflow's basic-auth app asks for, at every path. */
const MLFLOW_CHALLENGE = 'Basic realm="mlflow"';

/** As much of an answer as tells what answers. */
const MAX_BYTES = 64 * 1024;

/**
 * Finds out which kind of registry answers at an address: by its domain alone where Databricks owns it, else by what
 * it says of itself to somebody without credentials. None are ever sent; an address that does not say is taken for
 * Databricks, whose first real call then tells what is wrong.
 *
 * Sources: host metadata, auth-and-http §3.2; `/version` of MLflow 3.17.2, with and without its basic-auth app, and `/`
 * of Unity Catalog 0.6.0, observed.
 */
export async function detectRegistry(
  { origin, path }: Host,
  transport: Transport,
  known: HostMetadataMemo,
): Promise<RegistryKind> {
  if (databricksDomain(new URL(origin).hostname) !== undefined) return 'databricks';
  const look = (place: string) => lookAt(() => plainResponse(`${origin}${place}`, transport));
  const metadata = await lookAt(() =>
    known.read(origin, () => plainResponse(`${origin}${HOST_METADATA}`, transport)),
  );
  if (metadata === undefined || /"oidc_endpoint"/u.test(metadata)) return 'databricks';
  const [version, root] = await Promise.all([look(`${path}/version`), look('/')]);
  if (/^\d+\.\d+\.\d+\S{0,40}\s*$/u.test(version ?? '') || version === MLFLOW_CHALLENGE) return 'mlflow';
  return /^Hello, Unity Catalog!/u.test(root ?? '') ? 'unity-catalog' : 'databricks';
}

/** The text of a successful answer or the challenge of a 401, empty for any other one; undefined when none came. */
async function lookAt(ask: () => Promise<PlainResponse>): Promise<string | undefined> {
  try {
    const { status, text } = await ask();
    return status === 200 || status === 401 ? text : '';
  } catch (error) {
    // A page over the limit says something, though nothing that is known here.
    return hasCode(error, 'protocol') ? '' : undefined;
  }
}

/** Asks without a credential; the text of a 401 is its challenge. */
async function plainResponse(url: string, transport: Transport): Promise<PlainResponse> {
  const response = await transport({
    method: 'GET',
    url,
    headers: { accept: '*/*' },
    signal: AbortSignal.timeout(LOOK_TIMEOUT),
  });
  const { status, headers } = response;
  const seen = { status, date: header(headers, 'date'), age: header(headers, 'age') };
  if (response.status === 200) return { ...seen, text: await response.text(MAX_BYTES) };
  await response.discard();
  return { ...seen, text: response.status === 401 ? header(response.headers, 'www-authenticate') : '' };
}
