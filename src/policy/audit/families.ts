import { ALIAS_NAMES } from './alias-names.ts';
import { ALIAS_RULES } from './alias-rules.ts';
import { COMPARED_FILES } from './compared-files.ts';
import { DEMANDS } from './demands.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { AuditFamily, FindingKind } from './family.ts';
import { HOLDS } from './holds.ts';
import { MOVED_OUTSIDE } from './moved-outside.ts';
import { ORIGIN } from './origin.ts';
import { PINS } from './pins.ts';
import { REQUIRED_TAGS } from './required-tags.ts';
import { ROLLBACK_TARGET } from './rollback-target.ts';
import { SIGNATURE } from './signature.ts';
import { UNFINISHED } from './unfinished.ts';
import { UNUSED } from './unused.ts';
import { VERSION_STATE } from './version-state.ts';

/**
 * Everything that an audit looks for, in the order in which it is said. A further family is a file and a line here, and what
 * it needs is read in `facts/audit/`.
 */
export const FAMILIES: readonly AuditFamily[] = [
  VERSION_STATE,
  HOLDS,
  SIGNATURE,
  REQUIRED_TAGS,
  MOVED_OUTSIDE,
  PINS,
  ENDPOINTS,
  ORIGIN,
  COMPARED_FILES,
  DEMANDS,
  ROLLBACK_TARGET,
  ALIAS_RULES,
  ALIAS_NAMES,
  UNFINISHED,
  UNUSED,
];

/** The table of findings. */
export const FINDING_KINDS: readonly FindingKind[] = FAMILIES.flatMap(({ kinds }) => kinds);
