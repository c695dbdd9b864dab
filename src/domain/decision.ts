import type { TextPlace } from './text-place.ts';

/** How a check is taken: `fail` refuses, `warn` says and goes on, `off` is not made (and the verdict says so). */
export const CHECK_MODES = ['fail', 'warn', 'off'] as const;

/** One entry of {@link CHECK_MODES}. */
export type CheckMode = (typeof CHECK_MODES)[number];

/** One thing that a check found. */
export interface Finding {
  /** A stable word for reports and tests, such as `signature-outputs-missing`. */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  /** What the first line of the page says of it, without a final period; default: nothing. */
  readonly headline?: string;
  /** What the reader does about it. */
  readonly fix?: string;
  /** The line of a file of the repository that it is about. */
  readonly place?: TextPlace;
}

/** What a policy decides: allowed unless a finding is an error. */
export interface Decision {
  readonly allowed: boolean;
  readonly findings: readonly Finding[];
}

/** What a check says that this registry has nothing for, and why; never the same as a pass. */
export interface NotApplicable {
  readonly notApplicable: string;
}

/** A decision from its findings. */
export function decide(findings: readonly Finding[]): Decision {
  return { allowed: findings.every((finding) => finding.severity !== 'error'), findings };
}

/**
 * The same decision under a check mode: `warn` turns errors into warnings. What a policy decided beside it, such as every row
 * of grants that it looked at, is left out.
 */
export function underMode({ allowed, findings }: Decision, mode: CheckMode): Decision {
  if (mode === 'fail') return { allowed, findings };
  return decide(
    findings.map((finding) =>
      finding.severity === 'error' ? { ...finding, severity: 'warning' as const } : finding,
    ),
  );
}
