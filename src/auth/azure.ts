import { hasCode, invalidInputs, messageOf, PromoteError } from '../domain/errors.ts';
import { cancelled } from '../http/cancelled.ts';
import { show } from '../domain/printable.ts';
import { errorFromFailure, errorFromResponse, header, type FailedResponse } from '../http/errors.ts';
import { isTransient } from '../http/host-metadata.ts';
import type { Host } from '../http/host.ts';
import type { Peer } from '../http/peer.ts';
import { untilResponse } from './until-response.ts';
import { readClaims, requestIdToken } from './id-token.ts';
import { explained, plainClient, readToken, requestToken } from './oauth.ts';
import { once } from '../domain/once.ts';
import type { CloudEndpoints, SignInWorld } from './port.ts';
import type { TokenSource } from './databricks.ts';
import { entraAdvice } from './refusal-advice.ts';
import type { AuthType, Settings } from './settings.ts';

/** Application id of Azure Databricks in Microsoft Entra, the same in every cloud (auth-and-http §3.4). */
export const DATABRICKS_RESOURCE = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';

/** The workspace is asked for its tenant no longer. Milliseconds. */
const TENANT_LOOK = 10_000;

const ENTRA: Peer = {
  name: 'Microsoft Entra',
  fix: 'Run again later. If the error persists, check the status of Microsoft Entra, and that the network and the proxy of the runner allow its address (login.microsoftonline.com, or the one of ARM_ENVIRONMENT).',
};

const MACHINE: Peer = {
  name: 'The metadata service of this machine',
  fix: 'azure-msi works only on self-hosted runners on Azure machines with a managed identity. Elsewhere, use another sign-in method.',
};

const METADATA = 'http://169.254.169.254';

/** Addresses by environment of Azure (auth-and-http §3.4). */
const ENVIRONMENTS: Readonly<Record<string, CloudEndpoints>> = {
  PUBLIC: {
    entra: 'https://login.microsoftonline.com',
    management: 'https://management.core.windows.net/',
    metadata: METADATA,
  },
  USGOVERNMENT: {
    entra: 'https://login.microsoftonline.us',
    management: 'https://management.core.usgovcloudapi.net/',
    metadata: METADATA,
  },
  CHINA: {
    entra: 'https://login.chinacloudapi.cn',
    management: 'https://management.core.chinacloudapi.cn/',
    metadata: METADATA,
  },
};

/** The addresses of `ARM_ENVIRONMENT`; `AzureUSGovernmentCloud` is a spelling of `USGOVERNMENT`. */
export function endpointsOf(world: SignInWorld, settings: Settings): CloudEndpoints {
  if (world.endpoints !== undefined) return world.endpoints;
  const given = (settings.get('azureEnvironment') ?? 'PUBLIC').toUpperCase();
  const found = ENVIRONMENTS[given.replace(/^AZURE/u, '').replace(/CLOUD$/u, '') || 'PUBLIC'];
  if (found !== undefined) return found;
  const fix = `Use one of: ${Object.keys(ENVIRONMENTS).join(', ')}.`;
  throw invalidInputs([{ input: 'ARM_ENVIRONMENT', problem: 'it does not name an Azure cloud.', fix }]);
}

/** A service principal of Entra by its secret (auth-and-http §5.6). */
export function entraSecret(world: SignInWorld, host: Host, settings: Settings): TokenSource {
  const method = 'azure-client-secret';
  const tenant = tenantFinder(world, host, settings, method);
  return async () => {
    const named = (['azureClientId', 'azureClientSecret', 'azureTenantId'] as const).map((name) =>
      settings.input(name),
    );
    const fix = `Check ${named.join(', ')}; client secrets of Entra expire. The message contains the Entra error code (AADSTS…).`;
    const form = async () => ({
      client_id: settings.get('azureClientId') ?? '',
      client_secret: settings.get('azureClientSecret') ?? '',
    });
    return entraTokens(world, settings, {
      method,
      tenant,
      form,
      explain: (error) => explained(error, method, fix),
    });
  };
}

/** A service principal of Entra by the job's ID token (auth-and-http §5.7). */
export function entraFederation(world: SignInWorld, host: Host, settings: Settings): TokenSource {
  const method = 'github-oidc-azure';
  const tenant = tenantFinder(world, host, settings, method);
  return async () => {
    const assertion = await requestIdToken(world, settings, 'api://AzureADTokenExchange', method);
    const clientId = settings.get('azureClientId') ?? '';
    const form = async () => ({
      client_id: clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    });
    const advice = () =>
      entraAdvice({
        claims: readClaims(assertion),
        defaultAudiences: [],
        clientId,
        repository: world.repository,
      });
    return entraTokens(world, settings, {
      method,
      tenant,
      form,
      explain: (error) =>
        explained(
          error,
          method,
          'No federated credential in Entra accepts this ID token. Run the printed "az ad app federated-credential create"; it contains the issuer and the subject that were sent.',
          advice(),
        ),
    });
  };
}

