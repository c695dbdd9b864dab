/** What a policy file may demand of every step; empty without one. Policy files come later, their place is here. */
export interface Rules {
  /** Tags that a version must carry before an alias may name it. */
  readonly requiredTags: readonly { readonly key: string; readonly value: string }[];
}

/** No rule beyond the built-in ones. */
export const NO_RULES: Rules = { requiredTags: [] };
