import type { ModelPattern } from '../../domain/model-pattern.ts';
import type { Tag } from '../../domain/model.ts';
import type { AliasRule } from '../audit/alias-rule.ts';
import type { DistinctRoles } from '../separation-of-duties/lines.ts';
import type { FreezeWindow } from './freeze.ts';

/** Inputs of a step that a policy may keep at `fail`. */
export const LOCKED_CHECKS = ['check-privileges', 'on-unknown'] as const;

/** One entry of {@link LOCKED_CHECKS}. */
export type LockedCheck = (typeof LOCKED_CHECKS)[number];

/** What a version must have that a protected alias names. */
export interface VersionRequirement {
  /** Its status, as a tag. */
  readonly status?: Tag | undefined;
  readonly signature: boolean;
  /** What callers of the version that the alias names now may rely on. */
  readonly compatibility?: 'callers' | 'exact' | undefined;
  /** The models that it must be a copy of, with equal content; empty where it may be of anywhere. */
  readonly origin: readonly ModelPattern[];
  /** How old the version must be that it was copied from, milliseconds. */
  readonly minAge?: number | undefined;
  readonly distinct: readonly DistinctRoles[];
}

/** What a policy says of some models. */
export interface ModelRule {
  readonly match: readonly ModelPattern[];
  /** Which aliases they have; empty where it says nothing of them. */
  readonly aliases: readonly AliasRule[];
  /** The aliases that `require` and the freeze windows are about; undefined for all. */
  readonly protected?: readonly string[] | undefined;
  readonly require: VersionRequirement;
  readonly checks: readonly LockedCheck[];
}

/** What a policy file says. */
export interface PromotionPolicy {
  /** The first rule that matches a model decides; one that none matches may not be changed. */
  readonly models: readonly ModelRule[];
  /** How many aliases one run may move. */
  readonly maxChanges?: number | undefined;
  readonly freeze: readonly FreezeWindow[];
}
