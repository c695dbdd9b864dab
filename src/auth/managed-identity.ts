import type { Peer } from '../http/peer.ts';
import { DATABRICKS_RESOURCE, endpointsOf, managementHeaders } from './azure-cloud.ts';
import type { TokenSource } from './databricks.ts';
import { explained, plainClient, readToken } from './oauth.ts';
import type { SignInWorld } from './port.ts';
import type { Settings } from './settings.ts';

const MACHINE: Peer = {
  name: 'The metadata service of this machine',
  fix: 'azure-msi works only on self-hosted runners on Azure machines with a managed identity. Elsewhere, use another sign-in method.',
};

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
