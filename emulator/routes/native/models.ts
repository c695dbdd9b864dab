import { invalid } from '../../metastore/api-error.ts';
import { createModel, deleteModel, listBrowsable, listModels, updateModel } from '../../metastore/models.ts';
import { usableModel, visibleModel } from '../../metastore/session.ts';
import { nativeModel } from './shapes.ts';
import { list } from '../legacy/shapes.ts';
import { page } from '../paging.ts';
import { family, ok, type Route } from '../route.ts';

const native = family('/api/2.1/unity-catalog', { from: 'docs', section: 'registered models API' });

/** Registered models in the documented native family, with the enriched fields that newer MLflow sends. */
export const nativeModelRoutes: readonly Route[] = [
  native({
    method: 'POST',
    template: '/models',
    write: true,
    fields: {
      name: 'string!',
      catalog_name: 'string!',
      schema_name: 'string!',
      comment: 'string',
      storage_location: 'string',
      tags: 'array',
      deployment_job_id: 'string',
    },
    handle: (input, { session }) => {
      const name = `${input.text('catalog_name')}.${input.text('schema_name')}.${input.text('name')}`;
      const model = createModel(session, {
        name,
        description: input.maybeText('comment'),
        tags: input.tags('tags'),
        deploymentJobId: input.maybeText('deployment_job_id'),
      });
      return ok(nativeModel(session, model));
    },
  }),
  native({
    method: 'GET',
    template: '/models',
    write: false,
    fields: {
      catalog_name: 'string',
      schema_name: 'string',
      include_browse: 'bool',
      max_results: 'int',
      page_token: 'string',
    },
    handle: (input, { session }) => {
      const catalog = input.maybeText('catalog_name');
      const schema = input.maybeText('schema_name');
      if ((catalog === undefined) !== (schema === undefined)) {
        throw invalid('catalog_name and schema_name must be given together.');
      }
      const place = catalog === undefined || schema === undefined ? undefined : `${catalog}.${schema}`;
      const most = place === undefined ? 1000 : 10000;
      const visible = listModels(session, place).map((model) => ({ model, browse: false }));
      const browsed = input.flag('include_browse')
        ? listBrowsable(session, place).map((model) => ({ model, browse: true }))
        : [];
      const cut = page(session, [...visible, ...browsed], (item) => item.model.name, {
        size: input.maybeInteger('max_results'),
        token: input.maybeText('page_token'),
        normal: place === undefined ? 100 : 10000,
        most,
      });
      const models = cut.items.map(({ model, browse }) =>
        nativeModel(session, model, { browse, inList: true }),
      );
      return ok({
        ...list('registered_models', models),
        ...(cut.token ? { next_page_token: cut.token } : {}),
      });
    },
  }),
  native({
    method: 'GET',
    template: '/models/{full_name}',
    write: false,
    fields: { include_aliases: 'bool', include_browse: 'bool' },
    handle: (input, { session }) => {
      const name = input.text('full_name');
      if (
        input.flag('include_browse') &&
        session.access.holds('catalog', name.split('.')[0] ?? '', 'BROWSE')
      ) {
        const model = session.state.models.get(name.toLowerCase());
        if (model && !listModels(session).includes(model))
          return ok(nativeModel(session, model, { browse: true }));
      }
      return ok(
        nativeModel(session, visibleModel(session, name), { aliases: input.flag('include_aliases') }),
      );
    },
  }),
  native({
    method: 'PATCH',
    template: '/models/{full_name}',
    write: true,
    fields: {
      new_name: 'string',
      owner: 'string',
      comment: 'string',
      deployment_job_id: 'string',
      // Databricks takes and ignores it (a report on the Terraform provider).
      aliases: 'array',
    },
    handle: (input, { session }) => {
      const model = updateModel(session, input.text('full_name'), {
        newName: input.maybeText('new_name'),
        owner: input.maybeText('owner'),
        description: input.maybeText('comment'),
        deploymentJobId: input.maybeText('deployment_job_id'),
      });
      return ok(nativeModel(session, usableModel(session, model.name)));
    },
  }),
  native({
    method: 'DELETE',
    template: '/models/{full_name}',
    write: true,
    handle: (input, { session }) => {
      deleteModel(session, input.text('full_name'));
      return ok({});
    },
  }),
];
