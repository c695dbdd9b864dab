import { hasCode, invalidInputs, messageOf, PromoteError } from '../domain/errors.ts';
import { once } from '../domain/once.ts';
import { cancelled } from '../http/cancelled.ts';
import { errorFromFailure } from '../http/unanswered.ts';
import { header } from '../http/failed-response.ts';
import { isTransient } from '../http/host-metadata.ts';
import type { Host } from '../http/host.ts';
import type { SignInWorld } from './port.ts';
import type { AuthType, Settings } from './settings.ts';
import { untilResponse } from './until-response.ts';

/** The workspace is asked for its tenant no longer. Milliseconds. */
const TENANT_LOOK = 10_000;

/** The tenant of a workspace as far as it says it, for a tool that has one of its own otherwise. */
export function tenantIfKnown(
  world: SignInWorld,
  host: Host,
  settings: Settings,
  method: AuthType,
): () => Promise<string | undefined> {
  const find = tenantFinder(world, host, settings, method);
  return async () => {
    try {
      return await find();
    } catch (error) {
      if (hasCode(error, 'cancelled')) throw error;
      world.log.debug(`The workspace does not state its tenant: ${messageOf(error)}`);
      return undefined;
    }
  };
}

/** The tenant that is given, else that of the workspace, which is asked until it has said it. */
export function tenantFinder(
  world: SignInWorld,
  host: Host,
  settings: Settings,
  method: AuthType,
): () => Promise<string> {
  const given = settings.get('azureTenantId');
  return given === undefined ? once(() => tenantOf(world, host, settings, method)) : async () => given;
}

/** The tenant of a workspace: where its login of Entra leads. Throws `unavailable` when the workspace does not respond. */
async function tenantOf(
  world: SignInWorld,
  host: Host,
  settings: Settings,
  method: AuthType,
): Promise<string> {
  const call = 'GET /aad/auth';
  const ask = async () => {
    const startedAt = world.clock.now();
    const response = await world.transport({
      method: 'GET',
      url: `${host.origin}/aad/auth`,
      headers: { 'user-agent': world.userAgent(method) },
      signal: AbortSignal.any([world.signal, AbortSignal.timeout(TENANT_LOOK)]),
    });
    await response.discard();
    world.log.debug(`${call} ${response.status} ${world.clock.now() - startedAt} ms`);
    return { status: response.status, location: header(response.headers, 'location') };
  };
  const { status, location } = await untilResponse(world, call, ask).catch((cause: unknown) => {
    throw world.signal.aborted ? cancelled() : errorFromFailure(cause, call);
  });
  const tenant = URL.canParse(location) ? new URL(location).pathname.split('/')[1] : undefined;
  if (tenant !== undefined && /^[\w.-]+$/u.test(tenant)) return tenant;
  if (isTransient(status)) {
    throw new PromoteError(
      `HTTP ${status}: the workspace does not state its Microsoft Entra tenant (${call})`,
      {
        code: 'unavailable',
        outcome: 'unavailable',
        fix: `Run again later, or add ${settings.input('azureTenantId')}, so that the workspace need not be asked.`,
      },
    );
  }
  const input = settings.input('azureTenantId');
  const problem = 'it is missing, and the workspace does not state its Microsoft Entra tenant.';
  const fix = `Add \`${input}\` to the step, and check that ${settings.input('host')} is an Azure workspace.`;
  throw invalidInputs([{ input, problem, fix }]);
}
