import { type ModelVersion, tagValue } from './model.ts';
import { isSameKey, TAG_KEYS } from './tag-keys.ts';

/** The hold of a copy whose files could not be read while it was pending, until they were read afterwards. */
export const UNVERIFIED_HOLD = 'the copy is not verified yet';

/** The hold of a copy that is not what was sent. */
export const MISMATCH_HOLD = 'the copy does not equal its source';

/** The hold that somebody put on a version; undefined for none, and for those that this tool puts on copies of its own. */
export function foreignHold({ tags }: Pick<ModelVersion, 'tags'>): string | undefined {
  return tags.find(({ key, value }) => isSameKey(key, TAG_KEYS.hold) && !isOwnHold(value))?.value;
}

function isOwnHold(value: string): boolean {
  return value === UNVERIFIED_HOLD || value === MISMATCH_HOLD;
}

/** Why no action may take this version, or undefined; the key counts in any case of its letters. */
export function holdOf({ tags }: Pick<ModelVersion, 'tags'>): string | undefined {
  return tagValue(tags, TAG_KEYS.hold) ?? tags.find(({ key }) => isSameKey(key, TAG_KEYS.hold))?.value;
}
