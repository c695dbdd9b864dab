import type { Json } from './state.ts';

/** Kinds of tasks (databricks-sdk-py 0.162.0 `SubmitTask` and `Task`). */
const KINDS = [
  'ai_function_task',
  'ai_runtime_task',
  'alert_task',
  'clean_rooms_notebook_task',
  'condition_task',
  'dashboard_task',
  'dbt_cloud_task',
  'dbt_platform_task',
  'dbt_task',
  'for_each_task',
  'gen_ai_compute_task',
  'notebook_task',
  'pipeline_task',
  'power_bi_task',
  'python_operator_task',
  'python_wheel_task',
  'run_job_task',
  'spark_jar_task',
  'spark_python_task',
  'spark_submit_task',
  'sql_task',
] as const;

/** Every other field of a task. */
const FIELDS: readonly string[] = [
  'task_key',
  'compute',
  'depends_on',
  'description',
  'disable_auto_optimization',
  'disabled',
  'email_notifications',
  'environment_key',
  'environment_variables_key',
  'existing_cluster_id',
  'health',
  'job_cluster_key',
  'libraries',
  'max_retries',
  'min_retry_interval_millis',
  'new_cluster',
  'notification_settings',
  'retry_on_timeout',
  'run_if',
  'timeout_seconds',
  'webhook_notifications',
];

/** The one kind of a task; `undefined` when it has none, or several. */
export function taskKindOf(task: Json): (typeof KINDS)[number] | undefined {
  const named = KINDS.filter((kind) => task[kind] !== undefined && task[kind] !== null);
  return named.length === 1 ? named[0] : undefined;
}

/** A field that no task has; `undefined` when there is none. */
export function unknownOf(task: Json): string | undefined {
  const kinds: readonly string[] = KINDS;
  return Object.keys(task).find((field) => !FIELDS.includes(field) && !kinds.includes(field));
}
