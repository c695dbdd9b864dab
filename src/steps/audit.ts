import { sameAlias } from '../domain/alias.ts';
import { hasCode, messageOf } from '../domain/errors.ts';
import type { FullName } from '../domain/full-name.ts';
import type { ListedVersion } from '../domain/model.ts';
import type { AuditedAlias, AuditedModel } from '../policy/audit.ts';
import { checkSignature } from './signature.ts';
import type { Snapshot } from './snapshot.ts';

/** What an audit looks at in each model. */
export interface AuditScope {
  /** Aliases by name; every one when empty. */
  readonly aliases: readonly string[];
  readonly signatures: boolean;
}

/** A model as it was read, or why it could not be seen. */
export type AuditReading =
  | { readonly kind: 'seen'; readonly audited: AuditedModel }
  | { readonly kind: 'unseen' | 'outage'; readonly name: FullName; readonly reason: string };

/** Reads everything that an audit of one model rests on; what the registry refuses or does not answer is told, not thrown. */
export async function readForAudit(
  name: FullName,
  scope: AuditScope,
  snapshot: Snapshot,
): Promise<AuditReading> {
  try {
    const [model, versions] = await Promise.all([snapshot.model(name), readVersions(name, snapshot)]);
    if (model === undefined)
      return { kind: 'unseen', name, reason: 'it does not exist, or the caller may not see it' };
    const wanted = model.aliases.filter(
      ({ alias }) => scope.aliases.length === 0 || scope.aliases.some((each) => sameAlias(each, alias)),
    );
    const aliases = await Promise.all(
      wanted.map(async (alias): Promise<AuditedAlias> => {
        const version = await snapshot.version(name, alias.version);
        if (version?.status !== 'READY' || !scope.signatures) return { alias, version };
        return { alias, version, signature: (await checkSignature(name, alias.version, snapshot)).decision };
      }),
    );
    return { kind: 'seen', audited: { model, aliases, versions } };
  } catch (error) {
    const refused = hasCode(error, 'permission-denied', 'not-found');
    if (!refused && !hasCode(error, 'unavailable', 'rate-limited', 'protocol')) throw error;
    return { kind: refused ? 'unseen' : 'outage', name, reason: messageOf(error) };
  }
}

async function readVersions(name: FullName, snapshot: Snapshot): Promise<ListedVersion[]> {
  const versions: ListedVersion[] = [];
  for await (const row of snapshot.registry.listModelVersions(name)) versions.push(row);
  return versions;
}
