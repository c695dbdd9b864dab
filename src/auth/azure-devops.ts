import type { Peer } from '../http/peer.ts';
import { askForIdToken } from './id-token.ts';
import type { SignInWorld } from './port.ts';
import type { Settings } from './settings.ts';

const SERVICE: Peer = {
  name: "Azure DevOps' service for ID tokens",
  fix: "Run again later. If it persists, check the status of Azure DevOps, and that the agent's network and proxy allow the address in SYSTEM_OIDCREQUESTURI.",
};

/** The version of the API that the address is asked with (azure-identity `azure_pipelines.py`, Azure DevOps release notes of sprint 240). */
const API_VERSION = '7.1';

/**
 * A fresh ID token of a job of Azure Pipelines, for the pipeline itself or for the service connection that a task names. Its audience
 * is Azure DevOps' own (auth-and-http §5.5, github-apis §5.2). Without the header it would send a page to sign in at.
 */
export function requestAzureDevOpsToken(world: SignInWorld, settings: Settings): Promise<string> {
  const connection = settings.get('azureDevOpsConnection');
  return askForIdToken(world, 'azure-devops-oidc', {
    url: new URL(settings.get('azureDevOpsUrl') ?? ''),
    bearer: settings.get('azureDevOpsToken') ?? '',
    verb: 'POST',
    query: {
      'api-version': API_VERSION,
      ...(connection === undefined ? {} : { serviceConnectionId: connection }),
    },
    headers: { 'x-tfs-fedauthredirect': 'Suppress' },
    key: 'oidcToken',
    peer: SERVICE,
    fix: 'Azure DevOps gave no ID token. Check "env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)" of the step, and that the pipeline may use the service connection.',
  });
}
