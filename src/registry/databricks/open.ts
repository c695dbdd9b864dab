import { DATABRICKS_COMMANDS } from './commands.ts';
import { DATABRICKS_CAPABILITIES } from './capabilities.ts';
import { StatedWorkspace } from '../../http/stated-workspace.ts';
import type { RegistryConnections, RegistryDriver } from '../definition.ts';
import type { Registry } from '../port.ts';
import { accessCalls, ME } from './access.ts';
import { auditLogCalls } from './audit-log.ts';
import { directoryCalls } from './directory.ts';
import { filesApiSink, filesApiSource, UPLOAD_LIMITS } from './files/open.ts';
import { jobCalls, runCommands } from './jobs.ts';
import { metricCalls } from './metrics.ts';
import { labelCalls, modelCalls, versionCalls } from './models.ts';
import { databricksPages } from './pages.ts';
import { runCalls } from './runs.ts';
import { servingCalls, servingCommands } from './serving.ts';
import { artifactCalls } from './tracking.ts';
import { workspaceFileCalls, workspaceFolderCommands } from './workspace-files.ts';

/** The registry of a Databricks workspace. */
export function databricksRegistry({ control, files, endpoints }: RegistryConnections): Registry {
  return {
    capabilities: DATABRICKS_CAPABILITIES,
    commands: DATABRICKS_COMMANDS,
    get requestsBegun() {
      return control.requestsBegun + files.requestsBegun;
    },
    ...modelCalls(control),
    ...versionCalls(control),
    ...labelCalls(control),
    ...accessCalls(control),
    ...runCalls(control),
    ...runCommands(control),
    tracking: artifactCalls(control, files),
    jobs: jobCalls(control),
    ...servingCommands(control),
    serving: servingCalls(control),
    workspaceFiles: workspaceFileCalls(control),
    workspaceFolders: workspaceFolderCommands(control),
    metrics: metricCalls(control),
    ...auditLogCalls(control),
    directory: directoryCalls(control),
    uploadLimits: UPLOAD_LIMITS,
    openSource: (name, version) => filesApiSource(files, name, version, endpoints),
    openSink: (name, version) => filesApiSink(files, name, version, endpoints),
  };
}

/** Everything that comes from a workspace has to come from the one that is stated. */
export const databricksDriver: RegistryDriver = {
  clientOptions: (_host, workspace) =>
    workspace === undefined ? {} : { workspace: { stated: new StatedWorkspace(workspace), read: ME } },
  pages: databricksPages,
  open: databricksRegistry,
};
