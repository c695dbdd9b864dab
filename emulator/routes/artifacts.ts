import { invalid, missing } from '../metastore/api-error.ts';
import type { CallContext } from '../metastore/session.ts';
import type { Artifacts, LoggedModel, Run, WorkspaceVersion } from '../metastore/state.ts';
import {
  listArtifacts,
  modelRoot,
  requireFile,
  requireReader,
  runRoot,
  signedPath,
} from '../workspace/artifacts.ts';
import { loggedModelInfo } from './workspace.ts';
import { expiryOf, requirePresigning } from './files/presign.ts';
import type { Input } from './input.ts';
import { list, tagList } from './legacy/shapes.ts';
import { page } from './paging.ts';
import { family, ok, type Context, type Route, type RouteResponse } from './route.ts';

const artifacts = family('/api/2.0/mlflow', { from: 'client code', section: 'artifacts and their registry' });

/** As many paths as one request signs (mlflow 3.17.2 `databricks_artifact_repo.py`). */
const MOST_PATHS = 2000;

function runOf(session: CallContext, id: string): Run & { artifacts: Artifacts } {
  const run = session.state.runs.get(id);
  if (run?.artifacts === undefined) throw missing(`Run '${id}' not found`);
  requireReader(session, run.artifacts);
  return { ...run, artifacts: run.artifacts };
}

function modelOf(session: CallContext, id: string): LoggedModel & { artifacts: Artifacts } {
  const model = session.state.loggedModels.get(id);
  if (model?.artifacts === undefined) throw missing(`Logged model with ID '${id}' not found.`);
  requireReader(session, model.artifacts);
  return { ...model, artifacts: model.artifacts };
}

function versionOf(session: CallContext, input: Input): WorkspaceVersion {
  const [name, number] = [input.text('name'), input.text('version')];
  const version = session.state.workspaceVersions.get(`${name}/${number}`);
  if (version === undefined) throw missing(`ModelVersion '${name}' version '${number}' does not exist.`);
  requireReader(session, version.artifacts);
  return version;
}

/** A page of a listing; a path that is not there is an empty one. */
function listing(
  { session }: Context,
  input: Input,
  { of, path, more = {} }: { of: Artifacts; path: string; more?: Record<string, unknown> },
): RouteResponse {
  const cut = page(session, listArtifacts(of, path), (row) => String(row['path']), {
    size: undefined,
    token: input.maybeText('page_token'),
    normal: 1000,
    most: 1000,
  });
  return ok({ ...more, ...list('files', cut.items), ...(cut.token ? { next_page_token: cut.token } : {}) });
}

/** A signed URL for each path, with the headers that it needs. */
function signed(
  context: Context,
  input: Input,
  { of, kind, id }: { of: Artifacts; kind: Parameters<typeof signedPath>[0]; id: string },
  paths: readonly string[],
): { path: string; signed_uri: string; type: string; headers: unknown }[] {
  requirePresigning(context);
  if (paths.length > MOST_PATHS) throw invalid('At most 2000 paths are allowed.');
  return paths.map((path) => {
    requireFile(of, path);
    const { url, headers } = context.signer.sign(
      'read',
      signedPath(kind, id, path),
      expiryOf(input, context),
    );
    return { path, signed_uri: url, type: 'AWS_PRESIGNED_URL', headers };
  });
}

