import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { HttpClient } from '../../http/client.ts';
import { protocolError } from '../../http/failed-response.ts';
import type { HttpRequest } from '../../http/request.ts';
import { callJson, findJson, rows } from '../call.ts';
import type { LabelCalls, ModelCalls, VersionCalls } from '../model-calls.ts';
import { joinedLevels, ownName } from '../own-name.ts';
import type { ListScope } from '../port.ts';

import { unsupported } from '../unsupported.ts';
import * as wire from './wire.ts';

/** Prefix of the server's API (uc-protocol §12.2). */
export const PREFIX = '/api/2.1/unity-catalog';

/** Calls about registered models. */
export function modelCalls(http: HttpClient): ModelCalls {
  return {
    async getRegisteredModel(name) {
      const request = call('GET', '/models/{name}', name);
      const found = await findJson(http, request, wire.model);
      if (found === undefined) return undefined;
      const own = [found.catalog_name, found.schema_name, found.name].join('.');
      return wire.toRegisteredModel(ownName(name, own, 'three-level', `GET ${request.template}`), found);
    },
    async getModelExtras() {
      throw unsupported('tags');
    },
    listRegisteredModels: (scope) => listModels(http, scope),
    async createRegisteredModel(name) {
      const json = { name: name.model, catalog_name: name.catalog, schema_name: name.schema };
      await http.json({ method: 'POST', template: `${PREFIX}/models`, json, retry: 'never' });
    },
    async setOwner() {
      throw unsupported('change of an owner');
    },
    async renameModel(name, to, form) {
      const new_name = form === 'short' ? to.model : formatFullName(to);
      await http.send({ ...call('PATCH', '/models/{name}', name), json: { new_name } });
    },
    async deleteModel(name) {
      // A response in plain text, as that of a version (0.6.0, observed).
      await http.send({ ...call('DELETE', '/models/{name}', name), plainSuccess: '200 OK' });
    },
  };
}

/** Calls about model versions: PENDING at first, READY once finalized (uc-protocol §12.2). */
export function versionCalls(http: HttpClient): VersionCalls {
  return {
    async getModelVersion(name, version) {
      const request = versionCall('GET', '', name, version);
      const found = await findJson(http, request, wire.version);
      if (found === undefined) return undefined;
      const own = rowName(name, found, `GET ${request.template}`);
      if (found.version === version) return wire.toModelVersion(own, found);
      throw protocolError(
        `is about version ${found.version}, but ${version} was requested`,
        `GET ${request.template}`,
      );
    },
    async *listModelVersions(name) {
      const request = call('GET', '/models/{name}/versions', name);
      for await (const row of rows(http, request, wire.versionPage, (page) => page.model_versions))
        yield wire.toListedVersion(rowName(name, row, `GET ${request.template}`), row);
    },
    async createModelVersion(version) {
      const json = {
        model_name: version.name.model,
        catalog_name: version.name.catalog,
        schema_name: version.name.schema,
        source: version.source,
        ...(version.runId === undefined ? {} : { run_id: version.runId }),
        ...(version.description === undefined ? {} : { comment: version.description }),
      };
      const request: HttpRequest = {
        method: 'POST',
        template: `${PREFIX}/models/versions`,
        json,
        retry: 'never',
      };
      return (await callJson(http, request, wire.version)).version;
    },
    async finalizeModelVersion(name, version) {
      const json = { full_name: formatFullName(name), version };
      const { body } = await http.json({ ...versionCall('PATCH', '/finalize', name, version), json });
      return wire.finalizedStatus(body);
    },
    async deleteModelVersion(name, version) {
      // A response in plain text (0.6.0, observed).
      await http.send({ ...versionCall('DELETE', '', name, version), plainSuccess: '200 OK' });
    },
  };
}

/** Calls about labels: the server has descriptions only (no line of its `api/all.yaml` names an alias or a tag). */
export function labelCalls(http: HttpClient): LabelCalls {
  const noAliases = async (): Promise<never> => {
    throw unsupported('aliases');
  };
  const noTags = async (): Promise<never> => {
    throw unsupported('tags');
  };
  return {
    getAlias: noAliases,
    setAlias: noAliases,
    deleteAlias: noAliases,
    setTag: noTags,
    deleteTag: noTags,
    async setDescription(target, description) {
      const request =
        target.kind === 'model'
          ? call('PATCH', '/models/{name}', target.name)
          : versionCall('PATCH', '', target.name, target.version);
      await http.send({ ...request, json: { comment: description } });
    },
  };
}

/** The model that a row is about. */
function rowName(asked: FullName, row: wire.VersionRow, at: string): FullName {
  const named = joinedLevels(row.catalog_name, row.schema_name, row.model_name);
  return ownName(asked, named, 'three-level', at);
}

async function* listModels(http: HttpClient, scope: ListScope): AsyncGenerator<FullName> {
  const request: HttpRequest = {
    method: 'GET',
    template: `${PREFIX}/models`,
    query: scope.schema === undefined ? {} : { catalog_name: scope.catalog, schema_name: scope.schema },
    retry: 'safe',
  };
  for await (const row of rows(http, request, wire.modelPage, (page) => page.registered_models)) {
    const name: FullName = { catalog: row.catalog_name, schema: row.schema_name, model: row.name };
    if (name.catalog.toLowerCase() === scope.catalog.toLowerCase()) yield name;
  }
}

/** A request about a model; a write is sent once, and whoever compares sends it again. */
function call(method: HttpRequest['method'], path: string, name: FullName): HttpRequest {
  return {
    method,
    template: `${PREFIX}${path}`,
    params: { name: formatFullName(name) },
    retry: method === 'GET' ? 'safe' : 'never',
  };
}

function versionCall(
  method: HttpRequest['method'],
  path: string,
  name: FullName,
  version: number,
): HttpRequest {
  const request = call(method, `/models/{name}/versions/{version}${path}`, name);
  return { ...request, params: { ...request.params, version: String(version) } };
}
