import type { Capabilities } from '../port.ts';

/** What the open-source Unity Catalog server can do (0.6.0). */
export const UNITY_CATALOG_CAPABILITIES: Capabilities = {
  aliases: 'none',
  documentedAliases: null,
  tags: 'none',
  grants: 'direct',
  ownersReachDown: true,
  upload: 'pending',
  files: false,
  owners: true,
  deploymentJobs: false,
  names: 'three-level',
};
