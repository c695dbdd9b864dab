import type { HttpClient } from '../../http/client.ts';
import type { Capabilities, Registry } from '../port.ts';
import { unsupported } from '../unsupported.ts';
import { noSink, serverSource } from './files.ts';
import { labelCalls, modelCalls, versionCalls } from './models.ts';

/** What an MLflow server can do (mlflow 3.17.2): its permissions are those of a plug-in and are not read. */
export const MLFLOW_CAPABILITIES: Capabilities = {
  aliases: 'case-sensitive',
  tags: true,
  grants: 'none',
  ownersReachDown: false,
  upload: 'pointer',
  files: true,
  owners: false,
  deploymentJobs: false,
  names: 'any',
};

/** The registry of an open-source MLflow server. */
export function mlflowRegistry(http: HttpClient, files: HttpClient): Registry {
  return {
    capabilities: MLFLOW_CAPABILITIES,
    get requestsBegun() {
      return http.requestsBegun + files.requestsBegun;
    },
    ...modelCalls(http),
    ...versionCalls(http),
    ...labelCalls(http),
    // The server does not say whom it lets in; nothing that reads grants asks a registry without them.
    getCaller: async () => ({ principal: '', alsoKnownAs: [], kind: 'unknown', groups: [] }),
    getParent: async () => undefined,
    async getEffectiveGrants() {
      throw unsupported('grants');
    },
    openSource: (name, version) => serverSource(files, name, version),
    openSink: () => noSink(),
  };
}
