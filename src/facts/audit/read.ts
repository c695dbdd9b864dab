import { messageOf, PromoteError, type ErrorCode } from '../../domain/errors.ts';
import type { FullName } from '../../domain/full-name.ts';
import type { Alias, ListedVersion, Tag } from '../../domain/model.ts';
import { Memo, once } from '../../domain/once.ts';
import type { AuditedAlias, AuditedModel, AuditWants } from '../../policy/audit/model.ts';
import { targetsOf } from '../../policy/audit/rollback-target.ts';
import { isAudited } from '../../policy/audit/scope.ts';
import type { VersionRequirement } from '../../policy/promotion-policy/policy.ts';
import { isProtected } from '../../policy/promotion-policy/rule.ts';
import type { ReadContext } from '../equal-versions.ts';
import { findHoldsOf } from '../holds.ts';
import { readAuditedOrigin } from '../policy-origin.ts';
import { checkSignature } from '../signature.ts';
import type { Snapshot } from '../snapshot.ts';
import { listVersions } from '../version.ts';
import { compareFiles, type FileComparison } from './compared-files.ts';
import type { EndpointsByModel } from './endpoints.ts';
import { unusedVersions } from './unused.ts';

/** What an audit looks at in each model. */
export interface AuditScope {
  readonly wants: AuditWants;
  readonly signatures: boolean;
  /** How files are compared; `off` compares none. */
  readonly verify: FileComparison | 'off';
  readonly unused: boolean;
  /** Absent where endpoints cannot be listed. */
  readonly endpoints?: EndpointsByModel | undefined;
}

/**
 * A model as it was read, or why it was not: the registry refused or its response about this model makes no sense
 * (`unseen`), or nothing responds (`outage`).
 */
export type AuditReading = { readonly kind: 'seen'; readonly audited: AuditedModel } | Unread;

/** A model that was not read, and why. */
export interface Unread {
  readonly kind: 'unseen' | 'outage';
  readonly name: FullName;
  readonly reason: string;
}

/**
 * Reads everything that an audit of one model rests on: two requests for the model and its versions, one for each version
 * that an alias names, and one for its signature. Where a policy demands an origin, each version of a protected alias takes a list of
 * its files, and its source one too and a request. Whatever is wrong with one model is reported, not thrown, so that nobody hides
 * the others behind it; throws only `cancelled` and `unauthenticated`, which hold for all of them.
 */
export async function readForAudit(
  name: FullName,
  scope: AuditScope,
  context: ReadContext,
): Promise<AuditReading> {
  const { snapshot } = context;
  try {
    const [model, listed] = await Promise.all([readModel(name, snapshot), listCompactly(name, snapshot)]);
    if (model === undefined)
      return { kind: 'unseen', name, reason: 'it does not exist or is hidden from the caller' };
    const read = await readAliases({ name, ...model }, scope, context);
    const endpoints = scope.endpoints?.of(name);
    const audited: AuditedModel = { name, ...model, ...listed, audited: read, endpoints };
    if (!scope.unused) return { kind: 'seen', audited };
    const kept = targetsOf(audited, scope.wants).map(({ version }) => version);
    return { kind: 'seen', audited: { ...audited, unused: await unusedVersions(audited, kept, context) } };
  } catch (error) {
    const kind = error instanceof PromoteError ? unreadKind(error.details.code) : undefined;
    if (kind === undefined) throw error;
    return { kind, name, reason: messageOf(error) };
  }
}

/** Aliases and tags of a model, by one request. */
async function readModel(
  name: FullName,
  snapshot: Snapshot,
): Promise<{ readonly aliases: readonly Alias[]; readonly tags: readonly Tag[] } | undefined> {
  if (snapshot.registry.capabilities.tags !== 'none') return snapshot.extras(name);
  const model = await snapshot.model(name);
  return model === undefined ? undefined : { aliases: model.aliases, tags: [] };
}

async function readAliases(
  model: Pick<AuditedModel, 'name' | 'aliases' | 'tags'>,
  scope: AuditScope,
  context: ReadContext,
): Promise<AuditedAlias[]> {
  const wanted = model.aliases.filter(({ alias }) => isAudited(alias, scope.wants));
  const guarded = new Set(wanted.filter((alias) => isGuarded(alias, scope)).map(({ version }) => version));
  // Several aliases may name one version: it is read once.
  const versions = new Memo<Omit<AuditedAlias, 'alias'>>();
  return Promise.all(
    wanted.map(async (alias): Promise<AuditedAlias> => {
      const { version } = alias;
      const demanded = guarded.has(version) ? scope.wants.byPolicy?.require : undefined;
      const { signature, ...read } = await versions.get(String(version), () =>
        readVersion(version, model, { ...scope, demanded }, context),
      );
      return { alias, ...read, ...(scope.signatures || isGuarded(alias, scope) ? { signature } : {}) };
    }),
  );
}

/** Whether a policy demands something of the version of an alias. */
function isGuarded({ alias }: Alias, { wants: { byPolicy, rules } }: AuditScope): boolean {
  return byPolicy !== undefined && isProtected(byPolicy, alias, rules);
}

async function readVersion(
  number: number,
  { name, tags }: Pick<AuditedModel, 'name' | 'tags'>,
  {
    signatures,
    verify,
    demanded,
  }: Pick<AuditScope, 'signatures' | 'verify'> & { readonly demanded: VersionRequirement | undefined },
  context: ReadContext,
): Promise<Omit<AuditedAlias, 'alias'>> {
  const { snapshot } = context;
  const version = await snapshot.version(name, number);
  if (version === undefined) return { holds: [] };
  const holds = await findHoldsOf(version, tags, context);
  const compare = once(() => compareFiles(version, verify === 'off' ? 'listing' : verify, context));
  const origin =
    demanded !== undefined && demanded.origin.length > 0
      ? { origin: { read: await readAuditedOrigin(version, compare, context) } }
      : {};
  if (version.status !== 'READY') return { version, holds, ...origin };
  const isSigned = signatures || demanded?.signature === true;
  return {
    version,
    holds,
    ...origin,
    ...(isSigned ? { signature: (await checkSignature(name, number, snapshot)).decision } : {}),
    ...(verify === 'off' ? {} : { files: await compare() }),
  };
}

/** The versions of a model: of those that are READY the number alone, as a model may have many. */
async function listCompactly(
  name: FullName,
  snapshot: Snapshot,
): Promise<{ readonly ready: ReadonlySet<number>; readonly unready: readonly ListedVersion[] }> {
  const ready = new Set<number>();
  const unready = await listVersions(name, snapshot, ({ status, version }) => {
    if (status === 'READY') ready.add(version);
    return status !== 'READY';
  });
  return { ready, unready };
}

function unreadKind(code: ErrorCode): 'unseen' | 'outage' | undefined {
  if (code === 'cancelled' || code === 'unauthenticated' || code === 'other-identity') return undefined;
  return code === 'unavailable' || code === 'rate-limited' ? 'outage' : 'unseen';
}
