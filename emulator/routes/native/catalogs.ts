import { denied, missing } from '../../metastore/api-error.ts';
import { requirePrincipal } from '../../metastore/models.ts';
import {
  catalogOf,
  createCatalog,
  createSchema,
  listCatalogs,
  listSchemas,
} from '../../metastore/parents.ts';
import { requireAccessControl, requireParents, type CallContext } from '../../metastore/session.ts';
import type { Catalog, Schema } from '../../metastore/state.ts';
import type { Input } from '../input.ts';
import { list } from '../legacy/shapes.ts';
import { page, type PageRequest } from '../paging.ts';
import { family, ok, type Route } from '../route.ts';

const native = family('/api/2.1/unity-catalog', {
  from: 'docs',
  section: 'catalogs, schemas, workspace bindings',
});

function nativeCatalog({ state }: CallContext, catalog: Catalog): Record<string, unknown> {
  return {
    name: catalog.name,
    full_name: catalog.name,
    owner: catalog.owner,
    catalog_type: catalog.share === undefined ? 'MANAGED_CATALOG' : 'DELTASHARING_CATALOG',
    ...(catalog.share === undefined ? {} : { provider_name: 'another-metastore', share_name: catalog.share }),
    isolation_mode: catalog.boundWorkspaces ? 'ISOLATED' : 'OPEN',
    metastore_id: state.metastoreId,
    created_at: catalog.createdAt,
    created_by: catalog.createdBy,
    securable_type: 'CATALOG',
  };
}

function nativeSchema({ state }: CallContext, schema: Schema): Record<string, unknown> {
  const [catalog, name] = schema.name.split('.');
  return {
    name,
    catalog_name: catalog,
    full_name: schema.name,
    owner: schema.owner,
    metastore_id: state.metastoreId,
    created_at: schema.createdAt,
    created_by: schema.createdBy,
    securable_type: 'SCHEMA',
  };
}

/** Owner, owner of the catalog, MANAGE or metastore admin may (docs, "Manage object ownership"). */
function changeOwner(
  session: CallContext,
  type: 'catalog' | 'schema',
  securable: Catalog | Schema,
  owner: string,
): void {
  if (!session.access.manages(type, securable.name)) {
    throw denied(
      `User does not have MANAGE on ${type === 'catalog' ? 'Catalog' : 'Schema'} '${securable.name}'.`,
    );
  }
  requireAccessControl(session, type, securable.name);
  requirePrincipal(session, owner);
  securable.owner = owner;
}

/** Lists come whole unless a size is asked for. */
function pageRequest(input: Input): PageRequest {
  return {
    size: input.maybeInteger('max_results'),
    token: input.maybeText('page_token'),
    normal: 1000,
    most: 1000,
  };
}

