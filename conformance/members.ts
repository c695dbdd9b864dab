/** Members of `RegisteredModelInfo` that our sources name (databricks-sdk-py 0.156.0, MLflow's enriched messages). */
export const MODEL_MEMBERS: ReadonlySet<string> = new Set(
  (
    'name catalog_name schema_name full_name owner comment metastore_id storage_location created_at created_by ' +
    'updated_at updated_by aliases browse_only id tags deployment_job_id deployment_job_state'
  ).split(' '),
);

/** Members of `ModelVersionInfo` that our sources name. */
export const VERSION_MEMBERS: ReadonlySet<string> = new Set(
  (
    'model_name catalog_name schema_name version id source comment run_id run_workspace_id status storage_location ' +
    'metastore_id created_at created_by updated_at updated_by aliases browse_only model_version_dependencies tags ' +
    'model_id deployment_job_state model_params model_metrics'
  ).split(' '),
);

/** Privileges that a grant on a model can have (privileges reference of Databricks). */
export const MODEL_PRIVILEGES: ReadonlySet<string> = new Set(
  'ALL_PRIVILEGES APPLY_TAG CREATE_MODEL_VERSION EXECUTE MANAGE'.split(' '),
);

/** Statuses of a version. */
export const STATUSES: ReadonlySet<string> = new Set(
  'PENDING_REGISTRATION READY FAILED_REGISTRATION'.split(' '),
);
