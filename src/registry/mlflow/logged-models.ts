import type * as z from 'zod';
import { hasCode } from '../../domain/errors.ts';
import type { HttpClient } from '../../http/client.ts';
import { protocolError } from '../../http/failed-response.ts';
import type { HttpRequest } from '../../http/request.ts';
import { callJson, findJson } from '../call.ts';
import { API } from './models.ts';
import * as wire from './wire.ts';

/** Pages of one search; a run logs a few models of one name. */
const MAX_PAGES = 1_000;

/** A logged model (uc-protocol §14.1); undefined where there is none, or the server is older than they are. */
export async function findLoggedModel(http: HttpClient, id: string): Promise<wire.LoggedModel | undefined> {
  const request: HttpRequest = {
    method: 'GET',
    template: '/api/2.0/mlflow/logged-models/{model_id}',
    params: { model_id: id },
    retry: 'safe',
  };
  return (await findKnown(http, request, wire.loggedModel))?.model.info;
}

/** The id of the logged model that a run made under a name, the first that the server lists, as MLflow's client takes it. */
export async function findModelOfRun(
  http: HttpClient,
  runId: string,
  name: string,
): Promise<string | undefined> {
  const { run } = await callJson(http, API.get('/runs/get', { run_id: runId }), wire.run);
  const experiment = run.info.experiment_id ?? '';
  // The grammar of filters has no escape, and MLflow takes no such name for a model.
  if (experiment === '' || name.includes("'")) return undefined;
  let token = '';
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const request: HttpRequest = {
      method: 'POST',
      template: '/api/2.0/mlflow/logged-models/search',
      json: {
        experiment_ids: [experiment],
        filter: `name = '${name}'`,
        ...(token === '' ? {} : { page_token: token }),
      },
      retry: 'safe',
    };
    const page = await findKnown(http, request, wire.loggedModelPage);
    const found = page?.models?.find(({ info }) => info.source_run_id === runId);
    if (found !== undefined) return found.info.model_id;
    token = page?.next_page_token ?? '';
    if (token === '') return undefined;
  }
  throw http.named(protocolError('does not end', 'POST /api/2.0/mlflow/logged-models/search'));
}

/** As `findJson`; undefined also of a server before MLflow 3, whose page says that it has no such call. */
async function findKnown<T>(
  http: HttpClient,
  request: HttpRequest,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  try {
    return await findJson(http, request, schema);
  } catch (error) {
    if (hasCode(error, 'protocol') && error.details.httpStatus === 404) return undefined;
    throw error;
  }
}
