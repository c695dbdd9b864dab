import type { Switches } from '../switches.ts';

/** Members that are 64-bit integers on the wire. */
const integers = new Set([
  'creation_timestamp',
  'last_updated_timestamp',
  'created_at',
  'updated_at',
  'version',
  'version_num',
  'run_workspace_id',
  'file_size',
  'last_modified',
  'expiration_time',
  'creation_timestamp_ms',
  'last_updated_timestamp_ms',
  'job_id',
  'run_id',
  'number_in_job',
  'object_id',
  'config_version',
]);

/** Applies the liberties that a response of Databricks may take: strange members, strange enum values, integers as text. */
export function decorate(value: unknown, switches: Switches): unknown {
  if (!switches.unknownFields && !switches.unknownEnums && !switches.numbersAsStrings) return value;
  return walk(value, switches, '');
}

function walk(value: unknown, switches: Switches, name: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => walk(item, switches, name));
    return switches.unknownEnums && name === 'privileges' ? [...items, strangePrivilege(value[0])] : items;
  }
  if (
    (typeof value === 'number' || typeof value === 'bigint') &&
    switches.numbersAsStrings &&
    integers.has(name)
  )
    return String(value);
  if (switches.unknownEnums && typeof value === 'string') return strangeEnum(name, value);
  if (typeof value !== 'object' || value === null) return value;
  const walked = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, walk(item, switches, key)]),
  );
  if (!switches.unknownFields) return walked;
  return { ...walked, emulator_unknown_field: { nested: [1, 'two', null] } };
}

function strangePrivilege(example: unknown): unknown {
  return typeof example === 'object' ? { privilege: 'USE_SOMETHING_NEW' } : 'USE_SOMETHING_NEW';
}

function strangeEnum(name: string, value: string): string {
  if (name === 'job_state' || name === 'run_state' || name === 'deployment_job_state') return 'SOMETHING_NEW';
  if (name === 'status' && value === 'FAILED_REGISTRATION') return 'REGISTRATION_QUARANTINED';
  if (name === 'isolation_mode' || name === 'catalog_type') return 'SOMETHING_NEW';
  return value;
}
