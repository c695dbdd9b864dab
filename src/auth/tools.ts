import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import { formatEnding, hasSucceeded, lacksProgram } from '../domain/process-ending.ts';
import { show } from '../domain/printable.ts';
import { causeCode } from '../http/unanswered.ts';
import type { Host } from '../http/host.ts';
import { DATABRICKS_RESOURCE, endpointsOf, managementHeaders } from './azure-cloud.ts';
import { tenantIfKnown } from './azure-tenant.ts';
import type { TokenSource } from './databricks.ts';
import type { SignInWorld } from './port.ts';
import type { AuthType, Settings } from './settings.ts';
import type { IssuedToken } from './token-cache.ts';

/** What the CLIs print, in the words of Python's requests and of Go's net package, when nobody responded to them. */
const NO_NETWORK =
  /max retries exceeded|connection (?:refused|reset|aborted|timed out)|name resolution|no such host|i\/o timeout|timed out|network is unreachable/iu;

/** What az says of `--tenant` for a managed identity or the Cloud Shell (azure-cli `core/_profile.py`, get_raw_token). */
const NO_TENANT = /Tenant shouldn't be specified/u;

/** A CLI that asks something on a runner would wait for ever. Milliseconds. */
const LIMIT = 30_000;

/** Who is signed in to the Azure CLI, most often by the action azure/login (auth-and-http §5.9). */
export function azureCli(world: SignInWorld, host: Host, settings: Settings): TokenSource {
  const method = 'azure-cli';
  const given = settings.get('azureTenantId');
  const resourceId = settings.get('azureResourceId');
  const subscription = /^\/subscriptions\/([^/]+)\//iu.exec(resourceId ?? '')?.[1];
  // Who is signed in to several tenants, or to another one, gets a token of the workspace's own, or is refused by az.
  const ofWorkspace =
    given === undefined && subscription === undefined
      ? tenantIfKnown(world, host, settings, method)
      : async () => given;
  const askIn = (resource: string, tenant: string | undefined): Promise<IssuedToken> => {
    const args = ['account', 'get-access-token', '--resource', resource, '--output', 'json'];
    if (tenant !== undefined) args.push('--tenant', tenant);
    else if (subscription !== undefined) args.push('--subscription', subscription);
    const place = tenant === undefined ? '' : ` in the tenant ${show(tenant, 60)}`;
    return runForToken(world, {
      method,
      tool: 'az',
      args,
      fix: `Run azure/login before this step, as the principal that promotes${place}. The token is for the audience ${resource}.`,
    });
  };
  const ask = async (resource: string): Promise<IssuedToken> => {
    const tenant = await ofWorkspace();
    try {
      return await askIn(resource, tenant);
    } catch (error) {
      // The identity of a machine has one tenant, and az does not take its name.
      if (given !== undefined || tenant === undefined || !NO_TENANT.test(messageOf(error))) throw error;
      return askIn(resource, undefined);
    }
  };
  return async () => {
    const token = await ask(DATABRICKS_RESOURCE);
    if (resourceId === undefined || isHuman(token.accessToken)) return token;
    const { management } = endpointsOf(world, settings);
    try {
      const manager = await ask(management);
      return { ...token, headers: managementHeaders(manager.accessToken, resourceId) };
    } catch (error) {
      world.log.debug(`No token for Azure management, which is rarely needed: ${messageOf(error)}`);
      return token;
    }
  };
}

/** Who is signed in to the Databricks CLI: for the machine of a developer (auth-and-http §5.11). */
export function databricksCli(world: SignInWorld, host: Host, settings: Settings): TokenSource {
  const profile = settings.get('profile');
  const args = [
    'auth',
    'token',
    ...(profile === undefined ? ['--host', host.origin] : ['--profile', profile]),
  ];
  return () =>
    runForToken(world, {
      method: 'databricks-cli',
      tool: settings.get('databricksCliPath') ?? 'databricks',
      args,
      fix: 'Sign in with "databricks auth login" of the Databricks CLI, version 0.207.1 or newer.',
    });
}

interface ToolCall {
  readonly method: AuthType;
  readonly tool: string;
  readonly args: readonly string[];
  readonly fix: string;
}

