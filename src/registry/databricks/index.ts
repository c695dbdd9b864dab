import { DATABRICKS_COMMANDS } from './commands.ts';
import { DATABRICKS_CAPABILITIES } from './capabilities.ts';
import type { HttpClient } from '../../http/client.ts';
import type { StorageEndpoints } from '../../storage/endpoints.ts';
import type { Registry } from '../port.ts';
import { accessCalls } from './access.ts';
import { directoryCalls } from './directory.ts';
import { filesApiSink, filesApiSource, UPLOAD_LIMITS } from './files/open.ts';
import { labelCalls, modelCalls, versionCalls } from './models.ts';
import { runCalls } from './runs.ts';

/** A Databricks workspace: control calls and file bytes go under budgets of their own. */
export interface DatabricksConnections {
  readonly control: HttpClient;
  readonly files: HttpClient;
  /** Addresses in place of the clouds' own, for a version's own storage. */
  readonly endpoints: StorageEndpoints;
}

/** The registry of a Databricks workspace. */
export function databricksRegistry({ control, files, endpoints }: DatabricksConnections): Registry {
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
    directory: directoryCalls(control),
    uploadLimits: UPLOAD_LIMITS,
    openSource: (name, version) => filesApiSource(files, name, version, endpoints),
    openSink: (name, version) => filesApiSink(files, name, version, endpoints),
  };
}
