import { denied } from '../metastore/api-error.ts';
import { fileAt, listDirectory, notFound, place, type Folder } from '../metastore/files.ts';
import type { CallContext } from '../metastore/session.ts';
import type { Artifacts, LoggedModel, Model, Run } from '../metastore/state.ts';

/** Where the artifacts of a run lie, by the switch. */
export function runRoot({ switches }: CallContext, { runId, experimentId = '0' }: Run): string {
  switch (switches.artifactRoute) {
    case 'files-api':
    case 'artifact-calls':
      return `dbfs:/databricks/mlflow-tracking/${experimentId}/${runId}/artifacts`;
    case 'volume':
      return `dbfs:/Volumes/main/ml/artifacts/${runId}/artifacts`;
    case 'own-storage':
      return `s3://team-bucket/mlflow/${experimentId}/${runId}/artifacts`;
  }
}

/** Where the artifacts of a logged model lie, by the switch. */
export function modelRoot({ switches }: CallContext, { modelId, experimentId = '0' }: LoggedModel): string {
  switch (switches.artifactRoute) {
    case 'files-api':
    case 'artifact-calls':
      return `dbfs:/databricks/mlflow-tracking/${experimentId}/logged_models/${modelId}/artifacts`;
    case 'volume':
      return `dbfs:/Volumes/main/ml/artifacts/models/${modelId}/artifacts`;
    case 'own-storage':
      return `s3://team-bucket/mlflow/${experimentId}/models/${modelId}/artifacts`;
  }
}

/** Requires CAN READ on the experiment. */
export function requireReader({ caller }: CallContext, { readers }: Artifacts): void {
  if (readers !== undefined && !readers.includes(caller))
    throw denied('The caller does not have CAN READ on the experiment.');
}

/** A folder that the Files API reads: of a version, of a run or of a logged model. */
export interface ReadPlace extends Folder {
  /** The path of the folder's root in the Files API. */
  root: string;
  /** Of a version, its model. */
  model?: Model;
}

/** The place of a path of the Files API that the caller reads. */
export function readPlace(session: CallContext, fullPath: string): ReadPlace {
  const found = artifactPlace(session, fullPath);
  if (found !== undefined) {
    requireReader(session, found.artifacts);
    return found;
  }
  const target = place(session, fullPath, 'read');
  const { model, version } = target;
  return { ...target, root: `/Models/${model.name.replaceAll('.', '/')}/${version.version}` };
}

/** The artifacts that a path of the Files API is about; undefined for other paths, and where it does not serve them. */
export function artifactPlace(
  { state, switches }: CallContext,
  fullPath: string,
): (Folder & { root: string; artifacts: Artifacts }) | undefined {
  if (switches.artifactRoute === 'artifact-calls') return undefined;
  const [, root = '', kind = '', id = '', path = ''] =
    /^(\/(?:WorkspaceInternal\/Mlflow\/Artifacts\/[^/]+\/(Runs|LoggedModels)|Volumes\/main\/ml\/artifacts(?:\/(?=models\/)models)?)\/([^/]+)\/artifacts)(?:\/(.*))?$/u.exec(
      fullPath.replace(/\/+$/, ''),
    ) ?? [];
  if (root === '') return undefined;
  const isModel = kind === 'LoggedModels' || root.startsWith('/Volumes/main/ml/artifacts/models/');
  const artifacts = isModel ? state.loggedModels.get(id)?.artifacts : state.runs.get(id)?.artifacts;
  if (artifacts === undefined) throw notFound(fullPath);
  return { version: { files: artifacts.files, directories: new Set() }, path, root, artifacts };
}

/** One level of artifacts as the artifact calls list it: paths begin at the root, and a file is listed as itself. */
export function listArtifacts(artifacts: Artifacts, path: string): Record<string, unknown>[] {
  const folder: Folder = { version: { files: artifacts.files, directories: new Set() }, path };
  const file = artifacts.files.get(path);
  if (file !== undefined) return [{ path, is_dir: false, file_size: file.content.size }];
  return (listDirectory(folder) ?? []).map(({ name, directory, size }) => ({
    path: path === '' ? name : `${path}/${name}`,
    is_dir: directory,
    ...(directory ? {} : { file_size: size }),
  }));
}

/** Requires that a file is there. */
export function requireFile(artifacts: Artifacts, path: string): void {
  fileAt({ version: { files: artifacts.files, directories: new Set() }, path });
}

/** What a signed URL names of artifacts: `/artifacts/<runs, models or versions>/<id>/<path>`, or a path of the Files API. */
export function signedArtifact(session: CallContext, fullPath: string): Folder | undefined {
  const { runs, loggedModels, workspaceVersions } = session.state;
  const [, kind, key = '', path = ''] =
    /^\/artifacts\/(runs|models|versions)\/([^/]+)\/(.*)$/.exec(fullPath) ?? [];
  if (kind === undefined) return artifactPlace(session, fullPath);
  const id = decodeURIComponent(key);
  const holders = { runs, models: loggedModels, versions: workspaceVersions };
  const found = holders[kind as keyof typeof holders].get(id)?.artifacts;
  return found && { version: { files: found.files, directories: new Set() }, path };
}

/** The path under which a signed URL names a file of artifacts. */
export function signedPath(kind: 'runs' | 'models' | 'versions', id: string, path: string): string {
  return `/artifacts/${kind}/${encodeURIComponent(id)}/${path}`;
}
