import type { Outcome } from '../../domain/outcome.ts';

/** How many findings of each severity an audit has. */
export interface FindingCounts {
  readonly errors: number;
  readonly warnings: number;
}

/**
 * What becomes of the issue of an audit: open while something is found, closed by an audit that saw everything and found nothing. One
 * that did not see everything and found nothing says nothing, so that the issue stays as it is. Notes are not counted.
 */
export function issueState(
  { errors, warnings }: FindingCounts,
  outcome: Outcome,
): 'open' | 'closed' | 'unchanged' {
  if (errors + warnings > 0) return 'open';
  return outcome === 'ok' ? 'closed' : 'unchanged';
}
