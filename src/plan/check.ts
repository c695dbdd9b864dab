import type { CheckMode, Decision } from '../domain/decision.ts';

/** A check by name, and what it found. */
export interface Check {
  /** In the reader's words: `Signature`, `Privileges`. */
  readonly name: string;
  readonly mode: CheckMode;
  /** Null when the action ended before it, when its mode is `off`, and when it is not applicable. */
  readonly decision: Decision | null;
  /** One sentence for the case that nothing was found. */
  readonly passed: string;
  /** Why the registry has nothing that this could check; absent where it has. */
  readonly notApplicable?: string;
}
