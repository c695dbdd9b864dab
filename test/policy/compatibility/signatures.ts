import type { ModelSignature } from '../../../src/domain/model-signature.ts';
import { parseSignature } from '../../../src/mlmodel/signature.ts';
import { compareSignatures } from '../../../src/policy/compatibility/compare.ts';

/** A part of a signature in MLflow's own spelling; null where it is not declared. */
export type Part = readonly unknown[] | null;

/** The signature that these parts spell. */
export function signature(parts: { inputs?: Part; outputs?: Part; params?: Part }): ModelSignature {
  const text = (part: Part | undefined) =>
    part === null || part === undefined ? null : JSON.stringify(part);
  const read = parseSignature({
    inputs: text(parts.inputs),
    outputs: text(parts.outputs),
    params: text(parts.params),
  });
  if (!read.ok) throw new Error(read.problem);
  return read.signature;
}

/** A column. */
export const column = (name: string, type = 'double', required = true) => ({ type, name, required });
/** A tensor. */
export const tensor = (dtype: string, shape: readonly number[], name?: string) => ({
  type: 'tensor',
  'tensor-spec': { dtype, shape },
  ...(name === undefined ? {} : { name }),
});
/** A required column of an object. */
export const object = (name: string, properties: object) => ({
  type: 'object',
  properties,
  name,
  required: true,
});
/** A param. */
export const param = (
  name: string,
  type: string,
  value: unknown,
  shape: readonly number[] | null = null,
) => ({
  name,
  type,
  default: value,
  shape,
});

/** Class, kind and path of each change. */
export function changes(
  before: Part,
  after: Part,
  part: 'inputs' | 'outputs' | 'params' = 'inputs',
): string[] {
  return compareSignatures(
    signature({ [part]: before }),
    signature({ [part]: after }),
    'callers',
  ).changes.map((change) => `${change.class} ${change.kind} ${change.path}`);
}
