import type { SignIn } from '../auth/port.ts';
import type { Caller } from '../domain/privilege.ts';
import type { Clock, Logger, Random, RequestBudget } from '../domain/ports.ts';
import type { RetryPolicy } from '../domain/retry-policy.ts';
import { contradiction, contradicts } from '../domain/stated-id.ts';
import { HttpClient, type HttpClientOptions } from '../http/client.ts';
import type { Host } from '../http/host.ts';
import { FILES_API, Limiter } from '../http/limiter.ts';
import { StatedWorkspace } from '../http/stated-workspace.ts';
import type { Transport } from '../http/transport.ts';
import { ME } from '../registry/databricks/access.ts';
import { databricksRegistry } from '../registry/databricks/index.ts';
import { errorFromServer } from '../registry/mlflow/errors.ts';
import { mlflowRegistry } from '../registry/mlflow/index.ts';
import type { MlflowWorkspace } from '../registry/mlflow/workspace.ts';
import type { Registry, RegistryKind } from '../registry/port.ts';
import type { StorageEndpoints } from '../storage/endpoints.ts';
import { unityCatalogRegistry } from '../registry/unity-catalog/index.ts';

/** What a connection to a registry is made of. */
export interface Connection {
  readonly kind: RegistryKind;
  readonly host: Host;
  /** One for all connections to a host, so that a token is requested once. */
  readonly signIn: SignIn;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly userAgent: string;
  /** Told every secret that the workspace hands out. */
  readonly mask: (secret: string) => void;
  /** Ends reads and transfers of bytes: the action has ended, or was cancelled. */
  readonly signal: AbortSignal;
  /** Ends writes: the action has ended, or was cancelled a while ago. */
  readonly writeSignal: AbortSignal;
  /** Addresses in place of the clouds' own, for a version's own storage. */
  readonly endpoints: StorageEndpoints;
  /** Default: that of every client. */
  readonly retry?: RetryPolicy;
  /** The workspace of an MLflow server that everything is for. */
  readonly workspace?: MlflowWorkspace;
  /** One budget for everything; default: one for control calls, another for files. */
  readonly budget?: RequestBudget;
  /** The input that names the host, where a run works with two: every error says it then. */
  readonly input?: string;
  /** Told who the workspace says that the caller is. */
  readonly onCaller?: (caller: Caller) => void;
}

/** Opens the registry of a workspace: one instance per side of a copy. */
export function connect(connection: Connection): Registry {
  const { host, transport, clock, random, log, userAgent, mask, signIn } = connection;
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
    ...(connection.kind === 'mlflow' ? trackingServer(host) : {}),
    ...(connection.kind === 'databricks' ? ofWorkspace(signIn) : {}),
  };
  const authorizer =
    connection.workspace?.authorizer(signIn, (plain) => new HttpClient({ ...options, authorizer: plain })) ??
    signIn;
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
  const registry = registryOf(connection, control, files);
  return reportingCaller(registry, connection);
}

/** Everything that comes from a workspace has to come from the one that is stated. */
function ofWorkspace({ stated }: SignIn): Pick<HttpClientOptions, 'workspace'> {
  return stated?.workspace === undefined
    ? {}
    : { workspace: { stated: new StatedWorkspace(stated.workspace), read: ME } };
}

/** An MLflow server may stand below a path of its host, and refuses in words of its own. */
function trackingServer({ origin, path }: Host): Pick<HttpClientOptions, 'host' | 'errorOf'> {
  return { host: `${origin}${path}`, errorOf: errorFromServer };
}

function registryOf(
  { kind, endpoints, workspace }: Connection,
  control: HttpClient,
  files: HttpClient,
): Registry {
  switch (kind) {
    case 'databricks':
      return databricksRegistry({ control, files, endpoints });
    case 'mlflow':
      return mlflowRegistry(control, files, workspace?.name);
    case 'unity-catalog':
      return unityCatalogRegistry(control);
  }
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
