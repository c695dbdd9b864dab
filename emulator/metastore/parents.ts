import { ApiError, invalid, missing } from './api-error.ts';
import { lacks, requireParents, type CallContext } from './session.ts';
import type { Catalog, Schema } from './state.ts';

const namePattern = /^[^\s./\p{Cc}]{1,255}$/u;

/** Creates a catalog owned by the caller: CREATE CATALOG on the metastore, or its ownership. */
export function createCatalog(session: CallContext, name: string): Catalog {
  const { state, access } = session;
  if (!namePattern.test(name)) throw invalid(`Invalid catalog name: '${name}'`);
  if (
    !access.owns('metastore', state.metastoreId) &&
    !access.holds('metastore', state.metastoreId, 'CREATE_CATALOG')
  )
    throw lacks('CREATE_CATALOG', state.metastoreId, 'Metastore');
  if (state.catalogs.has(name.toLowerCase()))
    throw exists(session, 'CATALOG_ALREADY_EXISTS', `Catalog '${name}' already exists`);
  const catalog = { name, owner: session.caller, createdBy: session.caller, createdAt: session.now() };
  state.catalogs.set(name.toLowerCase(), catalog);
  return catalog;
}

/** Creates a schema owned by the caller: CREATE SCHEMA on the catalog, or its ownership. */
export function createSchema(session: CallContext, catalogName: string, name: string): Schema {
  const { state, access } = session;
  if (!namePattern.test(name)) throw invalid(`Invalid schema name: '${name}'`);
  requireParents(session, catalogName);
  if (!access.owns('catalog', catalogName) && !access.holds('catalog', catalogName, 'CREATE_SCHEMA'))
    throw lacks('CREATE_SCHEMA', catalogName, 'Catalog');
  const full = `${catalogOf(session, catalogName).name}.${name}`;
  if (state.schemas.has(full.toLowerCase()))
    throw exists(session, 'SCHEMA_ALREADY_EXISTS', `Schema '${full}' already exists`);
  const schema = { name: full, owner: session.caller, createdBy: session.caller, createdAt: session.now() };
  state.schemas.set(full.toLowerCase(), schema);
  return schema;
}

/** The catalog of that name; whether the caller may see it is not looked at. */
export function catalogOf({ state }: CallContext, name: string): Catalog {
  const catalog = state.catalogs.get(name.toLowerCase());
  if (!catalog) throw missing(`Catalog '${name}' does not exist.`, 'CATALOG_DOES_NOT_EXIST');
  return catalog;
}

/** Catalogs that the caller may use. */
export function listCatalogs(session: CallContext): Catalog[] {
  return [...session.state.catalogs.values()].filter(({ name }) => isListed(session, 'catalog', name));
}

/** Schemas of a catalog that the caller may use. */
export function listSchemas(session: CallContext, catalogName: string): Schema[] {
  requireParents(session, catalogName);
  const prefix = `${catalogName.toLowerCase()}.`;
  return [...session.state.schemas.values()].filter(
    ({ name }) => name.toLowerCase().startsWith(prefix) && isListed(session, 'schema', name),
  );
}

/** Who is shown what they may use: the owner, the owner of what it is in, whoever holds the privilege. */
function isListed({ access }: CallContext, type: 'catalog' | 'schema', name: string): boolean {
  const privilege = type === 'catalog' ? 'USE_CATALOG' : 'USE_SCHEMA';
  return access.manages(type, name) || access.holds(type, name, privilege);
}

function exists({ switches }: CallContext, code: string, message: string): ApiError {
  return new ApiError(switches.existsStatus, code, message);
}
