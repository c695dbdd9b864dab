import { locationOf } from '../../metastore/locations.ts';
import { aliasesOf } from '../../metastore/aliases.ts';
import type { CallContext } from '../../metastore/session.ts';
import type { Alias, Dependency, Model, Version } from '../../metastore/state.ts';
import { deploymentState, list, modelId, tagList } from '../legacy/shapes.ts';

/** `RegisteredModelInfo`: flat, with owner and integer versions; aliases only when asked for. */
export function nativeModel(
  session: CallContext,
  model: Model,
  options: { aliases?: boolean; browse?: boolean; inList?: boolean } = {},
): Record<string, unknown> {
  const [catalog, schema, name] = model.name.split('.');
  const shown = {
    name,
    catalog_name: catalog,
    schema_name: schema,
    full_name: model.name,
    metastore_id: session.state.metastoreId,
    owner: model.owner,
    created_at: model.createdAt,
    created_by: model.createdBy,
    updated_at: model.updatedAt,
    updated_by: model.updatedBy,
    id: model.id,
  };
  if (options.browse) return { ...shown, browse_only: true };
  return {
    ...shown,
    ...(model.description === undefined ? {} : { comment: model.description }),
    storage_location: `s3://${session.state.bucket}/metastore/${session.state.metastoreId}/models/${model.id}`,
    ...(options.aliases ? list('aliases', nativeAliases(session, model)) : {}),
    ...(session.switches.nativeEnriched && !options.inList ? enrichedModel(model) : {}),
  };
}

function enrichedModel(model: Model): Record<string, unknown> {
  return {
    ...list('tags', tagList(model.tags)),
    ...(model.deploymentJobId === undefined
      ? {}
      : { deployment_job_id: model.deploymentJobId, deployment_job_state: 'CONNECTED' }),
  };
}

/** `ModelVersionInfo`: flat, `version` is an integer. */
export function nativeVersion(
  session: CallContext,
  model: Model,
  version: Version,
  options: { aliases?: boolean; inList?: boolean } = {},
): Record<string, unknown> {
  const [catalog, schema, name] = model.name.split('.');
  return {
    model_name: name,
    catalog_name: catalog,
    schema_name: schema,
    version: version.version,
    id: version.id,
    source: version.source,
    ...(version.description === undefined ? {} : { comment: version.description }),
    ...(version.runId === undefined ? {} : { run_id: version.runId }),
    ...(version.runTrackingServerId === undefined
      ? {}
      : { run_workspace_id: Number(version.runTrackingServerId) }),
    status: version.status,
    storage_location: locationOf(session, version),
    metastore_id: session.state.metastoreId,
    created_at: version.createdAt,
    created_by: version.createdBy,
    updated_at: version.updatedAt,
    updated_by: version.updatedBy,
    ...(options.aliases ? list('aliases', nativeAliases(session, model, version.version)) : {}),
    ...(version.dependencies.length === 0
      ? {}
      : { model_version_dependencies: { dependencies: version.dependencies.flatMap(nativeDependency) } }),
    ...(session.switches.nativeEnriched
      ? {
          ...(options.inList ? {} : list('tags', tagList(version.tags))),
          ...modelId(session, version),
          ...deploymentState(model, version),
        }
      : {}),
  };
}

function nativeAliases(session: CallContext, model: Model, version?: number): unknown[] {
  return aliasesOf(session, model, version).map((alias) => ({
    alias_name: alias.alias,
    version_num: alias.version,
  }));
}

/** `RegisteredModelAlias`, the response to setting one. */
export function nativeAlias(session: CallContext, model: string, alias: Alias): Record<string, unknown> {
  const [catalog, schema, name] = model.split('.');
  return {
    alias_name: session.switches.aliasCaseReturned === 'lower' ? alias.alias.toLowerCase() : alias.alias,
    version_num: alias.version,
    id: alias.id,
    model_name: name,
    catalog_name: catalog,
    schema_name: schema,
  };
}

/** Vector indexes and tables are tables here; model endpoints have no native form. */
function nativeDependency({ type, name }: Dependency): Record<string, unknown>[] {
  switch (type) {
    case 'DATABRICKS_TABLE':
    case 'DATABRICKS_VECTOR_INDEX':
      return [{ table: { table_full_name: name } }];
    case 'DATABRICKS_UC_FUNCTION':
      return [{ function: { function_full_name: name } }];
    case 'DATABRICKS_UC_CONNECTION':
      return [{ connection: { connection_name: name } }];
    default:
      return [];
  }
}
