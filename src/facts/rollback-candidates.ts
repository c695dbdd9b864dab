import { formatModelUri } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion, type Tag } from '../domain/model.ts';
import type { FullName } from '../domain/full-name.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import type { AliasSpan } from '../policy/alias/timeline.ts';
import { originOf } from '../policy/equal-versions.ts';
import { matchHold, readHolds } from '../policy/hold/model-hold.ts';
import { rollbackCandidates, type RollbackCandidate } from '../policy/rollback/candidates.ts';
import type { Snapshot } from './snapshot.ts';
import { listVersions, readVersions } from './version.ts';

/** As many versions as are read and listed, newest first, beside all that the alias named. */
const MOST = 25;

/** Versions to go back to, and how many older ones are not among them. */
export interface Candidates {
  readonly candidates: readonly RollbackCandidate[];
  readonly leftOut: number;
}

/** Reads the versions that an alias could be rolled back to. No file is read: what is recorded of them shows their holds. */
export async function readCandidates(
  { name, bad }: { readonly name: FullName; readonly bad: number },
  { tags, spans }: { readonly tags: readonly Tag[]; readonly spans: readonly AliasSpan[] },
  snapshot: Snapshot,
): Promise<Candidates> {
  const rows = (await listVersions(name, snapshot)).sort((a, b) => b.version - a.version);
  const wasLive = new Set(spans.map(({ version }) => version));
  const wanted = rows.filter(({ version }, index) => index < MOST || wasLive.has(version));
  const versions = await readVersions(wanted, snapshot);
  const holds = readHolds(tags);
  const { names } = snapshot.registry.capabilities;
  const heldBy = (version: ModelVersion) => {
    const origin = originOf(version);
    const content = tagValue(version.tags, TAG_KEYS.digest);
    const candidate = {
      version: version.version,
      origins: [formatModelUri(name, version.version), ...(origin === undefined ? [] : [origin])],
      ...(content === undefined ? {} : { content }),
    };
    return holds.find(
      (hold) => matchHold(hold, candidate, (number) => formatModelUri(name, number), names) !== undefined,
    )?.reason;
  };
  const isBadCut =
    rows.some(({ version }) => version === bad) && !wanted.some(({ version }) => version === bad);
  return {
    candidates: rollbackCandidates(versions, { bad, spans, heldBy }),
    leftOut: rows.length - wanted.length - (isBadCut ? 1 : 0),
  };
}
