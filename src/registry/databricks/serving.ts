import { hasCode, PromoteError } from '../../domain/errors.ts';
import type { HttpClient } from '../../http/client.ts';
import type { HttpRequest } from '../../http/request.ts';
import { callJson, findJson, rows } from '../call.ts';
import { requireOwnId } from '../own-name.ts';
import type { RegistryWriter } from '../port.ts';
import type { ServingReader } from '../workspace-port.ts';
import * as wire from './wire/serving.ts';

/** Prefix of the calls of Model Serving (workspace-apis §2.1). */
const SERVING = '/api/2.0/serving-endpoints';

/** Reads of serving endpoints. */
export function servingCalls(http: HttpClient): ServingReader {
  return {
    async listEndpoints(how) {
      const retry = how === 'once' ? 'never' : 'safe';
      const request: HttpRequest = { method: 'GET', template: SERVING, retry };
      const found = [];
      const list = rows(http, request, wire.endpointPage, ({ endpoints }) => endpoints);
      for await (const row of list) found.push(wire.toListed(row));
      return found;
    },
    async getEndpoint(name, how) {
      const read = ofEndpoint('GET', '/{name}', { name });
      const request: HttpRequest = how === 'once' ? { ...read, retry: 'never' } : read;
      const found = await withRights(() => findJson(http, request, wire.endpoint), 'CAN_VIEW');
      if (found === undefined) return undefined;
      requireOwnId('endpoint', name, found.name, `GET ${request.template}`);
      return wire.toEndpoint(found);
    },
    async getBuildLogs(name, entity) {
      const request = ofEndpoint('GET', '/{name}/served-models/{entity}/build-logs', { name, entity });
      return (await withRights(() => callJson(http, request, wire.buildLogs), 'CAN_VIEW')).logs ?? '';
    },
  };
}

/** Updates of what endpoints serve. */
export function servingCommands(http: HttpClient): Required<Pick<RegistryWriter, 'setServing'>> {
  return {
    async setServing(name, wanted) {
      const body = wire.fromWanted(wanted);
      const request: HttpRequest = wire.isOfUnits(wanted)
        ? { ...ofEndpoint('PUT', '/pt/{name}/config', { name }), json: { config: body } }
        : { ...ofEndpoint('PUT', '/{name}/config', { name }), json: body };
      await withRights(() => http.json(request), 'CAN_MANAGE');
    },
  };
}

function ofEndpoint(
  method: 'GET' | 'PUT',
  path: string,
  params: Readonly<Record<string, string>>,
): HttpRequest {
  return { method, template: `${SERVING}${path}`, params, retry: method === 'GET' ? 'safe' : 'never' };
}

/** Rights on an endpoint are rights of the workspace, which no grant of Unity Catalog gives. */
async function withRights<T>(call: () => Promise<T>, right: 'CAN_VIEW' | 'CAN_MANAGE'): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!hasCode(error, 'permission-denied')) throw error;
    const also = right === 'CAN_MANAGE' ? ', and EXECUTE on the model that it serves' : '';
    throw new PromoteError(error.message, {
      ...error.details,
      fix: `Give the caller ${right} on the endpoint: its page in the workspace, Permissions${also}. Grants of Unity Catalog do not include rights on endpoints.`,
      cause: error,
    });
  }
}
