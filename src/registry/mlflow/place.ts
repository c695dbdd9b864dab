import { PromoteError } from '../../domain/errors.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { show } from '../../domain/printable.ts';
import type { HttpClient } from '../../http/client.ts';
import type { HttpRequest } from '../../http/request.ts';
import { callJson } from '../call.ts';
import { ownName, requireOwnId } from '../own-name.ts';
import { trackingCalls } from '../tracking.ts';
import { API } from './models.ts';
import * as wire from './wire.ts';

/** Where the files of a version lie, and how the server lists and hands them out. Paths are below the version. */
export interface Place {
  readonly list: (folder: string) => HttpRequest;
  /** A path of the listing of a folder, as one below the version. */
  readonly inside: (folder: string, path: string) => string;
  readonly file: (path: string) => HttpRequest;
}

/**
 * Finds where a version lies (MLflow 3.17.2, `server/handlers.py`): in what the server keeps itself, below a run or a logged
 * model, whatever store these are in, or at a `runs:/…`, of which MLflow's client looks into the run, and for a logged
 * model of that name (`store/artifact/runs_artifact_repo.py`).
 */
export async function findPlace(http: HttpClient, name: FullName, version: number): Promise<Place> {
  const key = { name: formatFullName(name), version };
  const [{ artifact_uri: uri }, { model_version: row }] = await Promise.all([
    callJson(http, API.get('/model-versions/get-download-uri', key), wire.downloadUri),
    callJson(http, API.get('/model-versions/get', key), wire.version),
  ]);
  ownName(name, row.name, 'any', 'GET /api/2.0/mlflow/model-versions/get');
  const file = fileOfVersion(name, version);
  // `mlflow-artifacts:/path` and `mlflow-artifacts://host/path`: the server itself keeps the files.
  const kept = /^mlflow-artifacts:(?:\/\/[^/]*)?\/+(.*)$/u.exec(uri)?.[1];
  if (kept !== undefined) return { ...keptAt(kept.replace(/\/$/u, '')), file };
  const [, ofRun, pathInRun = ''] = /^runs:\/+([^/]+)(?:\/(.*))?$/u.exec(uri) ?? [];
  if (ofRun !== undefined) return placeByRun(http, ofRun, pathInRun.replace(/\/$/u, ''));
  const listed = (await belowModel(http, row, uri)) ?? (await belowRun(http, row.run_id ?? '', uri));
  if (listed === undefined) throw notListed(uri);
  return { ...listed, file };
}

/** Asks for a file through its version. */
export function fileOfVersion(name: FullName, version: number): Place['file'] {
  return (path) => ({
    method: 'GET',
    template: '/model-versions/get-artifact',
    query: { name: formatFullName(name), version, path },
    retry: 'safe',
  });
}

type Listed = Omit<Place, 'file'>;

function keptAt(root: string): Listed {
  return {
    list: (folder) => ({
      method: 'GET',
      template: '/api/2.0/mlflow-artifacts/artifacts',
      query: { path: joined(root, folder) },
      retry: 'safe',
    }),
    inside: joined,
  };
}

/** A folder of the artifacts of a run. */
function inRun(runId: string, root: string): Listed {
  return {
    list: (folder) => API.get('/artifacts/list', { run_id: runId, path: joined(root, folder) || undefined }),
    inside: below(root),
  };
}

/** A folder of the artifacts of a logged model. */
function inModel(modelId: string, root: string): Listed {
  return {
    list: (folder) => ({
      method: 'GET',
      template: '/api/2.0/mlflow/logged-models/{model_id}/artifacts/directories',
      params: { model_id: modelId },
      query: { artifact_directory_path: joined(root, folder) || undefined },
      retry: 'safe',
    }),
    inside: below(root),
  };
}

/** Listed paths begin at the run or the logged model, whichever folder was asked for. */
function below(root: string): Listed['inside'] {
  return (_folder, path) => (root === '' ? path : path.replace(`${root}/`, () => ''));
}

async function belowRun(http: HttpClient, runId: string, uri: string): Promise<Listed | undefined> {
  if (runId === '') return undefined;
  const request = API.get('/runs/get', { run_id: runId });
  const { run } = await callJson(http, request, wire.run);
  requireOwnId('run', runId, run.info.run_id, `GET ${request.template}`);
  const root = pathBelow(run.info.artifact_uri ?? '', uri);
  return root === undefined ? undefined : inRun(runId, root);
}

