import type { Capabilities } from '../port.ts';

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
