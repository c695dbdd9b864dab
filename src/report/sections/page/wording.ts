import type { Change } from '../../../plan/change.ts';
import type { ReportedChange } from '../../document.ts';

/** What a heading says beside its sign, and the sentences under it. */
export interface Said {
  readonly change: string;
  readonly lead: string;
}

/** How a page speaks of its subject, by how the run ended. */
export interface Wording {
  readonly object: string;
  /** It ended well. */
  readonly done: Said;
  /** It would. */
  readonly planned: Said;
  /** What is left for `apply`. */
  readonly waiting?: Said;
  /** Everything already was so. */
  readonly nothing: Said;
  /** It did not end well: what of the subject stays. */
  readonly kept: string;
  /** What is left of a run that did not end well, where nothing general says it. */
  readonly left?: string;
}

/** What the sentences of a subject are made of, beside the subject. */
export interface Ended {
  readonly verdict: string;
  readonly changes: readonly ReportedChange[];
  /** What is left for `apply` to change. */
  readonly left?: readonly Change[];
}
