import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { HttpClient } from '../../http/client.ts';
import { protocolError } from '../../http/failed-response.ts';
import type { HttpRequest } from '../../http/request.ts';
import type { LabelCalls, ModelCalls, VersionCalls } from '../model-calls.ts';
import { joinedLevels, ownName } from '../own-name.ts';
import type { ListScope, NewVersion } from '../port.ts';

import { callJson, findJson, rows } from '../call.ts';
import { mlflowDialect, tagCalls, versionKey } from '../mlflow-dialect.ts';
import { lineageHeader } from './runs.ts';
import { toTags } from '../wire-values.ts';
import * as wire from './wire/models.ts';

/** Prefix of the native family: models with owner, aliases, lists (uc-protocol §3.2). */
const NATIVE = '/api/2.1/unity-catalog';

/** Prefix of the legacy family: tags, create, finalize (uc-protocol §3.1, §4.1). */
const LEGACY = mlflowDialect('/api/2.0/mlflow/unity-catalog');

/** Calls about registered models. */
export function modelCalls(http: HttpClient): ModelCalls {
  return {
    async getRegisteredModel(name) {
      const request = native('GET', '/models/{name}', name, { include_aliases: true });
      const model = await findJson(http, request, wire.registeredModel);
      if (model === undefined) return undefined;
      return wire.toRegisteredModel(ownName(name, model.full_name, 'three-level', callOf(request)), model);
    },
    async getModelExtras(name) {
      const request = LEGACY.get('/registered-models/get', { name: formatFullName(name) });
      const found = await findJson(http, request, wire.legacyModel);
      if (found === undefined) return undefined;
      ownName(name, found.registered_model.name, 'three-level', callOf(request));
      const job = found.registered_model.deployment_job_id ?? '';
      return {
        aliases: wire.toLegacyAliases(found),
        tags: toTags(found.registered_model.tags),
        ...(job === '' ? {} : { deploymentJobId: job }),
      };
    },
    listRegisteredModels: (scope) => listModels(http, scope),
    async createRegisteredModel(name) {
      await http.json(LEGACY.write('POST', '/registered-models/create', { name: formatFullName(name) }));
    },
    async setOwner(name, owner) {
      await http.send({ ...native('PATCH', '/models/{name}', name), json: { owner } });
    },
    // The short name, says the fake of Databricks' command line; MLflow's client sends what it is given (workspace-apis §8.3).
    async renameModel(name, to, form) {
      const new_name = form === 'short' ? to.model : formatFullName(to);
      await http.send({ ...native('PATCH', '/models/{name}', name), json: { new_name } });
    },
    async deleteModel(name) {
      await http.send(native('DELETE', '/models/{name}', name));
    },
  };
}

/** Calls about model versions. */
export function versionCalls(http: HttpClient): VersionCalls {
  return {
    async getModelVersion(name, version) {
      const request = LEGACY.get('/model-versions/get', { name: formatFullName(name), version });
      const found = await findJson(http, request, wire.legacyVersion);
      if (found === undefined) return undefined;
      const own = ownName(name, found.model_version.name, 'three-level', callOf(request));
      const read = wire.toModelVersion(own, found);
      if (read.version === version) return read;
      throw protocolError(`is about version ${read.version}, but ${version} was requested`, callOf(request));
    },
    async *listModelVersions(name) {
      const request = native('GET', '/models/{name}/versions', name, { max_results: 1000 });
      for await (const row of rows(http, request, wire.versionPage, (page) => page.model_versions))
        yield wire.toListedVersion(rowName(name, row, callOf(request)), row);
    },
    async createModelVersion(version) {
      const body = createBody(version);
      const response = await callJson(
        http,
        {
          ...LEGACY.write('POST', '/model-versions/create', body),
          headers: lineageHeader(version.lineage),
        },
        wire.created,
      );
      return response.model_version.version;
    },
    async finalizeModelVersion(name, version) {
      const request = LEGACY.write('POST', '/model-versions/finalize', versionKey(name, version));
      return wire.finalizedStatus((await http.json(request)).body);
    },
    async deleteModelVersion(name, version) {
      await http.send(LEGACY.write('DELETE', '/model-versions/delete', versionKey(name, version)));
    },
  };
}

/** Calls about aliases, tags and descriptions. */
export function labelCalls(http: HttpClient): LabelCalls {
  return {
    async getAlias(name, alias) {
      const request = withParams(native('GET', '/models/{name}/aliases/{alias}', name), { alias });
      const found = await findJson(http, request, wire.nativeVersion);
      if (found === undefined) return null;
      rowName(name, found, callOf(request));
      return found.version;
    },
    async setAlias(name, alias, version) {
      const request = withParams(native('PUT', '/models/{name}/aliases/{alias}', name), { alias });
      await http.send({ ...request, json: { version_num: version } });
    },
    async deleteAlias(name, alias) {
      await http.send(withParams(native('DELETE', '/models/{name}/aliases/{alias}', name), { alias }));
    },
    ...tagCalls(http, LEGACY),
  };
}

/** The model that a row of the native family is about. */
function rowName(asked: FullName, row: wire.NativeVersion, call: string): FullName {
  const named = joinedLevels(row.catalog_name, row.schema_name, row.model_name);
  return ownName(asked, named, 'three-level', call);
}

function callOf({ method, template }: HttpRequest): string {
  return `${method} ${template}`;
}

async function* listModels(http: HttpClient, scope: ListScope): AsyncGenerator<FullName> {
  const request: HttpRequest = {
    method: 'GET',
    template: `${NATIVE}/models`,
    query: {
      max_results: 1000,
      ...(scope.schema === undefined ? {} : { catalog_name: scope.catalog, schema_name: scope.schema }),
    },
    retry: 'safe',
  };
  for await (const row of rows(http, request, wire.modelPage, (page) => page.registered_models)) {
    const name: FullName = { catalog: row.catalog_name, schema: row.schema_name, model: row.name };
    if (name.catalog.toLowerCase() === scope.catalog.toLowerCase()) yield name;
  }
}

function createBody(version: NewVersion): Record<string, unknown> {
  return {
    name: formatFullName(version.name),
    source: version.source,
    feature_deps: '',
    ...(version.tags.length === 0 ? {} : { tags: version.tags }),
    ...(version.description === undefined ? {} : { description: version.description }),
    ...(version.runId === undefined ? {} : { run_id: version.runId }),
    ...(version.runWorkspaceId === undefined ? {} : { run_tracking_server_id: version.runWorkspaceId }),
    ...(version.modelId === undefined ? {} : { model_id: version.modelId }),
    ...(version.dependencies === undefined || version.dependencies.length === 0
      ? {}
      : { model_version_dependencies: version.dependencies }),
  };
}

/** A request about a model; a write is sent once, and whoever compares sends it again. */
function native(
  method: HttpRequest['method'],
  path: string,
  name: FullName,
  query?: HttpRequest['query'],
): HttpRequest {
  const request: HttpRequest = {
    method,
    template: `${NATIVE}${path}`,
    params: { name: formatFullName(name) },
    retry: method === 'GET' ? 'safe' : 'never',
  };
  return query === undefined ? request : { ...request, query };
}

function withParams(request: HttpRequest, params: Readonly<Record<string, string>>): HttpRequest {
  return { ...request, params: { ...request.params, ...params } };
}
