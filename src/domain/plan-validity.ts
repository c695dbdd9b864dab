/** How long a plan is valid at most. Milliseconds. */
export const PLAN_VALIDITY = 24 * 3_600_000;