/** Files of runs, logged models and the workspace's own registry, and that registry as far as it is read. */
export const artifactRoutes: readonly Route[] = [
  artifacts({
    method: 'GET',
    template: '/artifacts/list',
    write: false,
    fields: { run_id: 'string!', path: 'string', page_token: 'string' },
    handle: (input, context) => {
      const run = runOf(context.session, input.text('run_id'));
      const more = { root_uri: runRoot(context.session, run) };
      return listing(context, input, { of: run.artifacts, path: input.maybeText('path') ?? '', more });
    },
  }),
  artifacts({
    method: 'POST',
    template: '/artifacts/credentials-for-read',
    write: false,
    fields: { run_id: 'string!', path: 'array!', page_token: 'string' },
    handle: (input, context) => {
      const id = input.text('run_id');
      const of = runOf(context.session, id).artifacts;
      const infos = signed(context, input, { of, kind: 'runs', id }, input.texts('path'));
      return ok({ credential_infos: infos.map((info) => ({ run_id: id, ...info })) });
    },
  }),
  artifacts({
    method: 'GET',
    template: '/logged-models/{model_id}/artifacts/directories',
    write: false,
    fields: { artifact_directory_path: 'string', page_token: 'string' },
    handle: (input, context) => {
      const model = modelOf(context.session, input.text('model_id'));
      const path = input.maybeText('artifact_directory_path') ?? '';
      const more = { root_uri: modelRoot(context.session, model) };
      return listing(context, input, { of: model.artifacts, path, more });
    },
  }),
  artifacts({
    method: 'POST',
    template: '/logged-models/{model_id}/artifacts/credentials-for-download',
    write: false,
    fields: { model_id: 'string', paths: 'array!', page_token: 'string' },
    handle: (input, context) => {
      const id = input.text('model_id');
      const of = modelOf(context.session, id).artifacts;
      const infos = signed(context, input, { of, kind: 'models', id }, input.texts('paths'));
      return ok({ credentials: infos.map((info) => ({ credential_info: info })) });
    },
  }),
  artifacts({
    method: 'POST',
    template: '/logged-models/search',
    write: false,
    fields: {
      experiment_ids: 'array!',
      filter: 'string',
      datasets: 'array',
      max_results: 'int',
      order_by: 'array',
      page_token: 'string',
    },
    handle: (input, { session }) => {
      const experiments = input.texts('experiment_ids');
      const filter = input.maybeText('filter') ?? '';
      const named = /^name = '([^']*)'$/.exec(filter)?.[1];
      if (filter !== '' && named === undefined)
        throw invalid(`Invalid filter '${filter}': only name = '<name>' is supported.`);
      const found = [...session.state.loggedModels.values()].filter(
        ({ experimentId = '0', name = 'model' }) =>
          experiments.includes(experimentId) && (named === undefined || name === named),
      );
      const cut = page(session, found, ({ modelId }) => modelId, {
        size: input.maybeInteger('max_results'),
        token: input.maybeText('page_token'),
        normal: 100,
        most: 100,
      });
      const models = cut.items.map((model) => ({ info: loggedModelInfo(session, model) }));
      return ok({ ...list('models', models), ...(cut.token ? { next_page_token: cut.token } : {}) });
    },
  }),
  artifacts({
    method: 'GET',
    template: '/model-versions/get',
    write: false,
    fields: { name: 'string!', version: 'string!' },
    handle: (input, { session }) => {
      const version = versionOf(session, input);
      return ok({
        model_version: {
          name: version.name,
          version: String(version.version),
          creation_timestamp: 1_764_000_000_000,
          last_updated_timestamp: 1_764_000_000_000,
          user_id: version.createdBy,
          current_stage: 'None',
          ...(version.description === undefined ? {} : { description: version.description }),
          source: version.source,
          ...(version.runId === undefined ? {} : { run_id: version.runId }),
          status: version.status,
          ...list('tags', tagList(new Map(Object.entries(version.tags)))),
        },
      });
    },
  }),
  artifacts({
    method: 'GET',
    template: '/model-versions/list-artifacts',
    write: false,
    fields: { name: 'string!', version: 'string!', path: 'string', page_token: 'string' },
    handle: (input, context) =>
      listing(context, input, {
        of: versionOf(context.session, input).artifacts,
        path: input.maybeText('path') ?? '',
      }),
  }),
  artifacts({
    method: 'GET',
    template: '/model-versions/get-signed-download-uri',
    write: false,
    fields: { name: 'string!', version: 'string!', path: 'string!' },
    handle: (input, context) => {
      const version = versionOf(context.session, input);
      const id = `${version.name}/${version.version}`;
      const [info] = signed(context, input, { of: version.artifacts, kind: 'versions', id }, [
        input.text('path'),
      ]);
      return ok({ signed_uri: info?.signed_uri, headers: info?.headers });
    },
  }),
];
