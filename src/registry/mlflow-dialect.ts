import type { ChangeTarget } from '../domain/change-target.ts';
import { formatFullName, type FullName } from '../domain/full-name.ts';
import type { HttpClient } from '../http/client.ts';
import type { HttpRequest } from '../http/request.ts';
import type { Registry } from './port.ts';

/** Requests of MLflow's registry API below one prefix: a Databricks workspace and an MLflow server speak it alike. */
export interface MlflowDialect {
  readonly get: (path: string, query: NonNullable<HttpRequest['query']>) => HttpRequest;
  readonly write: (method: HttpRequest['method'], path: string, json: unknown) => HttpRequest;
}

/** The dialect below a prefix; a write is sent once, and whoever compares sends it again. */
export function mlflowDialect(prefix: string): MlflowDialect {
  return {
    get: (path, query) => ({ method: 'GET', template: `${prefix}${path}`, query, retry: 'safe' }),
    write: (method, path, json) => ({ method, template: `${prefix}${path}`, json, retry: 'never' }),
  };
}

/** How the dialect names a version; the number is a string (uc-protocol §4.1, §12.1). */
export function versionKey(name: FullName, version: number): { name: string; version: string } {
  return { name: formatFullName(name), version: String(version) };
}

/** Tags and descriptions of models and versions. */
export function tagCalls(
  http: HttpClient,
  { write }: MlflowDialect,
): Pick<Registry, 'setTag' | 'deleteTag' | 'setDescription'> {
  return {
    async setTag(target, key, value) {
      const body = { ...targetKey(target), key, value };
      await http.send(write('POST', `/${collection(target)}/set-tag`, body));
    },
    async deleteTag(target, key) {
      const body = { ...targetKey(target), key };
      await http.send(write('DELETE', `/${collection(target)}/delete-tag`, body));
    },
    async setDescription(target, description) {
      const body = { ...targetKey(target), description };
      await http.send(write('PATCH', `/${collection(target)}/update`, body));
    },
  };
}

function collection(target: ChangeTarget): string {
  return target.kind === 'model' ? 'registered-models' : 'model-versions';
}

function targetKey(target: ChangeTarget): Record<string, string> {
  return target.kind === 'model'
    ? { name: formatFullName(target.name) }
    : versionKey(target.name, target.version);
}
