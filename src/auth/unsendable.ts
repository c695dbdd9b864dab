import type { InputFault } from '../domain/input-fault.ts';
import { foreignCharacter, invisibleCharacter } from '../domain/header-text.ts';
import type { AttributeName, AuthType, Settings } from './settings.ts';

/** The settings that each method sends, in a header or as a part of one. */
const SENT: Readonly<Record<AuthType, readonly AttributeName[]>> = {
  pat: ['token'],
  'github-oidc': ['clientId', 'idTokenRequestToken'],
  'oauth-m2m': ['clientId', 'clientSecret'],
  'azure-client-secret': ['azureTenantId', 'azureClientId', 'azureClientSecret', 'azureResourceId'],
  'github-oidc-azure': ['azureTenantId', 'azureClientId', 'azureResourceId', 'idTokenRequestToken'],
  'env-oidc': ['clientId'],
  'file-oidc': ['clientId'],
  'azure-cli': ['azureTenantId', 'azureResourceId'],
  'databricks-cli': [],
  'azure-msi': ['azureClientId', 'azureResourceId'],
  'azure-devops-oidc': ['clientId', 'azureDevOpsToken'],
};

const FIX = 'Copy the value again as plain text: such characters usually come from a web page or a document.';

/** What of a credential cannot be sent as it is: ids and secrets consist of visible ASCII characters. */
export function unsendable(method: AuthType, settings: Settings): InputFault[] {
  return [...SENT[method], 'workspaceId' as const].flatMap((name) =>
    faultOf(name, settings, foreignCharacter),
  );
}

/** The same for a server without a sign-in of Databricks: a password may have any character that can be seen. */
export function unsendableToServer(settings: Settings): InputFault[] {
  const isBasic = settings.get('token')?.includes(':') === true;
  return faultOf('token', settings, isBasic ? invisibleCharacter : foreignCharacter);
}

function faultOf(
  name: AttributeName,
  settings: Settings,
  find: (text: string) => string | undefined,
): InputFault[] {
  const found = find(settings.get(name) ?? '');
  if (found === undefined) return [];
  const problem = `it contains the character ${found}, which cannot be sent in an HTTP header.`;
  return [{ input: settings.place(name), problem, fix: FIX }];
}
