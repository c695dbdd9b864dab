import { isSameKey, TAG_KEYS } from '../../domain/tag-keys.ts';
import { tagValue, type ModelVersion, type Tag } from '../../domain/model.ts';
import type { HoldChange } from '../../plan/changes/hold.ts';
import type { TagChange } from '../../plan/changes/tag.ts';
import type { FoundHold } from './findings.ts';
import { holdKey, readHold } from './model-hold.ts';

/**
 * The hold that a version gets on its model; none where it is on hold there already, or its bytes are, under whatever number.
 * `tags` are the model's: a value under the key of its hold that does not say what it stops is written over.
 */
export function holdChanges(
  { name, version }: Pick<ModelVersion, 'name' | 'version'>,
  reason: string,
  { held, tags }: { readonly held: readonly FoundHold[]; readonly tags: readonly Tag[] },
): HoldChange[] {
  if (held.some(isOfVersion)) return [];
  return [{ kind: 'hold', name, version, ...placeOf(version, tags), to: reason }];
}

/** The tag of a version's hold, and what is there. A hold of something else is never written over: the next key is taken then. */
function placeOf(version: number, tags: readonly Tag[]): Pick<HoldChange, 'key' | 'from' | 'found'> {
  for (let nth = 0; ; nth += 1) {
    const key = holdKey(version, nth);
    const found = tagValue(tags, key);
    if (found === undefined) return { key, from: null };
    const { held, reason } = readHold(key, found);
    if (held === undefined || held.version === version) return { key, from: reason, found };
  }
}

/**
 * What lifts the holds of a version: those of its model that are of its number or its bytes, and the tag of the version itself. A
 * hold of another version of its source is of other bytes, and one that does not say what it stops may be of any: both stay.
 */
export function liftChanges(
  { name, version, tags }: ModelVersion,
  found: readonly FoundHold[],
): (HoldChange | TagChange)[] {
  const target = { kind: 'version', name, version } as const;
  return [
    ...found.filter(isOfVersion).map(({ hold }): HoldChange => ({
      kind: 'hold',
      name,
      version: hold.held?.version ?? version,
      key: hold.key,
      from: hold.reason,
      to: null,
      found: hold.value,
    })),
    ...tags
      .filter(({ key }) => isSameKey(key, TAG_KEYS.hold))
      .map(({ key, value }): TagChange => ({ kind: 'tag', target, key, from: value, to: null })),
  ];
}

/** The holds that block a version still when its own are lifted. */
export function holdsLeft(found: readonly FoundHold[]): FoundHold[] {
  return found.filter((each) => !isOfVersion(each));
}

/** Whether a hold is of the version that it stops: of its number or its bytes. That of its source does not cover its bytes. */
export function isOfVersion({ by }: FoundHold): boolean {
  return by === 'version' || by === 'bytes';
}
