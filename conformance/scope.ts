/** Every model that the suite makes begins with this; nothing else is ever written, read or deleted. */
export const PREFIX = 'uc_promote_conformance_';

/** Description of every scratch model: by prefix and description a later run knows what it may delete. */
export const MARKER = 'Scratch model of the conformance suite of uc-promote. It may be deleted.';

/** A run and a logged model that no workspace has. */
export const NO_RUN = '0'.repeat(32);
export const NO_LOGGED_MODEL = `m-${'0'.repeat(32)}`;

/** A job and a serving endpoint that no workspace has; ids of jobs are random. */
export const NO_JOB = '1';
export const NO_ENDPOINT = `${PREFIX}absent`;

/** Where the suite may work. */
export interface Scope {
  /** `catalog.schema`, the first one, and a second one to copy into. */
  readonly schemas: readonly string[];
  /** `catalog.schema.model/version` of a shared catalog: its `MLmodel` is read, and nothing else of it. */
  readonly sharedVersion?: string;
  /** The SQL warehouse that runs statements about the audit log. */
  readonly warehouse?: string;
  /** Jobs of others, by id: what is read of one that the caller may view, and of one that it may not. */
  readonly job?: string;
  readonly hiddenJob?: string;
  /** The same of serving endpoints, by name. */
  readonly endpoint?: string;
  readonly hiddenEndpoint?: string;
}

/** Whether a text names one of the suite's models: three levels in a given schema, or one level that lacks them. */
export function isOwnModel({ schemas }: Pick<Scope, 'schemas'>, text: string): boolean {
  const levels = text.toLowerCase().split('.');
  const short = levels.at(-1) ?? '';
  if (!short.startsWith(PREFIX)) return false;
  return levels.length === 1 || (levels.length === 3 && isSchema({ schemas }, levels.slice(0, 2).join('.')));
}

/** Whether the name of a model is one that a run gives: the prefix, eight hexadecimal digits, a purpose. */
export function isOfRun(name: string): boolean {
  const short = name.toLowerCase().split('.').at(-1) ?? '';
  return short.startsWith(PREFIX) && /^[0-9a-f]{8}_[a-z_]+$/u.test(short.slice(PREFIX.length));
}

/** Whether a text names one of the given schemas. Names compare without case. */
export function isSchema({ schemas }: Pick<Scope, 'schemas'>, text: string): boolean {
  return schemas.some((schema) => schema.toLowerCase() === text.toLowerCase());
}

/** Whether a text names the catalog of a given schema. */
export function isCatalog({ schemas }: Scope, text: string): boolean {
  return schemas.some((schema) => schema.split('.')[0]?.toLowerCase() === text.toLowerCase());
}

/** Whether a path of the Files API lies in one of the suite's models. */
export function isOwnPath(scope: Scope, path: string): boolean {
  const [root, catalog, schema, model, ...rest] = path.replace(/^\/+/u, '').split('/');
  if (root !== 'Models' || rest.some((segment) => segment === '..' || segment === '.')) return false;
  return isOwnModel(scope, [catalog, schema, model].join('.'));
}

/** Whether a path of the Files API may be read: one of the suite's own, or `MLmodel` of the shared version. */
export function isReadablePath(scope: Scope, path: string): boolean {
  const { sharedVersion } = scope;
  return isOwnPath(scope, path) || (sharedVersion !== undefined && path === sharedFile(sharedVersion));
}

/** Path of the one file that is read of a shared version. */
export function sharedFile(sharedVersion: string): string {
  return `/Models/${sharedVersion.replaceAll('.', '/')}/MLmodel`;
}
