import { hasCode } from '../domain/errors.ts';
import type { Transport } from '../http/transport.ts';
import type { RegistryKind } from './port.ts';

/** Domains under which only Databricks hands out names (auth-and-http §3.4). */
const DATABRICKS_DOMAIN =
  /\.(databricks\.(com|us|mil|azure\.(us|cn))|azuredatabricks\.net|cloud\.databricks\.us)$/iu;

/** A look at a host takes no longer, milliseconds. */
const LOOK_TIMEOUT = 10_000;

/** As much of an answer as tells what answers. */
const MAX_BYTES = 64 * 1024;

/**
 * Finds out which kind of registry answers at an address: by its domain alone where Databricks owns it, else by what
 * it says of itself to somebody without credentials. None are ever sent; an address that does not say is taken for
 * Databricks, whose first real call then tells what is wrong.
 *
 * Sources: host metadata, auth-and-http §3.2; `/version` of MLflow 3.17.2 and `/` of Unity Catalog 0.6.0, observed.
 */
export async function detectRegistry(origin: string, transport: Transport): Promise<RegistryKind> {
  if (DATABRICKS_DOMAIN.test(new URL(origin).hostname)) return 'databricks';
  const look = (path: string) => lookAt(`${origin}${path}`, transport);
  const metadata = await look('/.well-known/databricks-config');
  if (metadata === undefined || /"oidc_endpoint"/u.test(metadata)) return 'databricks';
  const [version, root] = await Promise.all([look('/version'), look('/')]);
  if (/^\d+\.\d+\.\d+\S{0,40}\s*$/u.test(version ?? '')) return 'mlflow';
  return /^Hello, Unity Catalog!/u.test(root ?? '') ? 'unity-catalog' : 'databricks';
}

/** The text of a successful answer, empty for any other one; undefined when none came. */
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
    return '';
  } catch (error) {
    // A page over the limit says something, though nothing that is known here.
    return hasCode(error, 'protocol') ? '' : undefined;
  }
}
