import { denied, missing } from '../../metastore/api-error.ts';
import { requirePrincipal } from '../../metastore/models.ts';
import { requireAccessControl, requireParents, type CallContext } from '../../metastore/session.ts';
import type { Catalog, Schema } from '../../metastore/state.ts';
import { page } from '../paging.ts';
import { family, ok, type Route } from '../route.ts';
import { list } from '../legacy/shapes.ts';

const native = family('/api/2.1/unity-catalog', {
  from: 'docs',
  section: 'catalogs, schemas, workspace bindings',
});

function catalogOf({ state }: CallContext, name: string): Catalog {
  const catalog = state.catalogs.get(name.toLowerCase());
  if (!catalog) throw missing(`Catalog '${name}' does not exist.`, 'CATALOG_DOES_NOT_EXIST');
  return catalog;
}

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

/** Who is shown in a list what they may use: the owner, the owner of what it is in, whoever holds the privilege. */
function isListed(
  { access }: CallContext,
  type: 'catalog' | 'schema',
  { name }: Catalog | Schema,
  privilege: string,
): boolean {
  return access.manages(type, name) || access.holds(type, name, privilege);
}

/** Parents of models, as far as ownership, names and bindings need them. */
export const catalogRoutes: readonly Route[] = [
  native({
    method: 'GET',
    template: '/catalogs',
    write: false,
    fields: { include_browse: 'bool', max_results: 'int', page_token: 'string' },
    handle: (input, { session }) => {
      const shown = [...session.state.catalogs.values()].filter((each) =>
        isListed(session, 'catalog', each, 'USE_CATALOG'),
      );
      const cut = page(session, shown, (each) => each.name, {
        size: input.maybeInteger('max_results'),
        token: input.maybeText('page_token'),
        normal: 1000,
        most: 1000,
      });
      const catalogs = cut.items.map((each) => nativeCatalog(session, each));
      return ok({ ...list('catalogs', catalogs), ...(cut.token ? { next_page_token: cut.token } : {}) });
    },
  }),
  native({
    method: 'GET',
    template: '/schemas',
    write: false,
    fields: { catalog_name: 'string!', include_browse: 'bool', max_results: 'int', page_token: 'string' },
    handle: (input, { session }) => {
      const catalog = input.text('catalog_name');
      requireParents(session, catalog);
      const shown = [...session.state.schemas.values()]
        .filter(({ name }) => name.toLowerCase().startsWith(`${catalog.toLowerCase()}.`))
        .filter((each) => isListed(session, 'schema', each, 'USE_SCHEMA'));
      const cut = page(session, shown, (each) => each.name, {
        size: input.maybeInteger('max_results'),
        token: input.maybeText('page_token'),
        normal: 1000,
        most: 1000,
      });
      const schemas = cut.items.map((each) => nativeSchema(session, each));
      return ok({ ...list('schemas', schemas), ...(cut.token ? { next_page_token: cut.token } : {}) });
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
