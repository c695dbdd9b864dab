import { PromoteError } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import { isDatabricksCloud } from '../http/databricks-domains.ts';
import { isEncrypted, type Host } from '../http/host.ts';

/** Refuses an endpoint that is neither on the host nor under a domain of Databricks, before a credential is sent to it. */
export function requireTrusted(endpoint: string, host: Host): void {
  requireEncrypted(endpoint);
  const { origin, host: named, hostname } = new URL(endpoint);
  if (origin === host.origin || isDatabricksCloud(hostname)) return;
  throw untrusted(`${show(named, 100)}, which is neither the host nor a Databricks domain`);
}

/** Refuses an endpoint that would hear a credential unencrypted. */
export function requireEncrypted(endpoint: string): void {
  if (!isEncrypted(endpoint)) throw untrusted(`${show(endpoint, 100)}, which is not an https:// address`);
}

function untrusted(where: string): PromoteError {
  return new PromoteError(`The host sends sign-ins to ${where}. Nothing was sent there.`, {
    code: 'protocol',
    outcome: 'unavailable',
    fix: 'Check the host. If this address is intended, set DATABRICKS_DISCOVERY_URL to its discovery document.',
  });
}
