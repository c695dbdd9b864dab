import { sameAlias } from '../domain/alias.ts';
import { messageOf, PromoteError, type ErrorCode } from '../domain/errors.ts';
import type { FullName } from '../domain/full-name.ts';
import type { ListedVersion } from '../domain/model.ts';
import type { AuditedAlias, AuditedModel } from '../policy/audit.ts';
import type { ReadContext } from './equal-versions.ts';
import { findHoldsOf } from './holds.ts';
import { checkSignature } from './signature.ts';
import type { Snapshot } from './snapshot.ts';
import { listVersions } from './version.ts';

/** What an audit looks at in each model. */
export interface AuditScope {
  /** Aliases by name; every one when empty. */
  readonly aliases: readonly string[];
  readonly signatures: boolean;
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
 * Reads everything that an audit of one model rests on. Whatever is wrong with one model is told, not thrown, so that
 * nobody hides the others behind it; throws only `cancelled` and `unauthenticated`, which hold for all of them.
 */
export async function readForAudit(
  name: FullName,
  scope: AuditScope,
  context: ReadContext,
): Promise<AuditReading> {
  const { snapshot } = context;
  try {
    const [model, versions, tags] = await Promise.all([
      snapshot.model(name),
      listUnready(name, snapshot),
      snapshot.tagsOf(name),
    ]);
    if (model === undefined)
      return { kind: 'unseen', name, reason: 'it does not exist or is hidden from the caller' };
    const wanted = model.aliases.filter(
      ({ alias }) =>
        scope.aliases.length === 0 ||
        scope.aliases.some((each) => sameAlias(each, alias, snapshot.registry.capabilities)),
    );
    const aliases = await Promise.all(
      wanted.map(async (alias): Promise<AuditedAlias> => {
        const version = await snapshot.version(name, alias.version);
        const holds = version === undefined ? [] : await findHoldsOf(version, tags, context);
        if (version?.status !== 'READY' || !scope.signatures) return { alias, version, holds };
        const { decision } = await checkSignature(name, alias.version, snapshot);
        return { alias, version, holds, signature: decision };
      }),
    );
    return { kind: 'seen', audited: { model, aliases, versions } };
  } catch (error) {
    const kind = error instanceof PromoteError ? unreadKind(error.details.code) : undefined;
    if (kind === undefined) throw error;
    return { kind, name, reason: messageOf(error) };
  }
}

/** The versions that are not READY: of the others an audit says nothing, and a model may have many. */
async function listUnready(name: FullName, snapshot: Snapshot): Promise<ListedVersion[]> {
  return listVersions(name, snapshot, ({ status }) => status !== 'READY');
}

function unreadKind(code: ErrorCode): 'unseen' | 'outage' | undefined {
  if (code === 'cancelled' || code === 'unauthenticated' || code === 'other-identity') return undefined;
  return code === 'unavailable' || code === 'rate-limited' ? 'outage' : 'unseen';
}
