import { requireUnserved } from '../workspace/serving/served-versions.ts';
import { ApiError, invalid } from './api-error.ts';
import { requireRoomForModel } from './limits.ts';
import {
  canView,
  lacks,
  requireAccessControl,
  requireParents,
  threeLevels,
  usableModel,
  type CallContext,
} from './session.ts';
import { checkTags } from './tags.ts';
import { nextId, type Model } from './state.ts';

/** What a caller may say when a model is created. */
export interface NewModel {
  name: string;
  description?: string | undefined;
  tags?: readonly (readonly [string, string])[];
  deploymentJobId?: string | undefined;
}

const partPattern = /^[^\s./\p{Cc}]+$/u;

/** Creates a model owned by the caller: CREATE MODEL (or CREATE FUNCTION) on the schema, or its ownership. */
export function createModel(session: CallContext, wanted: NewModel): Model {
  const { state, access, switches } = session;
  const [catalog, schema, short] = threeLevels(wanted.name);
  if (!partPattern.test(short) || short.length > 255) throw invalid(`Invalid model name: '${short}'`);
  requireParents(session, wanted.name);
  const exists = state.models.has(wanted.name.toLowerCase());
  const allowed = mayCreateModel(session, `${catalog}.${schema}`);
  if (
    exists &&
    (allowed ||
      switches.createModelOnExistingWithoutRight === 'exists' ||
      access.owns('function', wanted.name))
  ) {
    throw alreadyExists(session, short);
  }
  if (!allowed) throw lacks('CREATE MODEL', `${catalog}.${schema}`, 'Schema');
  requireRoomForModel(session, `${catalog}.${schema}`);
  checkDescription(wanted.description);
  const tags = new Map(wanted.tags);
  checkTags(session, new Map(), tags);
  const now = session.now();
  const model: Model = {
    id: nextId(state),
    name: wanted.name,
    owner: session.caller,
    createdAt: now,
    createdBy: session.caller,
    updatedAt: now,
    updatedBy: session.caller,
    description: wanted.description,
    tags,
    aliases: new Map(),
    versions: new Map(),
    nextVersion: 1,
    deploymentJobId: wanted.deploymentJobId === '' ? undefined : wanted.deploymentJobId,
  };
  state.models.set(wanted.name.toLowerCase(), model);
  session.lag.hide(model, session.switches.listingLags);
  return model;
}

/** `RESOURCE_ALREADY_EXISTS` with the short name, as seen on Databricks; the status is a switch. */
function alreadyExists(session: CallContext, short: string): ApiError {
  return new ApiError(
    session.switches.existsStatus,
    'RESOURCE_ALREADY_EXISTS',
    `Routine or Model '${short}' already exists`,
  );
}

function mayCreateModel({ access }: CallContext, schema: string): boolean {
  if (access.owns('schema', schema)) return true;
  return access.holds('schema', schema, 'CREATE_MODEL') || access.holds('schema', schema, 'CREATE_FUNCTION');
}

/** Models the caller may see, of the whole metastore or of one schema. */
export function listModels(session: CallContext, schema?: string): Model[] {
  const prefix = schema === undefined ? '' : `${schema.toLowerCase()}.`;
  return [...session.state.models.values()].filter(
    (model) =>
      model.name.toLowerCase().startsWith(prefix) && reachable(session, model) && session.lag.shows(model),
  );
}

