import { mlflowCommands } from './commands.ts';
import { MLFLOW_CAPABILITIES } from './capabilities.ts';
import type { HttpClient } from '../../http/client.ts';
import type { RegistryDriver } from '../definition.ts';
import type { Registry } from '../port.ts';
import { unsupported } from '../unsupported.ts';
import { errorFromServer, MLFLOW_SERVER } from './errors.ts';
import { noSink, serverSource, UPLOAD_LIMITS } from './files.ts';
import { artifactCalls } from './tracking.ts';
import { MlflowWorkspace } from './workspace.ts';
import { labelCalls, modelCalls, tryAccess, versionCalls } from './models.ts';

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
    tryAccess: () => tryAccess(http),
    getParent: async () => undefined,
    async getEffectiveGrants() {
      throw unsupported('grants');
    },
    tracking: artifactCalls(http, files),
    uploadLimits: UPLOAD_LIMITS,
    openSource: (name, version) => serverSource(files, name, version),
    openSink: () => noSink(),
  };
}

/** The server may stand below a path of its host, and refuses in words of its own. */
export const mlflowDriver: RegistryDriver = {
  clientOptions: ({ origin, path }) => ({
    host: `${origin}${path}`,
    errorOf: errorFromServer,
    peer: MLFLOW_SERVER,
  }),
  part: (environment) => MlflowWorkspace.of(environment),
  open: ({ control, files, part }) => mlflowRegistry(control, files, part),
};
