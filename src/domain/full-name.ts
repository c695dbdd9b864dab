import { show, type Parsed } from './text.ts';

/** A registered model's three-level name in Unity Catalog. */
export interface FullName {
  readonly catalog: string;
  readonly schema: string;
  readonly model: string;
}

/** The name as text, `catalog.schema.model`. */
export function formatFullName(name: FullName): string {
  return `${name.catalog}.${name.schema}.${name.model}`;
}

/** `catalog.schema` of a name. */
export function schemaNameOf(name: FullName): string {
  return `${name.catalog}.${name.schema}`;
}

/** True when both name the same model: Unity Catalog stores object names in lower case. */
export function sameFullName(a: FullName, b: FullName): boolean {
  return formatFullName(a).toLowerCase() === formatFullName(b).toLowerCase();
}

// Unity Catalog refuses these in object names (docs.databricks.com, names: period, space, slash, controls).
const FORBIDDEN = /[\s/\p{Cc}]/u;
const EXAMPLE = 'Write catalog.schema.model, for example prod.ml_team.fraud_detection.';

/** Reads `catalog.schema.model`; a model URI is refused with the name that was probably meant. */
export function parseFullName(text: string): Parsed<FullName> {
  const trimmed = text.trim();
  const uri = /^models:\/+([^/@]+)(?:[/@].*)?$/u.exec(trimmed);
  if (uri?.[1] !== undefined) {
    return {
      ok: false,
      problem: `"${show(trimmed)}" is a model URI, and a name is asked for.`,
      fix: `Write ${show(uri[1])}.`,
    };
  }
  const levels = trimmed.split('.');
  const [catalog, schema, model] = levels;
  if (levels.length !== 3 || !catalog || !schema || !model) {
    const count =
      trimmed === ''
        ? 'is empty'
        : `has ${levels.filter((level) => level !== '').length} level(s), not three`;
    return { ok: false, problem: `"${show(trimmed)}" ${count}.`, fix: EXAMPLE };
  }
  if (levels.some((level) => FORBIDDEN.test(level) || level.length > 255)) {
    return {
      ok: false,
      problem: `"${show(trimmed)}" has a character that Unity Catalog forbids in a name (space, slash, control), or a level over 255 characters.`,
      fix: EXAMPLE,
    };
  }
  return { ok: true, value: { catalog, schema, model } };
}
