import type { Capabilities } from '../port.ts';

/** What an MLflow server can do (mlflow 3.17.2): its permissions are those of a plug-in and are not read. */
export const MLFLOW_CAPABILITIES: Capabilities = {
  aliases: 'case-sensitive',
  documentedAliases: null,
  // mlflow 3.17.2 `utils/validation.py`: _validate_model_version_tag.
  tags: {
    keyLength: 250,
    valueLength: 100_000,
    forbiddenKeys: [
      {
        pattern: /[^\p{L}\p{N}_.\- :/]/u,
        says: 'MLflow allows only letters, digits, spaces and _ - . : / in a tag key',
      },
      {
        pattern: /^\/|\/$|\/\/|^\.\.|(^|\/)\.{1,2}(\/|$)/u,
        says: 'MLflow refuses a tag key that is not a plain relative path',
      },
    ],
  },
  grants: 'none',
  ownersReachDown: false,
  groups: false,
  privileges: [],
  upload: 'pointer',
  files: true,
  owners: false,
  deploymentJobs: false,
  jobs: false,
  serving: false,
  metrics: false,
  auditLog: false,
  names: 'any',
};
