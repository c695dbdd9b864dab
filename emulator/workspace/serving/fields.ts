/** What is written of a served entity (databricks-sdk-py 0.162.0 `ServedEntityInput`), beside its name. */
export const WRITTEN: readonly string[] = [
  'name',
  'entity_name',
  'entity_version',
  'environment_vars',
  'external_model',
  'instance_profile_arn',
  'workload_type',
  'workload_size',
  'min_provisioned_concurrency',
  'max_provisioned_concurrency',
  'scale_to_zero_enabled',
  'min_provisioned_throughput',
  'max_provisioned_throughput',
  'provisioned_model_units',
  'burst_scaling_enabled',
];

/** What only a read has (`ServedEntityOutput`). */
export const READ_ONLY: readonly string[] = ['state', 'creator', 'creation_timestamp', 'foundation_model'];

/** Kinds of machines. */
export const WORKLOAD_TYPES: readonly string[] = [
  'CPU',
  'CPU_MEDIUM',
  'CPU_LARGE',
  'GPU_SMALL',
  'GPU_MEDIUM',
  'GPU_LARGE',
  'GPU_XLARGE',
  'GPU_XLARGE_8',
  'MULTIGPU_MEDIUM',
];

/** Sizes, and the concurrency that each stands for. */
export const WORKLOAD_SIZES: Readonly<Record<string, readonly [min: number, max: number]>> = {
  Small: [4, 4],
  Medium: [8, 16],
  Large: [16, 64],
};

/** What the older spelling of a served entity calls its members. */
export const OLDER_NAMES: Readonly<Record<string, string>> = {
  model_name: 'entity_name',
  model_version: 'entity_version',
};
