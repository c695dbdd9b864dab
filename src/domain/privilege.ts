import { formatFullName, schemaNameOf, type FullName } from './full-name.ts';

/** Kinds of securables on the path of a model; Databricks files a registered model under FUNCTION. */
export type SecurableType = 'metastore' | 'catalog' | 'schema' | 'function';

/** A securable by type and dotted name. */
export interface Securable {
  readonly type: SecurableType;
  readonly name: string;
}

/** The securable that a registered model is to grants: type FUNCTION (uc-protocol §10.1). */
export function modelSecurable(name: FullName): Securable {
  return { type: 'function', name: formatFullName(name) };
}

/** The schema of a model. */
export function schemaSecurable(name: FullName): Securable {
  return { type: 'schema', name: schemaNameOf(name) };
}

/** The catalog of a model. */
export function catalogSecurable(name: FullName): Securable {
  return { type: 'catalog', name: name.catalog };
}

/** The metastore of a registry that has a single one, which nothing names. */
export const METASTORE: Securable = { type: 'metastore', name: '' };

/** The securable and its parents, nearest first: a model, its schema, its catalog. Metastores are not named. */
export function securablePath(securable: Securable): Securable[] {
  const levels = securable.name.split('.');
  const path = [securable];
  if (securable.type === 'function') path.push({ type: 'schema', name: levels.slice(0, 2).join('.') });
  if (securable.type === 'function' || securable.type === 'schema')
    path.push({ type: 'catalog', name: levels[0] ?? '' });
  return path;
}

/** True when both are the same object: names compare without case, as Unity Catalog stores them in lower case. */
export function sameSecurable(a: Securable, b: Securable): boolean {
  return a.type === b.type && a.name.toLowerCase() === b.name.toLowerCase();
}

/** The same text for every spelling of an object, as {@link sameSecurable} compares. */
export function securableKey({ type, name }: Securable): string {
  return `${type} ${name.toLowerCase()}`;
}

/** The securable as a sentence names it: `model prod.ml_team.fraud_detection`, `schema prod.ml_team`. */
export function formatSecurable(securable: Securable): string {
  if (securable.type === METASTORE.type && securable.name === METASTORE.name) return 'the metastore';
  return `${securable.type === 'function' ? 'model' : securable.type} ${securable.name}`;
}

/** Canonical spelling: upper case with underscores. An open string, since the platform grows new ones. */
export type Privilege = string;

/** `use catalog` or `USE_CATALOG` to the canonical `USE_CATALOG`. */
export function canonicalPrivilege(text: string): Privilege {
  return text
    .trim()
    .toUpperCase()
    .replace(/[\s_]+/gu, '_');
}

/** The privilege as SQL spells it. */
export function sqlPrivilege(privilege: Privilege): string {
  return privilege.replaceAll('_', ' ');
}

/** One privilege of an assignment and where it was inherited from (absent when granted directly). */
export interface EffectivePrivilege {
  readonly privilege: Privilege;
  readonly inheritedFrom?: Securable;
}

/** The privileges that one principal holds on a securable. `principal` may be empty for a deleted one. */
export interface PrivilegeAssignment {
  readonly principal: string;
  readonly privileges: readonly EffectivePrivilege[];
}

/**
 * An attribute-based policy that grants privileges or denies them, or of which it is not known what it does; no list of
 * grants shows it (uc-protocol §10.2).
 */
export interface AccessPolicy {
  readonly name: string;
  readonly kind: 'grants' | 'denies' | 'unknown';
  readonly privileges: readonly Privilege[];
  readonly to: readonly string[];
  /** Those of `to` whom it does not concern. */
  readonly except: readonly string[];
}

/** Who a token belongs to, and the groups that the workspace lists for them. */
export interface Caller {
  /** What grants name: a user's e-mail, a service principal's application id. */
  readonly principal: string;
  /** Every spelling under which grants or ownership may name the caller. */
  readonly alsoKnownAs: readonly string[];
  readonly displayName?: string;
  readonly kind: 'user' | 'service-principal' | 'unknown';
  readonly groups: readonly string[];
  /** Ids of these groups. A group of the workspace alone is among them, and may bear the name of one that grants name. */
  readonly groupIds?: readonly string[];
  /** True when only direct groups are listed, so that nested ones may be lacking (uc-protocol §10.4). */
  readonly groupsIncomplete?: true;
  /** Under which lists of members name the caller. */
  readonly id?: string;
  readonly workspaceId?: string;
}

/** What an action is about to do to a model: the words of the `operations` input. */
export const OPERATIONS = [
  'read',
  'copy',
  'create-model',
  'create-version',
  'set-alias',
  'tag',
  'describe',
  'rename',
  'delete',
  'manage-grants',
] as const;

/** One entry of {@link OPERATIONS}. */
export type Operation = (typeof OPERATIONS)[number];
