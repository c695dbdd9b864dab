import { mlflowCommands } from './commands.ts';
import { MLFLOW_CAPABILITIES } from './capabilities.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Registry } from '../port.ts';
import { unsupported } from '../unsupported.ts';
import { noSink, serverSource } from './files.ts';
import { labelCalls, modelCalls, versionCalls } from './models.ts';

/** The registry of an open-source MLflow server, or one workspace of it. */
export function mlflowRegistry(http: HttpClient, files: HttpClient, workspace?: string): Registry {
  return {
    capabilities: MLFLOW_CAPABILITIES,
    commands: mlflowCommands(workspace),
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
