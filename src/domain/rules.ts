import { tagValue, type ModelVersion } from './model.ts';
import { TAG_KEYS } from './tag-keys.ts';

/** What a policy file may demand of every step; empty without one. Policy files come later, their place is here. */
export interface Rules {
  /** Tags that a version must carry before an alias may name it. */
  readonly requiredTags: readonly { readonly key: string; readonly value: string }[];
}

/** No rule beyond the built-in ones. */
export const NO_RULES: Rules = { requiredTags: [] };

/** Why no action may take this version, or undefined. */
export function holdOf(version: Pick<ModelVersion, 'tags'>): string | undefined {
  return tagValue(version.tags, TAG_KEYS.hold);
}
