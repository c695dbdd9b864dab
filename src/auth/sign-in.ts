import type { Host } from '../http/host.ts';
import { entraFederation, entraSecret } from './entra.ts';
import { managedIdentity } from './managed-identity.ts';
import { clientCredentials, tokenExchange, type TokenSource } from './databricks.ts';
import type { SignIn, SignInWorld } from './port.ts';
import type { AttributeName, AuthType, Settings } from './settings.ts';
import { TokenCache } from './token-cache.ts';
import { azureCli, databricksCli } from './tools.ts';

/** Where each method has the name of who signs in. */
const CLIENT: Partial<Readonly<Record<AuthType, AttributeName>>> = {
  'oauth-m2m': 'clientId',
  'github-oidc': 'clientId',
  'env-oidc': 'clientId',
  'file-oidc': 'clientId',
  'azure-devops-oidc': 'clientId',
  'azure-client-secret': 'azureClientId',
  'github-oidc-azure': 'azureClientId',
  'azure-msi': 'azureClientId',
};

/** The way to sign in of a method that was chosen. Nothing is requested before the first call needs a token. */
export function signInBy(world: SignInWorld, method: AuthType, host: Host, settings: Settings): SignIn {
  const stated = statedBy(method, host, settings);
  // On a host that serves several workspaces this header chooses one (auth-and-http §3.5).
  const routing: Record<string, string> =
    stated.workspace === undefined ? {} : { 'x-databricks-workspace-id': stated.workspace.value };
  const client = clientOf(method, settings);
  const named = { ...(client === undefined ? {} : { client }), stated };
  if (method === 'pat') {
    const headers = { authorization: `Bearer ${settings.get('token') ?? ''}`, ...routing };
    const from = settings.from('token');
    return { method, ...named, from, headers: async () => headers, open: async () => undefined };
  }
  const cache = new TokenCache(sourceOf(world, method, host, settings), world.clock, world.log);
  return {
    method,
    ...named,
    async headers() {
      const { accessToken, headers } = await cache.token();
      return { authorization: `Bearer ${accessToken}`, ...routing, ...headers };
    },
    replace: (refused) => cache.replace((refused['authorization'] ?? '').slice('Bearer '.length)),
    open: async () => (await cache.token()).expiresAt,
  };
}

/** The ids that the settings give, a pasted address of the host among them. */
function statedBy(method: AuthType, host: Host, settings: Settings): NonNullable<SignIn['stated']> {
  const attribute = CLIENT[method];
  const application = attribute === undefined ? undefined : settings.stated(attribute);
  const workspace = settings.stated('workspaceId', host.workspaceId);
  return {
    ...(workspace === undefined ? {} : { workspace }),
    ...(application === undefined ? {} : { application }),
  };
}

function clientOf(method: AuthType, settings: Settings): string | undefined {
  const attribute = CLIENT[method];
  return attribute === undefined ? undefined : settings.get(attribute);
}

function sourceOf(
  world: SignInWorld,
  method: Exclude<AuthType, 'pat'>,
  host: Host,
  settings: Settings,
): TokenSource {
  switch (method) {
    case 'oauth-m2m':
      return clientCredentials(world, host, settings);
    case 'github-oidc':
    case 'env-oidc':
    case 'file-oidc':
    case 'azure-devops-oidc':
      return tokenExchange(world, host, settings, method);
    case 'azure-client-secret':
      return entraSecret(world, host, settings);
    case 'github-oidc-azure':
      return entraFederation(world, host, settings);
    case 'azure-msi':
      return managedIdentity(world, settings);
    case 'azure-cli':
      return azureCli(world, host, settings);
    case 'databricks-cli':
      return databricksCli(world, host, settings);
  }
}