interface EntraRequest {
  readonly method: AuthType;
  readonly tenant: () => Promise<string>;
  readonly form: () => Promise<Readonly<Record<string, string>>>;
  readonly explain: (error: unknown) => unknown;
}

/**
 * A token for Databricks. With the resource id of the workspace also one for Azure's management: Databricks then lets in
 * a principal that is a contributor of the workspace and not yet known in it.
 */
async function entraTokens(
  world: SignInWorld,
  settings: Settings,
  { method, tenant, form, explain }: EntraRequest,
): ReturnType<TokenSource> {
  const { entra, management } = endpointsOf(world, settings);
  const resourceId = settings.get('azureResourceId');
  try {
    const name = await tenant();
    const endpoint = `${entra}/${encodeURIComponent(name)}/oauth2/token`;
    const client = await form();
    const ask = (resource: string) =>
      requestToken(world, {
        method,
        endpoint,
        form: { grant_type: 'client_credentials', resource, ...client },
        errorOf: (response) => errorOfEntra(response, name, resource),
        peer: ENTRA,
      });
    if (resourceId === undefined) return await ask(DATABRICKS_RESOURCE);
    const [token, manager] = await Promise.all([ask(DATABRICKS_RESOURCE), ask(management)]);
    return { ...token, headers: managementHeaders(manager.accessToken, resourceId) };
  } catch (error) {
    throw explain(error);
  }
}

/** The error of Entra, which has a code of its own in whatever form it comes, with what was asked for. */
function errorOfEntra(response: FailedResponse, tenant: string, resource: string): PromoteError {
  const stated = /\bAADSTS\d{4,}\b[^<\r\n"]{0,500}/u.exec(response.body)?.[0];
  const said = errorFromResponse(response, 'token-endpoint');
  const isStated = said.details.code !== 'protocol' || stated === undefined || response.status >= 500;
  const error = isStated
    ? said
    : errorFromResponse(
        {
          ...response,
          headers: {},
          body: JSON.stringify({ error: stated.split(':')[0], error_description: stated }),
        },
        'token-endpoint',
      );
  if (error.details.outcome === 'unavailable') return error;
  return new PromoteError(
    `${error.message} The token was requested from the tenant ${show(tenant, 60)}, for the audience ${resource}.`,
    error.details,
  );
}

/** Headers by which Azure's management vouches for a principal (auth-and-http §5.6). */
export function managementHeaders(token: string, resourceId: string): Record<string, string> {
  return {
    'x-databricks-azure-sp-management-token': token,
    'x-databricks-azure-workspace-resource-id': resourceId,
  };
}

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
function tenantFinder(
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

/** The identity of an Azure machine (auth-and-http §5.8); its address is asked directly, past every proxy. */
export function managedIdentity(world: SignInWorld, settings: Settings): TokenSource {
  const method = 'azure-msi';
  const { metadata, management } = endpointsOf(world, settings);
  const clientId = settings.get('azureClientId');
  const resourceId = settings.get('azureResourceId');
  const ask = async (resource: string) => {
    const client = plainClient(world, metadata, method, {
      headers: { metadata: 'true' },
      transport: await world.direct(),
      peer: MACHINE,
    });
    const startedAt = world.clock.now();
    const response = await client.json({
      method: 'GET',
      template: '/metadata/identity/oauth2/token',
      query: { 'api-version': '2018-02-01', resource, client_id: clientId },
      retry: 'safe',
    });
    return readToken(world, client, response.body, startedAt);
  };
  return async () => {
    try {
      if (resourceId === undefined) return await ask(DATABRICKS_RESOURCE);
      const [token, manager] = await Promise.all([ask(DATABRICKS_RESOURCE), ask(management)]);
      return { ...token, headers: managementHeaders(manager.accessToken, resourceId) };
    } catch (error) {
      throw explained(
        error,
        method,
        `azure-msi works only on self-hosted runners on Azure machines with a managed identity. If the machine has several, name one in ${settings.input('azureClientId')}.`,
      );
    }
  };
}

/** The response of a CLI is no JSON with a token. */
export function strangeTool(tool: string): PromoteError {
  return new PromoteError(`The output of ${tool} contains no token.`, {
    code: 'protocol',
    outcome: 'unavailable',
    fix: `Check what ${tool} prints in this job, and that it is the intended tool.`,
  });
}
