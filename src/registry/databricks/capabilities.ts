import type { Capabilities } from '../port.ts';

/** What a Databricks workspace can do. */
export const DATABRICKS_CAPABILITIES: Capabilities = {
  // mlflow/mlflow#12331.
  aliases: 'case-insensitive',
  // Databricks documents up to 10; whether per model or per version, and whether it is enforced, is not confirmed.
  documentedAliases: 10,
  // Databricks documentation of tags (uc-protocol §6); whether versions are held to it is not confirmed.
  tags: {
    perObject: 50,
    keyLength: 255,
    valueLength: 1000,
    forbiddenKeys: [
      { pattern: /[.,\-=/:]/u, says: 'the documentation does not allow . , - = / : in a tag key' },
      { pattern: /^\s|\s$/u, says: 'a tag key must not begin or end with a space' },
    ],
  },
  grants: 'effective',
  ownersReachDown: false,
  groups: true,
  privileges: 'all',
  upload: 'pending',
  files: true,
  owners: true,
  deploymentJobs: true,
  jobs: true,
  serving: true,
  metrics: true,
  auditLog: true,
  names: 'three-level',
};
