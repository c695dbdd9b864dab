import type { LoggedModel, LoggedRun } from '../domain/tracking.ts';
import { hasCode } from '../domain/errors.ts';
import { isAbsent } from '../http/errors.ts';
import type { HttpClient } from '../http/client.ts';
import type { HttpRequest } from '../http/request.ts';
import { findJson, pages } from './call.ts';
import { requireOwnId } from './own-name.ts';
import type { TrackingReader } from './workspace-port.ts';
import * as wire from './tracking-wire.ts';
import { given } from './wire-values.ts';

/** Where every tracking server has its calls. */
const MLFLOW = '/api/2.0/mlflow';

/** Pages of one search; a run logs a few models of one name. */
const MAX_PAGES = 1_000;

/** Runs and logged models: a Databricks workspace and an MLflow server speak of them alike. */
export function trackingCalls(http: HttpClient): Pick<TrackingReader, 'getRun' | 'getModel' | 'findModels'> {
  return {
    async getRun(id) {
      const request = get('/runs/get', { query: { run_id: id } });
      const found = await findJson(http, request, wire.run);
      if (found === undefined) return undefined;
      requireOwnId('run', id, found.run.info.run_id, `GET ${request.template}`);
      return toRun(id, found.run);
    },
    async getModel(id) {
      const request = get('/logged-models/{model_id}', { params: { model_id: id } });
      const found = await findJson(http, request, wire.loggedModel, isUnknownHere);
      if (found === undefined) return undefined;
      requireOwnId('logged model', id, found.model.info.model_id, `GET ${request.template}`);
      return toModel(found.model.info);
    },
    findModels: (run, name) => findModels(http, run, name),
  };
}

/** Of the logged models of a name in the experiment of a run those that the run made, as MLflow's client looks for them. */
async function findModels(http: HttpClient, run: LoggedRun, name: string): Promise<LoggedModel[]> {
  // The grammar of filters has no escape, and MLflow takes no such name for a model.
  if (run.experiment === '' || name.includes("'")) return [];
  const request: HttpRequest = {
    method: 'POST',
    template: `${MLFLOW}/logged-models/search`,
    json: { experiment_ids: [run.experiment], filter: `name = '${name}'` },
    retry: 'safe',
  };
  const found: LoggedModel[] = [];
  try {
    for await (const { models } of pages(http, request, wire.loggedModelPage, MAX_PAGES))
      for (const { info } of models ?? []) if (info.source_run_id === run.id) found.push(toModel(info));
  } catch (error) {
    if (!isUnknownHere(error)) throw error;
  }
  return found;
}

/** Besides what is absent: a server before MLflow 3 has no such call, and says so in a page. */
function isUnknownHere(error: unknown): boolean {
  return isAbsent(error) || (hasCode(error, 'protocol') && error.details.httpStatus === 404);
}

function get(path: string, rest: Pick<HttpRequest, 'query' | 'params'>): HttpRequest {
  return { method: 'GET', template: `${MLFLOW}${path}`, retry: 'safe', ...rest };
}

function toRun(id: string, { info, outputs }: wire.RunRow): LoggedRun {
  const { experiment_id: experiment, artifact_uri: artifactUri, lifecycle_stage: stage } = info;
  return {
    id,
    experiment: experiment ?? '',
    isDeleted: stage === 'deleted',
    artifactUri: rootOf(artifactUri),
    outputs: (outputs?.model_outputs ?? []).map((row) => ({ modelId: row.model_id, step: row.step ?? 0 })),
  };
}

function toModel(info: wire.LoggedModelRow): LoggedModel {
  return {
    id: info.model_id,
    name: info.name ?? '',
    status: info.status ?? '',
    ...given('runId', info.source_run_id),
    artifactUri: rootOf(info.artifact_uri),
  };
}

function rootOf(uri: string | null | undefined): string {
  return (uri ?? '').replace(/\/+$/u, '');
}
