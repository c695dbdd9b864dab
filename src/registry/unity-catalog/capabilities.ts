import type { Capabilities } from '../port.ts';

/** What the open-source Unity Catalog server can do (0.6.0). */
export const UNITY_CATALOG_CAPABILITIES: Capabilities = {
  aliases: 'none',
  documentedAliases: null,
  tags: 'none',
  grants: 'direct',
  ownersReachDown: true,
  groups: false,
  // `Privilege` of its `api/all.yaml`, as far as models, schemas and catalogs have them.
  privileges: [
    'USE_CATALOG',
    'CREATE_SCHEMA',
    'USE_SCHEMA',
    'CREATE_TABLE',
    'SELECT',
    'MODIFY',
    'CREATE_FUNCTION',
    'EXECUTE',
    'CREATE_VOLUME',
    'READ_VOLUME',
    'CREATE_MODEL',
  ],
  upload: 'pending',
  files: false,
  owners: true,
  deploymentJobs: false,
  jobs: false,
  serving: false,
  metrics: false,
  auditLog: false,
  names: 'three-level',
};
