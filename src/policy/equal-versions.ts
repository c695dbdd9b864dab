import { decide, type Decision, type Finding } from '../domain/decision.ts';
import { foreignHold } from '../domain/hold.ts';
import type { Naming } from '../domain/full-name.ts';
import { cameFromVersion, formatModelUri } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion } from '../domain/model.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import { show } from '../domain/printable.ts';
import { isRegistered, markedOrigin, mayBeOrigin } from './origin.ts';

/** A version that is another one's equal, and what shows it. */
export interface EqualVersion {
  readonly version: ModelVersion;
  readonly by: 'source' | 'bytes';
}

/** Where a version came from, as its record says, or as the registry does; undefined for one that is no copy. */
export function originOf({ tags, source }: ModelVersion): string | undefined {
  return tagValue(tags, TAG_KEYS.origin) ?? (cameFromVersion(source) ? source : undefined);
}

/** The version that a version was copied from; undefined for one that was registered from something else. */
export function copiedFrom(version: ModelVersion): string | undefined {
  const origin = originOf(version);
  return origin !== undefined && isRegistered(origin, version.source) ? undefined : origin;
}

/** Of the versions of a model those that came from an origin or have a recorded digest, but for one of them. */
export function equalsOf(
  versions: readonly ModelVersion[],
  wanted: {
    readonly origin: string | undefined;
    readonly content: string | undefined;
    readonly except: number;
  },
  naming: Naming,
): EqualVersion[] {
  const from = wanted.origin === undefined ? undefined : markedOrigin(wanted.origin, naming);
  return versions.flatMap((version): EqualVersion[] => {
    if (version.version === wanted.except) return [];
    const origin = originOf(version);
    if (origin !== undefined && from !== undefined && mayBeOrigin(origin, from))
      return [{ version, by: 'source' }];
    const content = tagValue(version.tags, TAG_KEYS.digest);
    return content !== undefined && content === wanted.content ? [{ version, by: 'bytes' }] : [];
  });
}

/** Whether anything equal is on hold: what stops a version stops its bytes, whatever number they come back under. */
export function decideEqualHolds(equals: readonly EqualVersion[]): Decision {
  return decide(
    equals.flatMap(({ version, by }): Finding[] => {
      const hold = foreignHold(version);
      if (hold === undefined) return [];
      const source =
        copiedFrom(version) === undefined
          ? 'was registered from the same source'
          : 'is a copy of the same version';
      const why = by === 'source' ? source : 'has the same content';
      return [
        {
          code: 'equal-on-hold',
          severity: 'error',
          message: `${formatModelUri(version.name, version.version)}, which ${why}, is on hold: ${show(hold, 300)}.`,
          fix: 'Remove that hold once its reason is resolved (tag-status with remove-tags: uc_promote_hold), or use a version with other content.',
        },
      ];
    }),
  );
}