/** By whichever id the version or its URI gives, as far as that logged model says that it lies there. */
async function belowModel(
  http: HttpClient,
  row: Pick<wire.VersionRow, 'model_id' | 'source'>,
  uri: string,
): Promise<Listed | undefined> {
  const stated = [
    row.model_id ?? '',
    /^models:\/+(m-[^/@]+)$/u.exec(row.source ?? '')?.[1] ?? '',
    /\/(m-[0-9a-f]{32})(?:\/|$)/u.exec(uri)?.[1] ?? '',
  ];
  for (const id of new Set(stated.filter((each) => each !== ''))) {
    const root = pathBelow((await trackingCalls(http).getModel(id))?.artifactUri ?? '', uri);
    if (root !== undefined) return inModel(id, root);
  }
  return undefined;
}

async function placeByRun(http: HttpClient, runId: string, path: string): Promise<Place> {
  const [modelName = '', ...rest] = path.split('/');
  const own = inRun(runId, path);
  const [page, modelId] = await Promise.all([
    callJson(http, own.list(''), wire.listing),
    modelName === '' ? undefined : modelOfRun(http, runId, modelName),
  ]);
  const hasOwn = (page.files ?? []).length > 0;
  if (hasOwn && modelId !== undefined) throw inBoth(runId, path, modelId);
  return modelId === undefined ? runPlace(runId, path) : modelPlace(modelId, rest.join('/'));
}

/** The id of the logged model that a run made under a name, the first that the server lists, as MLflow's client takes it. */
async function modelOfRun(http: HttpClient, runId: string, name: string): Promise<string | undefined> {
  const { getRun, findModels } = trackingCalls(http);
  const run = await getRun(runId);
  return run === undefined ? undefined : (await findModels(run, name))[0]?.id;
}

/** A folder of a run. */
export function runPlace(runId: string, path: string): Place {
  return {
    ...inRun(runId, path),
    file: (each) => ({
      method: 'GET',
      template: '/get-artifact',
      query: { run_id: runId, path: joined(path, each) },
      retry: 'safe',
    }),
  };
}

/** A folder of a logged model; its root is the empty path. */
export function modelPlace(modelId: string, root: string): Place {
  return {
    ...inModel(modelId, root),
    // The server has this call for its own pages only.
    file: (each) => ({
      method: 'GET',
      template: '/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files',
      params: { model_id: modelId },
      query: { artifact_file_path: joined(root, each) },
      retry: 'safe',
    }),
  };
}

/** The path of a URI below another, empty for the same; undefined when it lies elsewhere. */
function pathBelow(parent: string, uri: string): string | undefined {
  const root = parent.replace(/\/+$/u, '');
  const place = uri.replace(/\/+$/u, '');
  if (root === '') return undefined;
  if (place === root) return '';
  return place.startsWith(`${root}/`) ? place.slice(root.length + 1) : undefined;
}

function joined(folder: string, path: string): string {
  return [folder, path].filter((part) => part !== '').join('/');
}

/** MLflow's client lays the files of both into one folder, and of two alike takes those of the logged model. */
function inBoth(runId: string, path: string, modelId: string): PromoteError {
  return new PromoteError(
    `The source runs:/${show(runId, 60)}/${show(path)} is both a folder of the run and the logged model ${show(modelId, 60)}.`,
    {
      code: 'unsupported',
      outcome: 'unsupported',
      fix: `Register the version from models:/${show(modelId, 60)}.`,
    },
  );
}

function notListed(uri: string): PromoteError {
  const scheme = /^([a-z][a-z0-9+.-]*):/iu.exec(uri)?.[1] ?? 'file';
  return new PromoteError(
    `The files of this version are in a store (${show(scheme, 20)}:) and belong to no run or logged model, so the MLflow server cannot list them.`,
    {
      code: 'unsupported',
      outcome: 'unsupported',
      fix: 'Have the server store the files (mlflow server --serve-artifacts), or register the version from its run or logged model.',
    },
  );
}
