import type { Capabilities } from '../port.ts';

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
