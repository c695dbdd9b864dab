import { ApiError, denied, invalid, missing } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';
import { OLDER_NAMES, READ_ONLY, WORKLOAD_SIZES, WORKLOAD_TYPES, WRITTEN } from './fields.ts';
import { checkExternal } from './secrets.ts';
import type { Json, Served } from './state.ts';

/** Names of endpoints and served entities. */
export const NAME = /^[A-Za-z0-9_-]{1,63}$/;

/** Reads the entities of a config; those that were served before keep when and by whom that began. */
export function entitiesIn(
  session: CallContext,
  given: readonly Json[],
  before: readonly Served[],
): Served[] {
  const { servingMaxEntities: most } = session.switches;
  if (given.length === 0) throw invalid('At least one served entity is needed.');
  if (given.length > most) throw invalid(`An endpoint can have at most ${most} served entities.`);
  const served = given.map((entity) => entityOf(session, newerSpelling(entity), before));
  requireDistinct(served);
  if (served.length > 1 && served.some(isExternal)) {
    throw invalid('An external model must be the only served entity of its endpoint.');
  }
  return served;
}

/** Whether an entity is a model of another provider. */
export function isExternal({ fields }: Served): boolean {
  return fields['external_model'] !== undefined;
}

function newerSpelling(entity: Json): Json {
  return Object.fromEntries(
    Object.entries(entity).map(([field, value]) => [OLDER_NAMES[field] ?? field, value]),
  );
}

function entityOf(session: CallContext, entity: Json, before: readonly Served[]): Served {
  const unknown = Object.keys(entity).find((field) => !WRITTEN.includes(field) && !READ_ONLY.includes(field));
  if (unknown !== undefined) throw invalid(`A served entity has an unknown field '${unknown}'.`);
  const output = Object.keys(entity).find((field) => READ_ONLY.includes(field));
  if (output !== undefined && session.switches.servingReadOnlyFields === 'refused') {
    throw invalid(`Field '${output}' of a served entity cannot be set.`);
  }
  const written = Object.entries(entity).filter(
    ([field, value]) => !READ_ONLY.includes(field) && value !== undefined && value !== null,
  );
  const fields: Json = Object.fromEntries(written);
  const name = nameOf(fields);
  const present = before.find((each) => each.name === name);
  if (fields['external_model'] !== undefined) checkExternal(fields['external_model'], fields['entity_name']);
  else requireServable(session, fields);
  checkVariables(fields);
  return {
    name,
    fields: { ...filledIn(session, fields), name },
    creator: present?.creator ?? session.caller,
    createdAt: present?.createdAt ?? session.now(),
  };
}

/** The name of an entity, by default of its model and version (databricks-sdk-py `ServedEntityInput.name`). */
function nameOf(fields: Json): string {
  const given = text(fields, 'name');
  const external = fields['external_model'];
  const model =
    typeof external === 'object' && external !== null && 'name' in external
      ? String(external.name)
      : [text(fields, 'entity_name')?.split('.').at(-1), text(fields, 'entity_version')]
          .filter((part) => part !== undefined)
          .join('-');
  const name = given ?? model.replaceAll(/[.:]/g, '-');
  if (!NAME.test(name)) throw invalid(`Invalid name '${name}' of a served entity.`);
  return name;
}

function text(fields: Json, field: string): string | undefined {
  const value = fields[field];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw invalid(`Field '${field}' of a served entity must be a string.`);
  return value;
}

/** A version that is READY and that the caller may execute, a function of features, or a foundation model. */
function requireServable({ state, access, caller }: CallContext, fields: Json): void {
  const name = text(fields, 'entity_name');
  if (name === undefined) throw invalid('A served entity needs an entity_name or an external_model.');
  const key = name.toLowerCase();
  const version = text(fields, 'entity_version');
  if (state.workspace.featureSpecs.has(key)) {
    if (version !== undefined) throw invalid(`The feature spec ${name} has no versions.`);
    return;
  }
  if (version === undefined || !/^[0-9]+$/.test(version)) {
    throw invalid(`The entity_version of ${name} must be a number.`);
  }
  const model = state.models.get(key);
  const found = model?.versions.get(Number(version));
  if (found === undefined) {
    throw missing(`Registered model version '${name}' version '${version}' does not exist.`);
  }
  if (!access.owns('function', key) && !access.holds('function', key, 'EXECUTE')) {
    throw denied(`User ${caller} does not have EXECUTE on Routine or Model '${name}'.`);
  }
  if (found.status !== 'READY')
    throw invalid(`Version ${version} of ${name} is not READY and cannot be served.`);
}

function checkVariables(fields: Json): void {
  const variables = fields['environment_vars'] ?? {};
  const isGood =
    typeof variables === 'object' &&
    variables !== null &&
    Object.values(variables).every((value) => typeof value === 'string');
  if (!isGood) throw invalid('environment_vars must map names to strings.');
}

const THROUGHPUT = ['min_provisioned_throughput', 'max_provisioned_throughput', 'provisioned_model_units'];
const CONCURRENCY = ['min_provisioned_concurrency', 'max_provisioned_concurrency'];

/** The sizes of an entity, with what a server fills in. */
function filledIn({ state }: CallContext, fields: Json): Json {
  if (fields['external_model'] !== undefined) return fields;
  const has = (names: readonly string[]): boolean => names.some((name) => fields[name] !== undefined);
  const size = text(fields, 'workload_size');
  if (size !== undefined && has(CONCURRENCY)) {
    throw invalid('workload_size cannot be combined with provisioned concurrency.');
  }
  if (has(THROUGHPUT)) {
    const name = text(fields, 'entity_name') ?? '';
    if (!state.workspace.foundationModels.has(name.toLowerCase())) {
      throw invalid(`${name} is not a foundation model and cannot be served with provisioned throughput.`);
    }
    return fields;
  }
  if (size !== undefined && !(size in WORKLOAD_SIZES)) throw invalid(`Invalid workload_size '${size}'.`);
  const type = text(fields, 'workload_type') ?? 'CPU';
  if (!WORKLOAD_TYPES.includes(type)) throw invalid(`Invalid workload_type '${type}'.`);
  return {
    scale_to_zero_enabled: false,
    ...fields,
    workload_type: type,
    ...(size === undefined && !has(CONCURRENCY) ? { workload_size: 'Small' } : {}),
  };
}

function requireDistinct(served: readonly Served[]): void {
  const names = new Set(served.map(({ name }) => name));
  if (names.size < served.length) throw invalid('Names of served entities must be unique.');
  const versions = served
    .filter((each) => !isExternal(each))
    .map(
      ({ fields }) => `${String(fields['entity_name']).toLowerCase()}/${String(fields['entity_version'])}`,
    );
  if (new Set(versions).size === versions.length) return;
  throw new ApiError(400, 'BAD_REQUEST', 'Cannot create 2+ served entities with the same model version.');
}
