import type { Host } from '../http/host.ts';
import { HttpClient } from '../http/client.ts';
import { FILES_API, Limiter } from '../http/limiter.ts';
import type { Transport } from '../http/transport.ts';
import type { Clock, Logger, Random, RequestBudget } from '../domain/ports.ts';
import { PRODUCT } from '../domain/product.ts';
import { databricksRegistry } from '../registry/databricks/client.ts';
import type { Registry } from '../registry/port.ts';
import { personalAccessToken } from '../auth/pat.ts';

/** What a connection to a registry is made of. */
export interface Connection {
  readonly host: Host;
  readonly token: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly onGitHub: boolean;
  /** Ends every request when the action has ended. */
  readonly signal: AbortSignal;
  /** One budget for everything; default: one for control calls, another for files. */
  readonly budget?: RequestBudget;
}

/** Opens the registry of a workspace: one instance per side of a copy. */
export function connect(connection: Connection): Registry {
  const { host, transport, clock, random, log } = connection;
  const authorizer = personalAccessToken(connection.token, host.workspaceId);
  const options = {
    host: host.origin,
    transport,
    authorizer,
    clock,
    random,
    log,
    signal: connection.signal,
    userAgent: userAgent(authorizer.method, connection.onGitHub),
  };
  const shared = connection.budget === undefined ? undefined : new Limiter(connection.budget, clock);
  return databricksRegistry({
    control: new HttpClient({ ...options, ...(shared === undefined ? {} : { limiter: shared }) }),
    files: new HttpClient({ ...options, limiter: shared ?? new Limiter(FILES_API, clock) }),
  });
}

/** By the convention of the official SDKs (auth-and-http §7), without claiming to be one. */
function userAgent(method: string, onGitHub: boolean): string {
  const parts = [
    `${PRODUCT.name}/${PRODUCT.version}`,
    `node/${process.versions.node}`,
    `os/${process.platform}`,
    `auth/${method}`,
    ...(onGitHub ? ['cicd/github'] : []),
  ];
  return parts.join(' ');
}
