/** Who takes part in a promotion, in the order in which they act. */
export const ROLES = ['trainer', 'requester', 'approver', 'promoter'] as const;

/** One entry of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** What each role means: for messages and pages. */
export const ROLE_MEANINGS: Readonly<Record<Role, string>> = {
  trainer: 'who created the version',
  requester: 'who started the workflow run',
  approver: "who approved the run's environment",
  promoter: 'the principal that the action is signed in as',
};
