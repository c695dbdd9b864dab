import { hasCode } from '../domain/errors.ts';
import { header } from '../http/errors.ts';
import type { Host } from '../http/host.ts';
import type { Transport } from '../http/transport.ts';
import type { RegistryKind } from './port.ts';

/** Domains under which only Databricks hands out names (auth-and-http §3.4). */
const DATABRICKS_DOMAIN =
  /\.(databricks\.(com|us|mil|azure\.(us|cn))|azuredatabricks\.net|cloud\.databricks\.us)$/iu;

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
export async function detectRegistry({ origin, path }: Host, transport: Transport): Promise<RegistryKind> {
  if (DATABRICKS_DOMAIN.test(new URL(origin).hostname)) return 'databricks';
  const look = (place: string) => lookAt(`${origin}${place}`, transport);
  const metadata = await look('/.well-known/databricks-config');
  if (metadata === undefined || /"oidc_endpoint"/u.test(metadata)) return 'databricks';
  const [version, root] = await Promise.all([look(`${path}/version`), look('/')]);
  if (/^\d+\.\d+\.\d+\S{0,40}\s*$/u.test(version ?? '') || version === MLFLOW_CHALLENGE) return 'mlflow';
  return /^Hello, Unity Catalog!/u.test(root ?? '') ? 'unity-catalog' : 'databricks';
}

/** The text of a successful answer or the challenge of a 401, empty for any other one; undefined when none came. */
async function lookAt(url: string, transport: Transport): Promise<string | undefined> {
  try {
    const answer = await transport({
      method: 'GET',
      url,
      headers: { accept: '*/*' },
      signal: AbortSignal.timeout(LOOK_TIMEOUT),
    });
    if (answer.status === 200) return await answer.text(MAX_BYTES);
    await answer.discard();
    return answer.status === 401 ? header(answer.headers, 'www-authenticate') : '';
  } catch (error) {
    // A page over the limit says something, though nothing that is known here.
    return hasCode(error, 'protocol') ? '' : undefined;
  }
}
