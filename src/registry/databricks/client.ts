import type { HttpClient } from '../../http/client.ts';
import type { Capabilities, Registry } from '../port.ts';
import { accessCalls } from './access.ts';
import { filesApiSink, filesApiSource } from './files.ts';
import { labelCalls, modelCalls, versionCalls } from './models.ts';
import { runCalls } from './runs.ts';

/** A Databricks workspace: control calls and file bytes go under budgets of their own. */
export interface DatabricksConnections {
  readonly control: HttpClient;
  readonly files: HttpClient;
}

/** What a Databricks workspace can do. */
export const DATABRICKS_CAPABILITIES: Capabilities = {
  aliases: 'case-insensitive',
  tags: true,
  grants: 'effective',
  ownersReachDown: false,
  upload: 'pending',
  files: true,
  owners: true,
  deploymentJobs: true,
  names: 'three-level',
};

/** The registry of a Databricks workspace. */
export function databricksRegistry({ control, files }: DatabricksConnections): Registry {
  return {
    capabilities: DATABRICKS_CAPABILITIES,
    get requestsBegun() {
      return control.requestsBegun + files.requestsBegun;
    },
    ...modelCalls(control),
    ...versionCalls(control),
    ...labelCalls(control),
    ...accessCalls(control),
    ...runCalls(control),
    openSource: (name, version) => filesApiSource(files, name, version),
    openSink: (name, version) => filesApiSink(files, name, version),
  };
}
