import { locationOf } from '../../metastore/locations.ts';
import { ApiError, invalid } from '../../metastore/api-error.ts';
import { visibleVersion } from '../../metastore/session.ts';
import { changeTags } from '../../metastore/tags.ts';
import {
  createVersion,
  deleteVersion,
  finalizeVersion,
  listVersions,
  readVersion,
  updateVersion,
} from '../../metastore/versions.ts';
import type { Model, Version } from '../../metastore/state.ts';
import { legacyVersion, list } from './shapes.ts';
import { Input } from '../input.ts';
import { page } from '../paging.ts';
import { family, ok, type RouteResponse, type Context, type Route } from '../route.ts';

const section = 'versions, older family';

const legacy = family('/api/2.0/mlflow/unity-catalog', { from: 'observed by peer', section });

const numbered = { name: 'string!', version: 'string!' } as const;

function response({ session }: Context, [model, version]: [Model, Version]): RouteResponse {
  return ok({ model_version: legacyVersion(session, model, version) });
}

/** Model versions, their life and tags in the family that MLflow's Python client speaks by default. */
export const legacyVersionRoutes: readonly Route[] = [
  legacy({
    method: 'POST',
    template: '/model-versions/create',
    write: true,
    fields: {
      name: 'string!',
      source: 'string!',
      run_id: 'string',
      description: 'string',
      run_tracking_server_id: 'string',
      feature_deps: 'string',
      tags: 'array',
      model_version_dependencies: 'array',
      model_id: 'string',
    },
    handle: (input, context) =>
      response(
        context,
        createVersion(context.session, {
          name: input.text('name'),
          source: input.text('source'),
          runId: input.maybeText('run_id'),
          description: input.maybeText('description'),
          runTrackingServerId: input.maybeText('run_tracking_server_id'),
          modelId: input.maybeText('model_id'),
          tags: input.tags('tags'),
          dependencies: input.objects('model_version_dependencies').map((item) => {
            const dependency = new Input(item, {});
            return { type: dependency.text('type'), name: dependency.text('name') };
          }),
        }),
      ),
  }),
  legacy({
    method: 'GET',
    template: '/model-versions/get',
    write: false,
    fields: numbered,
    handle: (input, context) =>
      response(context, readVersion(context.session, input.text('name'), input.text('version'))),
  }),
  legacy({
    method: 'GET',
    template: '/model-versions/search',
    write: false,
    fields: { filter: 'string', max_results: 'int', page_token: 'string' },
    handle: (input, { session }) => {
      const found = versionsOf(session, input.maybeText('filter') ?? '');
      const cut = page(session, found, ([model, version]) => `${model.name}/${version.version}`, {
        size: input.maybeInteger('max_results'),
        token: input.maybeText('page_token'),
        normal: 10000,
        most: 10000,
      });
      const versions = cut.items.map(([model, version]) => legacyVersion(session, model, version, true));
      return ok({
        ...list('model_versions', versions),
        ...(cut.token ? { next_page_token: cut.token } : {}),
      });
    },
  }),
  legacy({
    method: 'PATCH',
    template: '/model-versions/update',
    write: true,
    fields: { ...numbered, description: 'string' },
    handle: (input, context) =>
      response(
        context,
        updateVersion(
          context.session,
          input.text('name'),
          input.text('version'),
          input.maybeText('description'),
        ),
      ),
  }),
  legacy({
    method: 'DELETE',
    template: '/model-versions/delete',
    write: true,
    fields: numbered,
    handle: (input, { session }) => {
      deleteVersion(session, input.text('name'), input.text('version'));
      return ok({});
    },
  }),
  legacy({
    method: 'GET',
    template: '/model-versions/get-download-uri',
    write: false,
    fields: numbered,
    handle: (input, { session }) => {
      const [, version] = visibleVersion(session, input.text('name'), input.text('version'));
      return ok({ artifact_uri: locationOf(session, version) });
    },
  }),
  legacy({
    method: 'POST',
    template: '/model-versions/finalize',
    write: true,
    fields: numbered,
    handle: (input, context) =>
      response(context, finalizeVersion(context.session, input.text('name'), input.text('version'))),
  }),
  legacy({
    method: 'POST',
    template: '/model-versions/set-tag',
    write: true,
    fields: { ...numbered, key: 'string!', value: 'string' },
    handle: (input, { session }) => {
      changeTags(session, input.text('name'), input.text('version'), {
        set: [[input.text('key'), input.maybeText('value') ?? '']],
      });
      return ok({});
    },
  }),
  legacy({
    method: 'DELETE',
    template: '/model-versions/delete-tag',
    write: true,
    fields: { ...numbered, key: 'string!' },
    handle: (input, { session }) => {
      changeTags(session, input.text('name'), input.text('version'), { remove: [input.text('key')] });
      return ok({});
    },
  }),
  legacy({
    method: 'POST',
    template: '/model-versions/emit-lineage',
    source: { from: 'client code', section },
    write: false,
    fields: { name: 'string', version: 'string', model_version_lineage_info: 'object', securable: 'object' },
    handle: () => ok({}),
  }),
];

/** Only `name='a.b.c'` is a filter that Unity Catalog takes; an unknown model has no versions. */
function versionsOf(session: Context['session'], filter: string): [Model, Version][] {
  const name = /^\s*name\s*=\s*(?:'([^']+)'|"([^"]+)")\s*$/.exec(filter);
  if (!name) throw invalid(`Invalid filter '${filter}': only name = '<full model name>' is supported.`);
  try {
    const [model, versions] = listVersions(session, name[1] ?? name[2] ?? '');
    return versions.map((version) => [model, version]);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
}
