/** How two versions are compared: not at all, for whoever calls the first, or for equality. */
export const COMPATIBILITY_MODES = ['none', 'callers', 'exact'] as const;

/** One entry of {@link COMPATIBILITY_MODES}. */
export type CompatibilityMode = (typeof COMPATIBILITY_MODES)[number];

/** What a change means to those who call the compared version or read what it gives. */
export type ChangeClass = 'breaking' | 'warning' | 'compatible';

/** What changed. The words are stable, for reports and scripts. */
export type SignatureChangeKind =
  | 'column-added-required'
  | 'column-added-optional'
  | 'column-removed'
  | 'property-added-required'
  | 'property-added-optional'
  | 'property-removed'
  | 'tensor-added'
  | 'tensor-removed'
  | 'param-added'
  | 'param-removed'
  | 'became-required'
  | 'became-optional'
  | 'type-widened'
  | 'type-changed'
  | 'dtype-changed'
  | 'rank-changed'
  | 'length-opened'
  | 'length-fixed'
  | 'length-changed'
  | 'list-changed'
  | 'default-changed'
  | 'names-added'
  | 'names-dropped'
  | 'columns-to-tensors'
  | 'tensors-to-columns'
  | 'order-changed'
  | 'name-repeated'
  | 'name-false'
  | 'reading-changed'
  | 'hints-added'
  | 'hints-dropped'
  | 'hints-decide'
  | 'example-form-changed'
  | 'declared'
  | 'undeclared'
  | 'emptied';

/** One difference between two signatures. */
export interface SignatureChange {
  /** Where: `inputs.amount`, `inputs.address.city`, `inputs.tags[]`, `inputs.scores{}`, `inputs[0]`, `params.top_k`. */
  readonly path: string;
  readonly kind: SignatureChangeKind;
  /** What stood there, as one reads it (`double`, `long, optional`, `(any × 28)`); null where there was nothing. */
  readonly before: string | null;
  /** What stands there now; null where there is nothing any more. */
  readonly after: string | null;
  readonly class: ChangeClass;
  /** One sentence, without a name in it that the path does not have. */
  readonly reason: string;
}

/** The differences of two signatures, those that break callers first, and whether the mode asked for lets them pass. */
export interface SignatureComparison {
  readonly mode: CompatibilityMode;
  readonly compatible: boolean;
  readonly changes: readonly SignatureChange[];
}

/** How many changes are of each class. */
export function countClasses(
  changes: readonly Pick<SignatureChange, 'class'>[],
): Record<ChangeClass, number> {
  const counts = { breaking: 0, warning: 0, compatible: 0 };
  for (const change of changes) counts[change.class] += 1;
  return counts;
}
