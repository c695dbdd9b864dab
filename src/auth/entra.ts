import { PromoteError, sentenceOf } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import { errorFromResponse } from '../http/errors.ts';
import type { FailedResponse } from '../http/failed-response.ts';
import type { Host } from '../http/host.ts';
import type { Peer } from '../http/peer.ts';
import { DATABRICKS_RESOURCE, endpointsOf, managementHeaders } from './azure-cloud.ts';
import { tenantFinder } from './azure-tenant.ts';
import type { TokenSource } from './databricks.ts';
import { readClaims, requestIdToken } from './id-token.ts';
import { explained, requestToken } from './oauth.ts';
import type { SignInWorld } from './port.ts';
import { entraAdvice } from './refusal-advice.ts';
import type { AuthType, Settings } from './settings.ts';

const ENTRA: Peer = {
  name: 'Microsoft Entra',
  fix: 'Run again later. If the error persists, check the status of Microsoft Entra, and that the network and the proxy of the runner allow its address (login.microsoftonline.com, or the one of ARM_ENVIRONMENT).',
};

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
    `${sentenceOf(error)} The token was requested from the tenant ${show(tenant, 60)}, for the audience ${resource}.`,
    error.details,
  );
}
