/** What may run a text of the user's, by the names that a workflow's `shell:` has for them. */
export const SHELLS = ['bash', 'sh', 'pwsh', 'python'] as const;

/** One entry of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];
