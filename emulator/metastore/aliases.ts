import { denied, invalid, missing, type ApiError } from './api-error.ts';
import { limitReached } from './limits.ts';
import { lacks, usableModel, versionOf, visibleModel, type CallContext } from './session.ts';
import { nextId, type Alias, type Model, type Version } from './state.ts';

/** Creates or moves an alias; there is no compare-and-set on Databricks. */
export function setAlias(session: CallContext, name: string, alias: string, version: string | number): Alias {
  const model = writable(session, name);
  checkAliasName(session, alias);
  const target = versionOf(model, version);
  const key = alias.toLowerCase();
  const present = model.aliases.get(key);
  checkLimit(session, model, target, key);
  touch(session, model);
  if (present) {
    present.version = target.version;
    return present;
  }
  const created: Alias = { id: nextId(session.state), alias, version: target.version };
  model.aliases.set(key, created);
  session.lag.hide(created, session.switches.listingLags);
  return created;
}

/** Deletes an alias; a missing one is an error or not, by switch. */
export function deleteAlias(session: CallContext, name: string, alias: string): void {
  const model = writable(session, name);
  if (!model.aliases.delete(alias.toLowerCase()) && session.switches.deleteMissingAlias === 'error') {
    throw noAlias(alias);
  }
  touch(session, model);
}

/** Whether a change of an alias counts as one of its model, by switch. */
function touch(session: CallContext, model: Model): void {
  if (!session.switches.aliasUpdatesModel) return;
  // Two changes of one millisecond are two.
  model.updatedAt = Math.max(session.now(), model.updatedAt + 1);
  model.updatedBy = session.caller;
}

/** The version that an alias names, compared without case. */
export function resolveAlias(session: CallContext, name: string, alias: string): [Model, Version] {
  const model = visibleModel(session, name);
  const found = model.aliases.get(alias.toLowerCase());
  if (!found) throw noAlias(alias);
  return [model, versionOf(model, found.version)];
}

function noAlias(alias: string): ApiError {
  return missing(`Registered Model Alias '${alias}' does not exist.`);
}

function writable(session: CallContext, name: string): Model {
  const model = usableModel(session, name);
  const { access, switches } = session;
  if (access.owns('function', model.name) || access.isMetastoreAdmin()) return model;
  if (!switches.manageMovesAliases) throw denied(`User is not an owner of Routine or Model '${model.name}'.`);
  if (!access.manages('function', model.name)) throw lacks('MANAGE', model.name);
  return model;
}

/** Names the server refuses: empty, over 255 characters, other characters than `\w` and `-`, `latest`, `v<digits>`. */
export function checkAliasName({ switches }: CallContext, alias: string): void {
  if (alias.length === 0) throw invalid('Registered model alias name cannot be empty.');
  if (alias.length > 255) throw invalid('Registered model alias name must have at most 255 characters.');
  if (switches.aliasCharacters === 'word' && !/^[\p{L}\p{N}_-]+$/u.test(alias)) {
    throw invalid(
      `Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores and dashes.`,
    );
  }
  if (alias.toLowerCase() === 'latest') throw invalid("'latest' alias name (case insensitive) is reserved.");
  if (/^v[0-9]+$/i.test(alias)) throw invalid(`Version alias name '${alias}' is reserved.`);
}

function checkLimit(session: CallContext, model: Model, target: Version, key: string): void {
  const { switches } = session;
  if (switches.aliasLimit === 'none') return;
  const others = [...model.aliases].filter(([name]) => name !== key).map(([, alias]) => alias);
  const counted =
    switches.aliasLimit === 'per-model' ? others : others.filter((alias) => alias.version === target.version);
  if (counted.length >= 10) {
    const what =
      switches.aliasLimit === 'per-model' ? `registered model '${model.name}'` : `version ${target.version}`;
    throw limitReached(session, `Cannot have more than 10 aliases per ${what}.`);
  }
}

/** Aliases of a version, or of the whole model, spelled as the switch says. */
export function aliasesOf({ switches }: CallContext, model: Model, version?: number): Alias[] {
  return [...model.aliases.values()]
    .filter((alias) => version === undefined || alias.version === version)
    .map((alias) => ({
      ...alias,
      alias: switches.aliasCaseReturned === 'lower' ? alias.alias.toLowerCase() : alias.alias,
    }));
}
