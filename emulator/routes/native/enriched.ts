import { invalid } from '../../metastore/api-error.ts';
import { changeTags } from '../../metastore/tags.ts';
import { createVersion, finalizeVersion } from '../../metastore/versions.ts';
import type { Dependency } from '../../metastore/state.ts';
import { Input, isObject } from '../input.ts';
import { nativeVersion } from './shapes.ts';
import { enriched, family, ok, type RouteResponse, type Context, type Route } from '../route.ts';

const native = family('/api/2.1/unity-catalog', { from: 'client code', section: 'enriched native family' });

function tagChanges(input: Input, { session }: Context, version: string | undefined): RouteResponse {
  if (input.text('securable_type').toUpperCase() !== 'FUNCTION')
    throw invalid('Only FUNCTION is taken here.');
  const changes = input.object('changes');
  changeTags(session, input.text('full_name'), version, {
    set: changes.tags('add_tags'),
    remove: changes.texts('remove'),
  });
  return ok({});
}

/** The native wording of dependencies, in the older one. */
function dependencies(input: Input): Dependency[] {
  if (!input.has('model_version_dependencies')) return [];
  const kinds: Record<string, [type: string, member: string]> = {
    table: ['DATABRICKS_TABLE', 'table_full_name'],
    function: ['DATABRICKS_UC_FUNCTION', 'function_full_name'],
    connection: ['DATABRICKS_UC_CONNECTION', 'connection_name'],
  };
  return input
    .object('model_version_dependencies')
    .objects('dependencies')
    .flatMap((item) =>
      Object.entries(item).map(([kind, value]) => {
        const [type, member] = kinds[kind] ?? [];
        if (type === undefined || member === undefined || !isObject(value))
          throw invalid(`Unknown dependency '${kind}'.`);
        return { type, name: new Input(value, {}).text(member) };
      }),
    );
}

function noEntityTags(): RouteResponse {
  throw invalid('Entity type functions is not supported for tag assignments.');
}

const tagAssignments = family('/api/2.1/unity-catalog', {
  from: 'docs',
  section: 'entity tag assignments (models are not documented)',
});

/** What newer MLflow can do natively, and neighbours of it that models do not have. */
export const enrichedRoutes: readonly Route[] = [
  enriched(
    native({
      method: 'POST',
      template: '/models/versions',
      write: true,
      fields: {
        model_name: 'string!',
        catalog_name: 'string!',
        schema_name: 'string!',
        source: 'string!',
        run_id: 'string',
        comment: 'string',
        tags: 'array',
        model_version_dependencies: 'object',
        model_id: 'string',
        feature_deps: 'string',
        run_tracking_server_id: 'string',
      },
      handle: (input, { session }) => {
        const [model, version] = createVersion(session, {
          name: `${input.text('catalog_name')}.${input.text('schema_name')}.${input.text('model_name')}`,
          source: input.text('source'),
          runId: input.maybeText('run_id'),
          description: input.maybeText('comment'),
          runTrackingServerId: input.maybeText('run_tracking_server_id'),
          modelId: input.maybeText('model_id'),
          tags: input.tags('tags'),
          dependencies: dependencies(input),
        });
        return ok(nativeVersion(session, model, version));
      },
    }),
  ),
  enriched(
    native({
      method: 'PATCH',
      template: '/models/{full_name}/versions/{version}/finalize',
      write: true,
      handle: (input, { session }) => {
        const [model, version] = finalizeVersion(session, input.text('full_name'), input.text('version'));
        return ok(nativeVersion(session, model, version));
      },
    }),
  ),
  enriched(
    native({
      method: 'PATCH',
      template: '/securable-tags/{securable_type}/{full_name}',
      write: true,
      fields: { changes: 'object!' },
      handle: (input, context) => tagChanges(input, context, undefined),
    }),
  ),
  enriched(
    native({
      method: 'PATCH',
      template: '/subentity-tags/{securable_type}/{full_name}/{version}',
      write: true,
      fields: { changes: 'object!', subentity_name: 'string' },
      handle: (input, context) => tagChanges(input, context, input.text('version')),
    }),
  ),
  tagAssignments({
    method: 'POST',
    template: '/entity-tag-assignments',
    write: true,
    fields: { entity_name: 'string!', entity_type: 'string!', tag_key: 'string!', tag_value: 'string' },
    handle: noEntityTags,
  }),
  tagAssignments({
    method: 'GET',
    template: '/entity-tag-assignments/{entity_type}/{entity_name}/tags',
    write: false,
    fields: { max_results: 'int', page_token: 'string' },
    handle: noEntityTags,
  }),
];
