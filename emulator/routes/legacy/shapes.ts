import { locationOf } from '../../metastore/locations.ts';
import { aliasesOf } from '../../metastore/aliases.ts';
import type { CallContext } from '../../metastore/session.ts';
import type { Model, Version } from '../../metastore/state.ts';
import { modelIdOf } from '../../metastore/versions.ts';

/** `RegisteredModel` of the older family: versions are strings, there is no owner; lists carry no aliases and tags. */
export function legacyModel(session: CallContext, model: Model, inList = false): Record<string, unknown> {
  return {
    name: model.name,
    creation_timestamp: model.createdAt,
    last_updated_timestamp: model.updatedAt,
    user_id: model.createdBy,
    ...(model.description === undefined ? {} : { description: model.description }),
    ...(inList
      ? {}
      : { ...list('aliases', legacyAliases(session, model)), ...list('tags', tagList(model.tags)) }),
    ...(model.deploymentJobId === undefined
      ? {}
      : { deployment_job_id: model.deploymentJobId, deployment_job_state: 'CONNECTED' }),
  };
}

/** `ModelVersion` of the older family. */
export function legacyVersion(
  session: CallContext,
  model: Model,
  version: Version,
  inList = false,
): Record<string, unknown> {
  const { state, switches } = session;
  const run = version.runId === undefined ? undefined : state.runs.get(version.runId);
  const aliases = inList && !switches.searchHitsAliases ? [] : legacyAliases(session, model, version.version);
  return {
    name: model.name,
    version: String(version.version),
    creation_timestamp: version.createdAt,
    last_updated_timestamp: version.updatedAt,
    user_id: version.createdBy,
    ...(version.description === undefined ? {} : { description: version.description }),
    source: version.source,
    ...(version.runId === undefined ? {} : { run_id: version.runId }),
    ...(run?.experimentId === undefined ? {} : { run_experiment_id: run.experimentId }),
    ...(version.runTrackingServerId === undefined
      ? {}
      : { run_tracking_server_id: version.runTrackingServerId }),
    status: version.status,
    storage_location: locationOf(session, version),
    ...list('aliases', aliases),
    ...list('tags', tagList(version.tags)),
    ...list('model_version_dependencies', version.dependencies),
    ...modelId(session, version),
    ...deploymentState(model, version),
  };
}

/** The logged model of a version; absent without one. */
export function modelId(session: CallContext, version: Version): Record<string, unknown> {
  const id = modelIdOf(session, version);
  return id === undefined ? {} : { model_id: id };
}

/** State of the deployment run that a version started; absent without one. */
export function deploymentState(model: Model, version: Version): Record<string, unknown> {
  if (version.deploymentRun === undefined || model.deploymentJobId === undefined) return {};
  return {
    deployment_job_state: {
      job_id: model.deploymentJobId,
      run_id: version.deploymentRun,
      job_state: 'CONNECTED',
      run_state: 'APPROVAL',
      current_task_name: 'approval_check',
    },
  };
}

function legacyAliases(session: CallContext, model: Model, version?: number): unknown[] {
  return aliasesOf(session, model, version).map((alias) => ({
    alias: alias.alias,
    version: String(alias.version),
  }));
}

/** Tags as a list of pairs. */
export function tagList(tags: ReadonlyMap<string, string>): { key: string; value: string }[] {
  return [...tags].map(([key, value]) => ({ key, value }));
}

/** A member for a list that is absent when the list is empty, as both families leave it out. */
export function list(name: string, items: readonly unknown[]): Record<string, unknown> {
  return items.length === 0 ? {} : { [name]: items };
}
