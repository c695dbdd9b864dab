import type { ColumnSpec, TensorSpec } from './model-signature.ts';

type Spec = ColumnSpec | TensorSpec;

/** A name, or a place that stands for one, as the key of a map. */
export type NameKey = string | number | bigint | boolean;

/**
 * A declared name as a data frame distinguishes names: the number 0 is another name than the text "0", and `true` another than
 * 1. Undefined for one without a name, and for a list or an object, which Python cannot look up.
 */
export function nameKey({ name, rawName }: Spec): NameKey | undefined {
  switch (typeof rawName) {
    case 'undefined':
      return name;
    case 'number':
    case 'bigint':
    case 'boolean':
      return rawName;
    default:
      return undefined;
  }
}

/** A declared name as a dict of Python distinguishes names, to which `true` is 1 and `false` is 0. */
export function dictKey(spec: Spec): NameKey | undefined {
  return typeof spec.rawName === 'boolean' ? Number(spec.rawName) : nameKey(spec);
}

/**
 * What MLflow looks for in place of a declared name: the name, or where Python calls it false (an empty text, 0, `false`)
 * the place of the column (3.17 `types/schema.py`, `input_names`).
 */
export function soughtKey(spec: Spec, index: number): NameKey | undefined {
  return isFalseName(spec) ? index : nameKey(spec);
}

/** True for no name, and for one that Python calls false. */
export function isFalseName({ name, rawName }: Spec): boolean {
  if (rawName === undefined) return name === undefined || name === '';
  if (Array.isArray(rawName)) return rawName.length === 0;
  if (typeof rawName === 'object' && rawName !== null) return Object.keys(rawName).length === 0;
  // JSON has NaN, which Python calls true.
  return rawName === 0 || rawName === false;
}