async function runForToken(world: SignInWorld, { method, tool, args, fix }: ToolCall): Promise<IssuedToken> {
  const { log, clock, signal } = world;
  const startedAt = clock.now();
  const result = await world.runTool(tool, args, { timeoutMs: LIMIT, signal }).catch((cause: unknown) => {
    if (hasCode(cause, 'cancelled')) throw cause;
    const outcome = causeCode(cause) === 'ETIMEDOUT' ? 'unavailable' : 'invalid';
    const problem = `${tool} could not be run: ${show(messageOf(cause), 300)}`;
    throw failed(method, problem, { outcome, fix, cause });
  });
  log.debug(`${tool} ${args.slice(0, 2).join(' ')}: ${formatEnding(result)}, ${clock.now() - startedAt} ms`);
  // Whoever ended it refused nothing: the system does so when memory runs out.
  if ('signal' in result) {
    throw failed(method, `${tool} was terminated by the signal ${result.signal}`, {
      outcome: 'unavailable',
      fix: 'Run again. If the error persists, check the memory of the runner and what terminates processes there.',
    });
  }
  const said = result.stderr.trim() || 'nothing';
  // A tool that is a script, or a stand-in for one, starts another program: that is what is not there, and nobody refused.
  if (lacksProgram(result)) {
    const problem = `${tool} could not be run: it ended with ${formatEnding(result)} and printed: ${show(said, 300)}`;
    throw failed(method, problem, { outcome: 'invalid', fix: `Install ${tool} on the runner. ${fix}` });
  }
  if (!hasSucceeded(result)) {
    const outcome = NO_NETWORK.test(said) ? 'unavailable' : 'denied';
    throw failed(method, `${tool} printed: ${show(said, 300)}`, { outcome, fix });
  }
  return toolToken(world, result.stdout, tool, startedAt);
}

/**
 * The token in the JSON of a CLI: `accessToken` with `expires_on` (epoch) or `expiresOn` (local time without a zone) of
 * the Azure CLI, `access_token` with `expiry` (RFC 3339) of the Databricks CLI.
 */
export function toolToken(world: SignInWorld, stdout: string, tool: string, startedAt: number): IssuedToken {
  let parsed: unknown;
  try {
    parsed = JSON.parse(stdout);
  } catch {
    // The cause is left out: it would quote what was printed.
    throw strangeTool(tool);
  }
  const fields = new Map(Object.entries(typeof parsed === 'object' && parsed !== null ? parsed : {}));
  const accessToken: unknown = fields.get('accessToken') ?? fields.get('access_token');
  if (typeof accessToken !== 'string' || !/^[\x21-\x7e]+$/u.test(accessToken)) throw strangeTool(tool);
  world.mask(accessToken);
  const epoch = Number(fields.get('expires_on'));
  const time: unknown = fields.get('expiresOn') ?? fields.get('expiry');
  const parsedTime =
    typeof time === 'string' ? Date.parse(time.replace(' ', 'T').replace(/(\.\d{3})\d+/u, '$1')) : Number.NaN;
  const expiresAt = Number.isFinite(epoch) && epoch > 0 ? epoch * 1000 : parsedTime;
  return { accessToken, expiresAt: Number.isNaN(expiresAt) ? startedAt + 300_000 : expiresAt };
}

/** Tokens of people carry a user principal name; the management of Azure vouches for service principals only. */
function isHuman(token: string): boolean {
  try {
    return atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')).includes('"upn"');
  } catch {
    return false;
  }
}

function failed(
  method: AuthType,
  problem: string,
  how: {
    readonly outcome: 'denied' | 'invalid' | 'unavailable';
    readonly fix: string;
    readonly cause?: unknown;
  },
): PromoteError {
  const codes = { denied: 'unauthenticated', invalid: 'invalid-input', unavailable: 'unavailable' } as const;
  return new PromoteError(`Signing in with ${method} failed: ${problem}`, {
    code: codes[how.outcome],
    ...how,
  });
}

/** The response of a CLI is no JSON with a token. */
function strangeTool(tool: string): PromoteError {
  return new PromoteError(`The output of ${tool} contains no token.`, {
    code: 'protocol',
    outcome: 'unavailable',
    fix: `Check what ${tool} prints in this job, and that it is the intended tool.`,
  });
}
