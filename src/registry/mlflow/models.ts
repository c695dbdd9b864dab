import { hasCode, PromoteError } from '../../domain/errors.ts';
import { formatFullName, parseModelName, type FullName } from '../../domain/full-name.ts';
import type { Alias } from '../../domain/model.ts';
import type { HttpClient } from '../../http/client.ts';
import { protocolError } from '../../http/failed-response.ts';
import { callJson, findJson, rows } from '../call.ts';
import { mlflowDialect, tagCalls, versionKey } from '../mlflow-dialect.ts';
import type { LabelCalls, ModelCalls, VersionCalls } from '../model-calls.ts';
import { ownName } from '../own-name.ts';
import type { ListScope } from '../port.ts';

import { unsupported } from '../unsupported.ts';
import { toTags } from '../wire-values.ts';
import * as wire from './wire.ts';

/** Prefix of the MLflow server's REST API (uc-protocol §12.1). */
export const API = mlflowDialect('/api/2.0/mlflow');

/** Calls about registered models. */
export function modelCalls(http: HttpClient): ModelCalls {
  return {
    async getRegisteredModel(name) {
      const found = await findModel(http, name);
      if (found === undefined) return undefined;
      const description = found.description ?? '';
      return {
        name,
        ...(description === '' ? {} : { description }),
        aliases: aliasesOf(found),
      };
    },
    async getModelExtras(name) {
      const found = await findModel(http, name);
      return found === undefined ? undefined : { aliases: aliasesOf(found), tags: toTags(found.tags) };
    },
    listRegisteredModels: (scope) => listModels(http, scope),
    async createRegisteredModel(name) {
      await http.json(API.write('POST', '/registered-models/create', { name: formatFullName(name) }));
    },
    async setOwner() {
      throw unsupported('owners of models');
    },
    async renameModel(name, to) {
      const body = { name: formatFullName(name), new_name: formatFullName(to) };
      await http.send(API.write('POST', '/registered-models/rename', body));
    },
    async deleteModel(name) {
      await http.send(API.write('DELETE', '/registered-models/delete', { name: formatFullName(name) }));
    },
  };
}

/** Calls about model versions. A version is READY at once and points at its source (uc-protocol §12.1). */
export function versionCalls(http: HttpClient): VersionCalls {
  return {
    async getModelVersion(name, version) {
      const request = API.get('/model-versions/get', { name: formatFullName(name), version });
      const found = await findJson(http, request, wire.version);
      if (found === undefined) return undefined;
      const call = `GET ${request.template}`;
      const read = wire.toModelVersion(
        ownName(name, found.model_version.name, 'any', call),
        found.model_version,
      );
      if (read.version === version) return read;
      throw protocolError(
        `is about version ${read.version}, but ${version} was requested`,
        `GET ${request.template}`,
      );
    },
    async *listModelVersions(name) {
      const query = { filter: `name=${quoted(formatFullName(name))}`, max_results: 1000 };
      const request = API.get('/model-versions/search', query);
      for await (const row of rows(http, request, wire.versionPage, (page) => page.model_versions)) {
        // Some databases compare names without case, which the server takes over into its search.
        const isOther = row.name != null && row.name !== '' && row.name !== formatFullName(name);
        if (isOther) continue;
        yield wire.toListedVersion(ownName(name, row.name, 'any', `GET ${request.template}`), row);
      }
    },
    async createModelVersion(version) {
      const body = {
        name: formatFullName(version.name),
        source: version.source,
        tags: version.tags,
        ...(version.description === undefined ? {} : { description: version.description }),
        ...(version.runId === undefined ? {} : { run_id: version.runId }),
        ...(version.modelId === undefined ? {} : { model_id: version.modelId }),
      };
      const response = await callJson(http, API.write('POST', '/model-versions/create', body), wire.version);
      return response.model_version.version;
    },
    async finalizeModelVersion() {
      throw unsupported('pending versions');
    },
    async deleteModelVersion(name, version) {
      await http.send(API.write('DELETE', '/model-versions/delete', versionKey(name, version)));
    },
  };
}

/** Calls about aliases, tags and descriptions. */
export function labelCalls(http: HttpClient): LabelCalls {
  return {
    // A missing alias is INVALID_PARAMETER_VALUE on the call of its own, as a malformed one is: the model's list shows which.
    async getAlias(name, alias) {
      const found = await findModel(http, name);
      return found?.aliases?.find((row) => row.alias === alias)?.version ?? null;
    },
    async setAlias(name, alias, version) {
      await http.send(API.write('POST', '/registered-models/alias', { ...versionKey(name, version), alias }));
    },
    async deleteAlias(name, alias) {
      await http.send(API.write('DELETE', '/registered-models/alias', { name: formatFullName(name), alias }));
    },
    ...tagCalls(http, API),
  };
}

/** A name for a model that is not there: the refusal has the server's own form, which no other host's response has. */
const ABSENT: FullName = { catalog: '', schema: '', model: 'uc-promote-check-connection' };

/** Lists a model; where the list is empty, as that of any JSON is, the server has to refuse one in its own form. */
export async function tryAccess(http: HttpClient): Promise<string> {
  const request = API.get('/registered-models/search', { max_results: 1 });
  const { registered_models: models } = await callJson(http, request, wire.modelPage);
  if (models != null && models.length > 0) return 'models could be listed';
  try {
    await findModel(http, ABSENT);
  } catch (error) {
    // Basic-auth that gives no right by default refuses so; a list of no models is all that it shows then.
    if (!hasCode(error, 'permission-denied')) throw error;
  }
  return 'no model was listed';
}

async function findModel(http: HttpClient, name: FullName) {
  const request = API.get('/registered-models/get', { name: formatFullName(name) });
  const found = await findJson(http, request, wire.model);
  if (found !== undefined) ownName(name, found.registered_model.name, 'any', `GET ${request.template}`);
  return found?.registered_model;
}

async function* listModels(http: HttpClient, scope: ListScope): AsyncGenerator<FullName> {
  const request = API.get('/registered-models/search', { max_results: 1000 });
  for await (const row of rows(http, request, wire.modelPage, (page) => page.registered_models)) {
    const name = parseModelName(row.name);
    if (name.ok && (scope.catalog === '' || name.value.catalog === scope.catalog)) yield name.value;
  }
}

/** A text in a search filter: MLflow's grammar has no escape, so a name with both kinds of quotes cannot be asked for. */
function quoted(name: string): string {
  if (!name.includes("'")) return `'${name}'`;
  if (!name.includes('"')) return `"${name}"`;
  throw new PromoteError(
    'A name that contains both kinds of quotes cannot be searched for on an MLflow server.',
    {
      code: 'unsupported',
      outcome: 'unsupported',
      fix: 'Rename the model.',
    },
  );
}

function aliasesOf({ aliases }: NonNullable<Awaited<ReturnType<typeof findModel>>>): Alias[] {
  return (aliases ?? []).map(({ alias, version }) => ({ alias, version }));
}