function reachable(session: CallContext, model: Model): boolean {
  try {
    requireParents(session, model.name);
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
  return canView(session, model);
}

/** Models the caller sees only through BROWSE on their catalog. */
export function listBrowsable(session: CallContext, schema?: string): Model[] {
  const prefix = schema === undefined ? '' : `${schema.toLowerCase()}.`;
  return [...session.state.models.values()].filter(
    (model) =>
      model.name.toLowerCase().startsWith(prefix) &&
      !reachable(session, model) &&
      session.access.holds('catalog', model.name.split('.')[0] ?? '', 'BROWSE'),
  );
}

/** Changes to a model; absent members stay as they are. */
export interface ModelUpdate {
  description?: string | undefined;
  newName?: string | undefined;
  owner?: string | undefined;
  deploymentJobId?: string | undefined;
}

/** Applies the update; each part has its own right. Returns the model under its new name. */
export function updateModel(session: CallContext, name: string, update: ModelUpdate): Model {
  const { access, switches } = session;
  const model = usableModel(session, name);
  const owns = access.owns('function', model.name);
  const manages = access.manages('function', model.name);
  if (update.description !== undefined && !owns && !(manages && switches.manageUpdatesDescriptions)) {
    throw lacks('MANAGE', model.name);
  }
  if (!manages) throw lacks('MANAGE', model.name);
  checkDescription(update.description);
  if (update.owner !== undefined) {
    requireAccessControl(session, 'function', model.name);
    requirePrincipal(session, update.owner);
  }
  if (update.newName !== undefined) rename(session, model, update.newName);
  if (update.description !== undefined) model.description = update.description;
  if (update.owner !== undefined) model.owner = update.owner;
  if (update.deploymentJobId !== undefined) {
    model.deploymentJobId = update.deploymentJobId === '' ? undefined : update.deploymentJobId;
  }
  model.updatedAt = session.now();
  model.updatedBy = session.caller;
  return model;
}

function rename(session: CallContext, model: Model, newName: string): void {
  const { switches, state } = session;
  const [catalog, schema] = threeLevels(model.name);
  const full = newName.includes('.');
  if (full && switches.renameTo === 'short') throw invalid(`Invalid model name: '${newName}'`);
  if (!full && switches.renameTo === 'full') threeLevels(newName);
  const target = full ? newName : `${catalog}.${schema}.${newName}`;
  const [newCatalog, newSchema, short] = threeLevels(target);
  if (newCatalog !== catalog || newSchema !== schema) {
    throw invalid('A registered model cannot be moved to another catalog or schema.');
  }
  if (!mayCreateModel(session, `${catalog}.${schema}`))
    throw lacks('CREATE MODEL', `${catalog}.${schema}`, 'Schema');
  if (state.models.has(target.toLowerCase())) throw alreadyExists(session, short);
  const grants = state.grants.get(`function:${model.name.toLowerCase()}`);
  state.grants.delete(`function:${model.name.toLowerCase()}`);
  state.models.delete(model.name.toLowerCase());
  model.name = target;
  state.models.set(target.toLowerCase(), model);
  if (grants) state.grants.set(`function:${target.toLowerCase()}`, grants);
}

/** Deletes the model with every version; owner or MANAGE. */
export function deleteModel(session: CallContext, name: string): void {
  const model = usableModel(session, name);
  if (!session.access.manages('function', model.name)) throw lacks('MANAGE', model.name);
  for (const version of model.versions.keys()) requireUnserved(session, model.name, version);
  session.state.models.delete(model.name.toLowerCase());
  session.state.grants.delete(`function:${model.name.toLowerCase()}`);
}

/** Whether grants and ownership can name `principal`. */
export function principalExists({ state }: CallContext, principal: string): boolean {
  return principal === 'account users' || state.principals.has(principal) || state.groups.has(principal);
}

/** Throws `PRINCIPAL_DOES_NOT_EXIST` for a name that is no user, group or application id. */
export function requirePrincipal(session: CallContext, principal: string): void {
  if (principalExists(session, principal)) return;
  throw new ApiError(404, 'PRINCIPAL_DOES_NOT_EXIST', `Could not find principal with name ${principal}.`);
}

/** Comments have 1 to 65536 characters (registered models API page); an empty one clears. */
export function checkDescription(description: string | undefined): void {
  if (description !== undefined && description.length > 65536) {
    throw invalid('Comment must be at most 65536 characters.');
  }
}
