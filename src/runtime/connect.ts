import type { SignIn } from '../auth/port.ts';
import type { Caller } from '../domain/privilege.ts';
import type { Clock, Logger, Random, RequestBudget } from '../domain/ports.ts';
import type { RetryPolicy } from '../domain/retry-policy.ts';
import { contradiction, contradicts } from '../domain/stated-id.ts';
import { HttpClient } from '../http/client.ts';
import type { Host } from '../http/host.ts';
import { FILES_API, Limiter } from '../http/limiter.ts';
import type { Transport } from '../http/transport.ts';
import type { RegistryDriver, ServerPart } from '../registry/definition.ts';
import type { Registry } from '../registry/port.ts';
import type { StorageEndpoints } from '../storage/endpoints.ts';

/** What a connection to a registry is made of. */
export interface Connection {
  readonly driver: RegistryDriver;
  readonly host: Host;
  /** One for all connections to a host, so that a token is requested once. */
  readonly signIn: SignIn;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly userAgent: string;
  /** Called with every secret that the workspace hands out. */
  readonly mask: (secret: string) => void;
  /** Ends reads and transfers of bytes: the action has ended, or was cancelled. */
  readonly signal: AbortSignal;
  /** Ends writes: the action has ended, or was cancelled a while ago. */
  readonly writeSignal: AbortSignal;
  /** Addresses in place of the clouds' own, for a version's own storage. */
  readonly endpoints: StorageEndpoints;
  /** Default: that of every client. */
  readonly retry?: RetryPolicy;
  /** The part of the server that everything is for. */
  readonly part?: ServerPart;
  /** One budget for everything; default: one for control calls, another for files. */
  readonly budget?: RequestBudget;
  /** The input that names the host, where a run works with two: every error says it then. */
  readonly input?: string;
  /** Called with whoever the workspace says that the caller is. */
  readonly onCaller?: (caller: Caller) => void;
}

/** Opens the registry of a workspace: one instance per side of a copy. */
export function connect(connection: Connection): Registry {
  const { host, transport, clock, random, log, userAgent, mask, signIn, driver, part } = connection;
  const options = {
    host: host.origin,
    transport,
    authorizer: signIn,
    clock,
    random,
    log,
    signal: connection.signal,
    userAgent,
    ...(connection.retry === undefined ? {} : { retry: connection.retry }),
    ...(connection.input === undefined ? {} : { input: connection.input }),
    mask,
    ...driver.clientOptions?.(host, signIn.stated?.workspace),
  };
  const authorizer =
    part?.authorizer(signIn, (plain) => new HttpClient({ ...options, authorizer: plain })) ?? signIn;
  const shared = connection.budget === undefined ? undefined : new Limiter(connection.budget, clock);
  const { writeSignal } = connection;
  const control = new HttpClient({
    ...options,
    authorizer,
    writeSignal,
    ...(shared === undefined ? {} : { limiter: shared }),
  });
  const files = new HttpClient({
    ...options,
    authorizer,
    limiter: shared ?? new Limiter(FILES_API, clock),
  });
  const connections = { control, files, endpoints: connection.endpoints };
  return reportingCaller(
    driver.open(part === undefined ? connections : { ...connections, part: part.name }),
    connection,
  );
}

/** The caller has to be the application that signs in, where that is stated; then `onCaller` gets it. */
function reportingCaller(registry: Registry, { signIn, onCaller }: Connection): Registry {
  const application = signIn.stated?.application;
  return {
    ...registry,
    get requestsBegun() {
      return registry.requestsBegun;
    },
    async getCaller() {
      const caller = await registry.getCaller();
      if (application !== undefined && contradicts(application.value, caller.principal))
        throw contradiction(application, caller.principal, 'principal');
      if (caller.principal !== '') onCaller?.(caller);
      return caller;
    },
  };
}
