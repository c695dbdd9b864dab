import type { FieldType } from '../field.ts';

/** What a saved job and a submitted run have in common. */
const common = {
  budget_policy_id: 'string',
  duration_target: 'string',
  email_notifications: 'object',
  environment_variables: 'array',
  environments: 'array',
  git_source: 'object',
  health: 'object',
  notification_settings: 'object',
  performance_target: 'string',
  queue: 'object',
  run_as: 'object',
  tasks: 'array',
  timeout_seconds: 'int',
  usage_policy_id: 'string',
  webhook_notifications: 'object',
} as const satisfies Record<string, FieldType>;

/** Settings of a saved job (databricks-sdk-py 0.162.0 `JobSettings`). */
export const jobFields = {
  ...common,
  continuous: 'object',
  deployment: 'object',
  description: 'string',
  edit_mode: 'string',
  format: 'string',
  job_clusters: 'array',
  max_concurrent_runs: 'int',
  name: 'string',
  parameters: 'array',
  parent_path: 'string',
  schedule: 'object',
  tags: 'object',
  trigger: 'object',
  triggers: 'array',
} as const satisfies Record<string, FieldType>;

/** What a submitted run is made of (`JobsAPI.submit`). */
export const submitFields = { ...common, run_name: 'string' } as const satisfies Record<string, FieldType>;

/** Parameters of a run by kind of task, deprecated; only those of Python scripts are taken. */
export const olderParameters = {
  dbt_commands: 'array',
  jar_params: 'array',
  notebook_params: 'object',
  pipeline_params: 'object',
  python_named_params: 'object',
  python_params: 'array',
  spark_submit_params: 'array',
  sql_params: 'object',
} as const satisfies Record<string, FieldType>;
