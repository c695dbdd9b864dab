import { holdOf } from '../../domain/hold.ts';
import { tagValue, type ModelVersion, type ModelVersionStatus } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type { AliasSpan } from '../alias/timeline.ts';

/** A version that an alias could be rolled back to, with what is known of it. */
export interface RollbackCandidate {
  readonly version: number;
  readonly status: ModelVersionStatus;
  /** When the alias named it, by its record: newest first. */
  readonly live: readonly Pick<AliasSpan, 'since' | 'until'>[];
  /** Digest of its content as it is recorded. */
  readonly digest: string | null;
  /** Why it is on hold; null where it is not. */
  readonly hold: string | null;
}

/** What holds a version on its model: the reason, or undefined. */
export type HeldBy = (version: ModelVersion) => string | undefined;

/** The versions that an alias could be rolled back to, newest first, with those that it cannot be, and why. */
export function rollbackCandidates(
  versions: readonly ModelVersion[],
  {
    bad,
    spans,
    heldBy,
  }: { readonly bad: number; readonly spans: readonly AliasSpan[]; readonly heldBy: HeldBy },
): RollbackCandidate[] {
  return versions
    .filter(({ version }) => version !== bad)
    .sort((a, b) => b.version - a.version)
    .map((version) => ({
      version: version.version,
      status: version.status,
      live: spans
        .filter((span) => span.version === version.version && span.gap === undefined)
        .map(({ since, until }) => ({
          ...(since === undefined ? {} : { since }),
          ...(until === undefined ? {} : { until }),
        })),
      digest: tagValue(version.tags, TAG_KEYS.digest) ?? null,
      hold: holdOf(version) ?? heldBy(version) ?? null,
    }));
}