/** Parents of models, as far as filling an empty metastore, ownership and bindings need them. */
export const catalogRoutes: readonly Route[] = [
  native({
    method: 'POST',
    template: '/catalogs',
    write: true,
    fields: { name: 'string!', comment: 'string' },
    handle: (input, { session }) => ok(nativeCatalog(session, createCatalog(session, input.text('name')))),
  }),
  native({
    method: 'GET',
    template: '/catalogs',
    write: false,
    fields: { include_browse: 'bool', max_results: 'int', page_token: 'string' },
    handle: (input, { session }) => {
      const { items, token } = page(session, listCatalogs(session), ({ name }) => name, pageRequest(input));
      return ok({
        ...list(
          'catalogs',
          items.map((each) => nativeCatalog(session, each)),
        ),
        ...(token === undefined ? {} : { next_page_token: token }),
      });
    },
  }),
  native({
    method: 'POST',
    template: '/schemas',
    write: true,
    fields: { name: 'string!', catalog_name: 'string!', comment: 'string' },
    handle: (input, { session }) =>
      ok(nativeSchema(session, createSchema(session, input.text('catalog_name'), input.text('name')))),
  }),
  native({
    method: 'GET',
    template: '/schemas',
    write: false,
    fields: { catalog_name: 'string!', include_browse: 'bool', max_results: 'int', page_token: 'string' },
    handle: (input, { session }) => {
      const found = listSchemas(session, input.text('catalog_name'));
      const { items, token } = page(session, found, ({ name }) => name, pageRequest(input));
      return ok({
        ...list(
          'schemas',
          items.map((each) => nativeSchema(session, each)),
        ),
        ...(token === undefined ? {} : { next_page_token: token }),
      });
    },
  }),
  native({
    method: 'GET',
    template: '/catalogs/{name}',
    write: false,
    fields: { include_browse: 'bool' },
    handle: (input, { session }) => {
      const catalog = catalogOf(session, input.text('name'));
      // Who may browse sees the catalog without USE CATALOG.
      if (!session.access.holds('catalog', catalog.name, 'BROWSE')) requireParents(session, catalog.name);
      return ok(nativeCatalog(session, catalog));
    },
  }),
  native({
    method: 'GET',
    template: '/schemas/{full_name}',
    write: false,
    fields: { include_browse: 'bool' },
    handle: (input, { session }) => {
      const name = input.text('full_name');
      requireParents(session, name);
      const schema = session.state.schemas.get(name.toLowerCase());
      if (!schema) throw missing(`Schema '${name}' does not exist.`, 'SCHEMA_DOES_NOT_EXIST');
      return ok(nativeSchema(session, schema));
    },
  }),
  native({
    method: 'PATCH',
    template: '/catalogs/{name}',
    write: true,
    fields: { owner: 'string!' },
    handle: (input, { session }) => {
      const catalog = catalogOf(session, input.text('name'));
      changeOwner(session, 'catalog', catalog, input.text('owner'));
      return ok(nativeCatalog(session, catalog));
    },
  }),
  native({
    method: 'PATCH',
    template: '/schemas/{full_name}',
    write: true,
    fields: { owner: 'string!' },
    handle: (input, { session }) => {
      const name = input.text('full_name');
      requireParents(session, name);
      const schema = session.state.schemas.get(name.toLowerCase());
      if (!schema) throw missing(`Schema '${name}' does not exist.`, 'SCHEMA_DOES_NOT_EXIST');
      changeOwner(session, 'schema', schema, input.text('owner'));
      return ok(nativeSchema(session, schema));
    },
  }),
  native({
    method: 'GET',
    template: '/bindings/{securable_type}/{securable_name}',
    write: false,
    fields: { max_results: 'int', page_token: 'string' },
    handle: (input, { session }) => {
      const catalog = catalogOf(session, input.text('securable_name'));
      if (!session.access.manages('catalog', catalog.name)) {
        throw denied(`User does not have MANAGE on Catalog '${catalog.name}'.`);
      }
      const bindings = (catalog.boundWorkspaces ?? []).map((workspace) => ({
        workspace_id: Number(workspace),
        binding_type: 'BINDING_TYPE_READ_WRITE',
      }));
      return ok(bindings.length === 0 ? {} : { bindings });
    },
  }),
  native({
    method: 'GET',
    template: '/workspace-bindings/catalogs/{name}',
    write: false,
    handle: (input, { session }) => {
      const catalog = catalogOf(session, input.text('name'));
      if (!session.access.manages('catalog', catalog.name)) {
        throw denied(`User does not have MANAGE on Catalog '${catalog.name}'.`);
      }
      return ok({ workspaces: (catalog.boundWorkspaces ?? []).map(Number) });
    },
  }),
  native({
    method: 'GET',
    template: '/metastore_summary',
    write: false,
    handle: (_input, { session }) =>
      ok({
        metastore_id: session.state.metastoreId,
        name: 'emulator',
        owner: session.state.metastoreOwner,
        privilege_model_version: session.state.privilegeModel,
      }),
  }),
];
