import { invalidInputs } from '../domain/errors.ts';
import type { CloudEndpoints, SignInWorld } from './port.ts';
import type { Settings } from './settings.ts';

/** Application id of Azure Databricks in Microsoft Entra, the same in every cloud (auth-and-http §3.4). */
export const DATABRICKS_RESOURCE = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';

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

/** Headers by which Azure's management vouches for a principal (auth-and-http §5.6). */
export function managementHeaders(token: string, resourceId: string): Record<string, string> {
  return {
    'x-databricks-azure-sp-management-token': token,
    'x-databricks-azure-workspace-resource-id': resourceId,
  };
}
