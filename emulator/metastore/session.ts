import type { Switches } from '../switches.ts';
import type { Access } from './access.ts';
import { denied, invalid, missing, ApiError } from './api-error.ts';
import type { Lag } from './lag.ts';
import type { Model, SecurableType, Version, MetastoreState } from './state.ts';

/** Everything an operation needs: the world, the behaviour chosen, who calls and what time it is. */
export interface CallContext {
  readonly state: MetastoreState;
  readonly switches: Switches;
  readonly caller: string;
  readonly access: Access;
  readonly lag: Lag;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Splits a model's full name; throws `INVALID_PARAMETER_VALUE` in Databricks' words when it has not three levels. */
export function threeLevels(name: string): [catalog: string, schema: string, model: string] {
  const [catalog, schema, model, ...rest] = name.split('.');
  if (!catalog || !schema || !model || rest.length > 0) {
    throw invalid(
      'Bad model name: please specify all three levels of the model in the form `catalog_name.schema_name.model_name`',
    );
  }
  return [catalog, schema, model];
}

/** Checks that both parents exist, that the catalog is bound here, and that the caller may use them. */
export function requireParents(session: CallContext, name: string): void {
  const [catalogName, schemaName] = name.split('.');
  const { state, access } = session;
  const catalog = state.catalogs.get((catalogName ?? '').toLowerCase());
  if (!catalog) throw missing(`Catalog '${catalogName ?? ''}' does not exist.`, 'CATALOG_DOES_NOT_EXIST');
  if (catalog.boundWorkspaces && !catalog.boundWorkspaces.includes(state.workspaceId)) {
    throw denied(`Catalog '${catalog.name}' is not accessible in current workspace`);
  }
  const steward = access.isMetastoreAdmin() || access.owns('catalog', catalog.name);
  if (!steward && !access.holds('catalog', catalog.name, 'USE_CATALOG')) {
    throw denied(`User does not have USE CATALOG on Catalog '${catalog.name}'.`);
  }
  if (schemaName === undefined) return;
  const full = `${catalog.name}.${schemaName}`;
  const schema = state.schemas.get(full.toLowerCase());
  if (!schema) throw missing(`Schema '${full}' does not exist.`, 'SCHEMA_DOES_NOT_EXIST');
  if (steward || access.owns('schema', schema.name)) return;
  if (!access.holds('schema', schema.name, 'USE_SCHEMA')) {
    throw denied(`User does not have USE SCHEMA on Schema '${schema.name}'.`);
  }
}

/** The model of that name, its parents usable by the caller; the right on the model itself is not checked. */
export function usableModel(session: CallContext, name: string): Model {
  threeLevels(name);
  const { state, switches, access } = session;
  const model = state.models.get(name.toLowerCase());
  try {
    requireParents(session, name);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    if (model === undefined ? switches.missingObject === '404' : switches.hiddenObject === '404')
      throw absent(name);
    throw error;
  }
  if (model) return model;
  const blind = !access.holds('function', name, 'EXECUTE') && !access.manages('function', name);
  if (switches.missingObject === '403' && blind) throw lacks('EXECUTE', name);
  throw absent(name);
}

/** The model, when the caller may see it: EXECUTE or ownership (metadata: MANAGE too, by switch). */
export function visibleModel(session: CallContext, name: string): Model {
  const model = usableModel(session, name);
  if (!canView(session, model)) {
    throw session.switches.hiddenObject === '404' ? absent(name) : lacks('EXECUTE', model.name);
  }
  return model;
}

/** Whether the caller, who can use the parents, may see the model's metadata. */
export function canView({ access, switches }: CallContext, model: Model): boolean {
  if (access.owns('function', model.name) || access.holds('function', model.name, 'EXECUTE')) return true;
  return switches.manageSeesMetadata && access.manages('function', model.name);
}

/** A version of a visible model; `version` is a number or the digits of one. */
export function visibleVersion(
  session: CallContext,
  name: string,
  version: string | number,
): [Model, Version] {
  const model = visibleModel(session, name);
  return [model, versionOf(model, version)];
}

/** The version of that number; throws `RESOURCE_DOES_NOT_EXIST`, or `INVALID_PARAMETER_VALUE` for no number. */
export function versionOf(model: Model, version: string | number): Version {
  const number = Number(version);
  if (!/^[0-9]+$/.test(String(version)) || number < 1) throw invalid(`Invalid model version: '${version}'`);
  const found = model.versions.get(number);
  if (!found) throw missing(`Model Version '${number}' of Routine or Model '${model.name}' does not exist.`);
  return found;
}

/** 404 in Databricks' words for a model. */
export function absent(name: string): ApiError {
  return missing(`Routine or Model '${name}' does not exist.`);
}

/** 403 in Databricks' words: the privilege is spelled with blanks. */
export function lacks(privilege: string, name: string, kind = 'Routine or Model'): ApiError {
  return denied(`User does not have ${privilege.replaceAll('_', ' ')} on ${kind} '${name}'.`);
}

/** Owner, CREATE MODEL VERSION, or (by switch) MANAGE. */
export function mayCreateVersion({ access, switches }: CallContext, model: Model): boolean {
  if (access.owns('function', model.name) || access.holds('function', model.name, 'CREATE_MODEL_VERSION'))
    return true;
  return switches.manageCreatesVersions && access.manages('function', model.name);
}

/** How messages call a securable. */
export function kindOf(type: SecurableType): string {
  if (type === 'function') return 'Routine or Model';
  return type.charAt(0).toUpperCase() + type.slice(1);
}

/** Grants and owners are changed by nobody to whom a policy denies it. */
export function requireAccessControl({ access }: CallContext, type: SecurableType, name: string): void {
  if (access.controls(type, name)) return;
  throw denied(`User is denied MANAGE ACCESS CONTROL on ${kindOf(type)} '${name}' by a policy.`);
}
