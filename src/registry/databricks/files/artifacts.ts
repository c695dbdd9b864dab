import type * as z from 'zod';
import { hasCode } from '../../../domain/errors.ts';
import { formatRegisterSource } from '../../../domain/register-source.ts';
import type { LoggedModel, LoggedRun } from '../../../domain/tracking.ts';
import type { HttpClient } from '../../../http/client.ts';
import type { HttpRequest } from '../../../http/request.ts';
import { RouteRefused } from '../../../transfer/route.ts';
import type { FileSource } from '../../../transfer/port.ts';
import * as wire from '../wire/artifacts.ts';
import { ArtifactStore, type ArtifactCalls } from './artifact-store.ts';
import { artifactPlace } from './artifact-place.ts';
import { folderSource } from './open.ts';
import { isRefusal, type SecondRoute } from './route.ts';
import { presign, toSignedUrl, type AgeingUrl } from './signed.ts';

const MLFLOW = '/api/2.0/mlflow';

const ARTIFACTS: SecondRoute = {
  route: 'artifact calls',
  notAllowed:
    'Both routes to the artifacts were refused. Check CAN READ on the experiment, and ask the administrator of the workspace whether this network may reach its storage.',
  noRoute:
    'Ask the administrator of the workspace whether the artifacts of its experiments can be read from here.',
};

/** The files of a folder of a run. */
export function runSource(http: HttpClient, run: LoggedRun, path: string, label: string): FileSource {
  return artifactSource(http, `${run.artifactUri}/${path}`, label, {
    label: 'run',
    root: path,
    list: (folder) => get('/artifacts/list', { query: { run_id: run.id, path: folder } }),
    async sign(file) {
      const request = post('/artifacts/credentials-for-read', { json: { run_id: run.id, path: [file] } });
      return signedBy(http, request, wire.runCredentials, ({ credential_infos: [first] }) => first);
    },
  });
}

/** The files of a logged model. */
export function modelSource(http: HttpClient, model: LoggedModel): FileSource {
  const params = { model_id: model.id };
  return artifactSource(
    http,
    model.artifactUri,
    formatRegisterSource({ kind: 'logged-model', id: model.id }),
    {
      label: 'logged model',
      root: '',
      list: (folder) =>
        get('/logged-models/{model_id}/artifacts/directories', {
          params,
          query: { artifact_directory_path: folder === '' ? undefined : folder },
        }),
      async sign(file) {
        const request = post('/logged-models/{model_id}/artifacts/credentials-for-download', {
          params,
          json: { paths: [file] },
        });
        return signedBy(
          http,
          request,
          wire.modelCredentials,
          ({ credentials: [first] }) => first?.credential_info,
        );
      },
    },
  );
}

/** The files of a version of the workspace's own registry, which the Files API does not have (mlflow 3.17.2 `databricks_models_artifact_repo.py`). */
export function workspaceVersionSource(http: HttpClient, name: string, version: number): FileSource {
  const key = { name, version: String(version) };
  const calls: ArtifactCalls = {
    label: 'workspace registry',
    root: '',
    list: (folder) => get('/model-versions/list-artifacts', { query: { ...key, path: folder } }),
    sign: (file) => {
      const request = get('/model-versions/get-signed-download-uri', { query: { ...key, path: file } });
      return signedBy(http, request, wire.versionCredentials, (row) => row);
    },
  };
  return folderSource(http, {
    label: formatRegisterSource({ kind: 'workspace-version', name, version }),
    openStorage: async () => new ArtifactStore(http, calls),
    second: ARTIFACTS,
  });
}

/** By the Files API, whose path for artifacts no document names, and by MLflow's own calls where it does not serve them. */
function artifactSource(http: HttpClient, uri: string, label: string, calls: ArtifactCalls): FileSource {
  const { files, signs } = artifactPlace(uri);
  return folderSource(http, {
    label,
    root: files,
    openStorage: async () => {
      if (!signs) throw new RouteRefused('the artifacts are in a volume');
      return new ArtifactStore(http, calls);
    },
    second: ARTIFACTS,
    ...(signs ? { closes: isUnserved } : {}),
  });
}

/** Whether the Files API does not serve artifacts: it may not know their path. */
function isUnserved(error: unknown): boolean {
  return isRefusal(error) || hasCode(error, 'not-found') || isUnknownPath(error);
}

function isUnknownPath(error: unknown): boolean {
  return hasCode(error, 'protocol') && error.details.httpStatus === 404;
}

async function signedBy<T>(
  http: HttpClient,
  request: HttpRequest,
  schema: z.ZodType<T>,
  credentialIn: (response: T) => wire.Credential | undefined,
): Promise<AgeingUrl> {
  const credential = credentialIn(await presign(http, request, schema));
  if (credential === undefined) throw new RouteRefused('the workspace does not sign URLs');
  const { signed_uri: url, headers } = credential;
  return toSignedUrl(http, { url, headers });
}

function get(path: string, rest: Pick<HttpRequest, 'query' | 'params'>): HttpRequest {
  return { method: 'GET', template: `${MLFLOW}${path}`, retry: 'safe', ...rest };
}

/** A request for a signed URL changes nothing and may be sent again. */
function post(path: string, rest: Pick<HttpRequest, 'json' | 'params'>): HttpRequest {
  return { method: 'POST', template: `${MLFLOW}${path}`, retry: 'safe', ...rest };
}
