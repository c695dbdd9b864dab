import { formatRegisterSource } from '../../domain/register-source.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { HttpClient } from '../../http/client.ts';
import { protocolError } from '../../http/failed-response.ts';
import { findJson } from '../call.ts';
import { mlflowDialect } from '../mlflow-dialect.ts';
import { ownName } from '../own-name.ts';
import type { TrackingReader } from '../workspace-port.ts';
import { trackingCalls } from '../tracking.ts';
import { given, statedOf, toStatus, toTags } from '../wire-values.ts';
import { modelSource, runSource, workspaceVersionSource } from './files/artifacts.ts';
import * as wire from './wire/artifacts.ts';

/** Prefix of the workspace's own registry, which is not that of Unity Catalog. */
const WORKSPACE = mlflowDialect('/api/2.0/mlflow');

/** Calls about what versions are registered from (workspace-apis §8.1); files go by a client of their own. */
export function artifactCalls(http: HttpClient, files: HttpClient): TrackingReader {
  return {
    ...trackingCalls(http),
    async getWorkspaceVersion(name, version) {
      const request = WORKSPACE.get('/model-versions/get', { name, version: String(version) });
      const found = await findJson(http, request, wire.workspaceVersion);
      if (found === undefined) return undefined;
      const call = `GET ${request.template}`;
      const { version: number } = found.model_version;
      if (number !== version)
        throw protocolError(`is about version ${number}, but ${version} was requested`, call);
      return toWorkspaceVersion(name, found, call);
    },
    openRun: (run, path) =>
      runSource(files, run, path, formatRegisterSource({ kind: 'run', run: run.id, path })),
    openModel: (model) => modelSource(files, model),
    openWorkspaceVersion: (name, version) => workspaceVersionSource(files, name, version),
  };
}

function toWorkspaceVersion(
  asked: string,
  { model_version: row }: wire.WorkspaceVersion,
  call: string,
): ModelVersion {
  // The link has the workspace of the run where that is another one (mlflow 3.17.2 `databricks_workspace_model_registry_rest_store.py`).
  const workspace = /[?&]o=(\d+)/u.exec(row.run_link ?? '')?.[1];
  const name = { catalog: '', schema: '', model: asked };
  return {
    name: ownName(name, row.name, 'any', call),
    version: row.version,
    status: toStatus(row.status),
    ...statedOf(row),
    ...given('runWorkspaceId', workspace),
    aliases: [],
    tags: toTags(row.tags),
    dependencies: [],
  };
}
