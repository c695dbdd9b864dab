import { counted } from './count.ts';
import type { Parsed } from './parsed.ts';
import { show } from './printable.ts';

/** How a registry names its models: by three levels, or by any text. */
export type Naming = 'three-level' | 'any';

/**
 * A registered model's name: three levels in Unity Catalog. A name without levels, which only some registries have,
 * is all in `model`; `catalog` and `schema` are then empty.
 */
export interface FullName {
  readonly catalog: string;
  readonly schema: string;
  readonly model: string;
}

/** The name as text, `catalog.schema.model`, or as it is where it has no levels. */
export function formatFullName(name: FullName): string {
  if (name.catalog === '') return name.model;
  return `${name.catalog}.${name.schema}.${name.model}`;
}

/** `catalog.schema` of a name. */
export function schemaNameOf(name: FullName): string {
  return `${name.catalog}.${name.schema}`;
}

/** The same text for every spelling of a name: Unity Catalog compares names without case, other registries with it. */
export function nameKey(name: FullName, naming: Naming): string {
  return spelled(formatFullName(name), naming);
}

/** A text made of names in the one spelling in which it is compared. */
export function spelled(text: string, naming: Naming): string {
  return naming === 'three-level' ? text.toLowerCase() : text;
}

/** True when both name the same model. */
export function sameFullName(a: FullName, b: FullName, naming: Naming): boolean {
  return nameKey(a, naming) === nameKey(b, naming);
}

// Unity Catalog refuses these in object names (docs.databricks.com, names: period, space, slash, controls); half a
// character is none that a request could carry.
const FORBIDDEN = /[\s/\p{Cc}\p{Cs}]/u;
const EXAMPLE = 'Write catalog.schema.model, for example prod.ml_team.fraud_detection.';

/** What is wrong with a name that has backticks around it or around its levels, as SQL writes it, or quotes around it. */
export function quotedFault(text: string): (Parsed<never> & { readonly ok: false }) | undefined {
  const [, , inside] = /^(["'])(.+)\1$/u.exec(text) ?? [];
  const inTicks = /(?:^|\.)`[^`]*`(?=\.|$)/u.test(text);
  if (inside === undefined && !inTicks) return undefined;
  return {
    ok: false,
    problem: `"${show(text)}" is in quotes, which belong to SQL or YAML and are not part of a name.`,
    fix: `Write ${show(inside ?? text.replaceAll('`', ''))}.`,
  };
}

/** Reads `catalog.schema.model`; a model URI is refused with the name that was probably meant. */
export function parseFullName(text: string): Parsed<FullName> {
  const trimmed = text.trim();
  const uri = /^models:\/+([^/@]+)(?:[/@].*)?$/u.exec(trimmed);
  if (uri?.[1] !== undefined) {
    return {
      ok: false,
      problem: `"${show(trimmed)}" is a model URI, but a name is expected.`,
      fix: `Write ${show(uri[1])}.`,
    };
  }
  const quoted = quotedFault(trimmed);
  if (quoted !== undefined) return quoted;
  const levels = trimmed.split('.');
  const [catalog, schema, model] = levels;
  if (levels.length !== 3 || !catalog || !schema || !model) {
    const count =
      trimmed === ''
        ? 'is empty'
        : `has ${counted(levels.filter((level) => level !== '').length, 'level')}, not three`;
    return { ok: false, problem: `"${show(trimmed)}" ${count}.`, fix: EXAMPLE };
  }
  if (levels.some((level) => FORBIDDEN.test(level) || level.length > 255)) {
    return {
      ok: false,
      problem: `"${show(trimmed)}" contains a character that Unity Catalog does not allow in a name (space, slash, control character), or a level with more than 255 characters.`,
      fix: EXAMPLE,
    };
  }
  return { ok: true, value: { catalog, schema, model } };
}

/**
 * Reads a name as a registry of any naming may have it: three levels where the text has them, else the whole text.
 * What no registry takes is refused: an empty name, slashes and colons (mlflow `utils/validation.py`), controls, half a
 * character.
 */
export function parseModelName(text: string): Parsed<FullName> {
  const levels = parseFullName(text);
  if (levels.ok) return levels;
  if (text.trim() === '' || /[/:\p{Cc}\p{Cs}]/u.test(text.trim()))
    return {
      ...levels,
      atAnyNaming: {
        problem: `"${show(text.trim())}" is empty, or contains a slash, a colon or a control character, which MLflow does not allow in a name.`,
        fix: 'Write the name of the registered model, such as fraud_detection.',
      },
    };
  return { ok: true, value: { catalog: '', schema: '', model: text.trim() } };
}
