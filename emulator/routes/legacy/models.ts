import { deleteAlias, resolveAlias, setAlias } from '../../metastore/aliases.ts';
import { createModel, deleteModel, listModels, updateModel } from '../../metastore/models.ts';
import { visibleModel } from '../../metastore/session.ts';
import { changeTags } from '../../metastore/tags.ts';
import { legacyModel, legacyVersion, list } from './shapes.ts';
import { aliasAudit } from '../audited.ts';
import { page } from '../paging.ts';
import { family, ok, type Route } from '../route.ts';

const legacy = family('/api/2.0/mlflow/unity-catalog', {
  from: 'observed by peer',
  section: 'models, aliases and tags, older family',
});

/** Registered models, their aliases and tags in the family that MLflow's Python client speaks by default. */
export const legacyModelRoutes: readonly Route[] = [
  legacy({
    method: 'POST',
    template: '/registered-models/create',
    write: true,
    fields: { name: 'string!', tags: 'array', description: 'string', deployment_job_id: 'string' },
    handle: (input, { session }) => {
      const model = createModel(session, {
        name: input.text('name'),
        description: input.maybeText('description'),
        tags: input.tags('tags'),
        deploymentJobId: input.maybeText('deployment_job_id'),
      });
      return ok({ registered_model: legacyModel(session, model) });
    },
  }),
  legacy({
    method: 'GET',
    template: '/registered-models/get',
    write: false,
    fields: { name: 'string!' },
    handle: (input, { session }) =>
      ok({ registered_model: legacyModel(session, visibleModel(session, input.text('name'))) }),
  }),
  legacy({
    method: 'PATCH',
    template: '/registered-models/update',
    write: true,
    fields: { name: 'string!', description: 'string', new_name: 'string', deployment_job_id: 'string' },
    handle: (input, { session }) => {
      const model = updateModel(session, input.text('name'), {
        description: input.maybeText('description'),
        newName: input.maybeText('new_name'),
        deploymentJobId: input.maybeText('deployment_job_id'),
      });
      return ok({ registered_model: legacyModel(session, model) });
    },
  }),
  legacy({
    method: 'DELETE',
    template: '/registered-models/delete',
    write: true,
    fields: { name: 'string!' },
    handle: (input, { session }) => {
      deleteModel(session, input.text('name'));
      return ok({});
    },
  }),
  legacy({
    method: 'GET',
    template: '/registered-models/search',
    write: false,
    fields: { max_results: 'int', page_token: 'string' },
    handle: (input, { session }) => {
      const cut = page(session, listModels(session), (model) => model.name, {
        size: input.maybeInteger('max_results'),
        token: input.maybeText('page_token'),
        normal: 100,
        most: 1000,
      });
      const models = cut.items.map((model) => legacyModel(session, model, true));
      return ok({
        ...list('registered_models', models),
        ...(cut.token ? { next_page_token: cut.token } : {}),
      });
    },
  }),
  legacy({
    method: 'POST',
    template: '/registered-models/set-tag',
    write: true,
    fields: { name: 'string!', key: 'string!', value: 'string' },
    handle: (input, { session }) => {
      changeTags(session, input.text('name'), undefined, {
        set: [[input.text('key'), input.maybeText('value') ?? '']],
      });
      return ok({});
    },
  }),
  legacy({
    method: 'DELETE',
    template: '/registered-models/delete-tag',
    write: true,
    fields: { name: 'string!', key: 'string!' },
    handle: (input, { session }) => {
      changeTags(session, input.text('name'), undefined, { remove: [input.text('key')] });
      return ok({});
    },
  }),
  legacy({
    method: 'POST',
    template: '/registered-models/alias',
    write: true,
    fields: { name: 'string!', alias: 'string!', version: 'string!' },
    audit: aliasAudit('setRegisteredModelAlias', { model: 'name', version: 'version' }),
    handle: (input, { session }) => {
      setAlias(session, input.text('name'), input.text('alias'), input.text('version'));
      return ok({});
    },
  }),
  legacy({
    method: 'DELETE',
    template: '/registered-models/alias',
    write: true,
    audit: aliasAudit('deleteRegisteredModelAlias', { model: 'name' }),
    fields: { name: 'string!', alias: 'string!' },
    handle: (input, { session }) => {
      deleteAlias(session, input.text('name'), input.text('alias'));
      return ok({});
    },
  }),
  legacy({
    method: 'GET',
    template: '/registered-models/alias',
    write: false,
    fields: { name: 'string!', alias: 'string!' },
    handle: (input, { session }) => {
      const [model, version] = resolveAlias(session, input.text('name'), input.text('alias'));
      return ok({ model_version: legacyVersion(session, model, version) });
    },
  }),
  legacy({
    method: 'GET',
    template: '/registered-models:is-databricks-sdk-models-artifact-repository-enabled',
    write: false,
    handle: (_input, { session }) =>
      ok({
        is_databricks_sdk_models_artifact_repository_enabled: session.switches.filesMode === 'files-api',
      }),
  }),
];
