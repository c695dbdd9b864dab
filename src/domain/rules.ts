import { tagValue, type ModelVersion } from './model.ts';
import { isSameKey, TAG_KEYS } from './tag-keys.ts';

/** What a policy file may demand of every step; empty without one. Policy files come later, their place is here. */
export interface Rules {
  /** Tags that a version must carry before an alias may name it. */
  readonly requiredTags: readonly { readonly key: string; readonly value: string }[];
}

/** No rule beyond the built-in ones. */
export const NO_RULES: Rules = { requiredTags: [] };

/** Why no action may take this version, or undefined; the key counts in any case of its letters. */
export function holdOf({ tags }: Pick<ModelVersion, 'tags'>): string | undefined {
  return tagValue(tags, TAG_KEYS.hold) ?? tags.find(({ key }) => isSameKey(key, TAG_KEYS.hold))?.value;
}
