import type { AuditFinding } from './finding.ts';
import type { AuditedModel, AuditWants } from './model.ts';

/** A row of the table of findings: what an audit can find, what it means, and what to do about it. */
export interface FindingKind {
  /** A stable word. */
  readonly code: string;
  readonly severity: AuditFinding['severity'];
  /** What was found, without a final period. */
  readonly meaning: string;
  /** How it comes about, and what to do, each a sentence. */
  readonly cause: string;
  readonly fix: string;
  /** The input without which it is not looked for. */
  readonly needs?: string;
}

/** Findings that belong together, and how they are found in one model. */
export interface AuditFamily {
  readonly kinds: readonly FindingKind[];
  readonly find: (audited: AuditedModel, wants: AuditWants) => readonly AuditFinding[];
}
