import type { Parsed } from './parsed.ts';
import { show } from './printable.ts';

/** Longest alias that Unity Catalog accepts (uc-protocol §5: 255, mlflow/mlflow#8445). */
const MAX_LENGTH = 255;

/** What a registry says of aliases. */
export interface AliasRules {
  /** How alias names compare, or that there are none. */
  readonly aliases: 'case-insensitive' | 'case-sensitive' | 'none';
  /** How many a model has at most by the documentation of the registry; null where it says nothing. */
  readonly documentedAliases: number | null;
}

/**
 * Reads an alias name by the registry's rules: letters, digits, `_` and `-`, at most 255 characters, neither
 * `latest` nor `v` followed by digits (MLflow `utils/validation.py`; checked only on the server for UC).
 */
export function parseAlias(text: string): Parsed<string> {
  const alias = text.trim();
  const shown = show(alias, 60);
  if (alias === '') return { ok: false, problem: 'it is blank.', fix: 'Write a name such as Champion.' };
  if (alias.startsWith('@')) {
    return { ok: false, problem: `"${shown}" begins with "@".`, fix: `Write ${show(alias.slice(1), 60)}.` };
  }
  if (alias.length > MAX_LENGTH) {
    return {
      ok: false,
      problem: `it has ${alias.length} characters; at most ${MAX_LENGTH} are allowed.`,
      fix: 'Shorten it.',
    };
  }
  if (alias.toLowerCase() === 'latest') {
    return {
      ok: false,
      problem: `"${shown}" is reserved by the registry.`,
      fix: 'Choose another name, such as Champion.',
    };
  }
  if (/^v\d+$/iu.test(alias)) {
    return {
      ok: false,
      problem: `"${shown}" is reserved: "v" followed by digits means a version number.`,
      fix: 'Choose another name, such as Champion, or give the number as version.',
    };
  }
  if (!/^[\p{L}\p{N}_-]+$/u.test(alias)) {
    return {
      ok: false,
      problem: `"${shown}" contains a character that is not allowed in an alias.`,
      fix: 'Use letters, digits, "_" and "-".',
    };
  }
  return { ok: true, value: alias };
}

/** True when both name the same alias at a registry. */
export function sameAlias(a: string, b: string, { aliases }: Pick<AliasRules, 'aliases'>): boolean {
  return aliases === 'case-insensitive' ? a.toLowerCase() === b.toLowerCase() : a === b;
}
