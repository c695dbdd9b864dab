import type { ColumnSpec, DataType, ModelSignature, TensorSpec } from '../domain/model-signature.ts';
import { show } from '../domain/printable.ts';
import { ContentError, explained } from './content-error.ts';
import { asObject, readDataType, SCALAR_TYPES } from './data-type.ts';
import { canonicalDtype } from './dtype.ts';
import { readParam } from './param.ts';
import {
  isTruthy,
  JsonNumber,
  nameText,
  parsePythonJson,
  toPlain,
  type JsonObject,
  type JsonValue,
} from './python-json.ts';
import { rulesFor, type ReleaseRules } from './release.ts';

/** The three texts of `signature` in an `MLmodel` file, each JSON; null or empty for a part that is not declared. */
export interface SignatureTexts {
  readonly inputs: string | null;
  readonly outputs: string | null;
  readonly params: string | null;
}

/** A signature, or the one sentence that says why it cannot be read. */
export type SignatureReading =
  | { readonly ok: true; readonly signature: ModelSignature }
  | {
      readonly ok: false;
      readonly problem: string;
      /** Set where nothing is wrong with it, but it has more than we read. */
      readonly isLimit?: true;
    };

/**
 * Reads a signature with the defaults of MLflow's file format, as the newest release does or as the one that wrote it. A
 * part that is `[]` is kept as an empty list, though MLflow refuses to load it: what is missing there is known
 * (uc-protocol §8.2, §8.3; MLflow 3.17 `types/schema.py`, and 2.9, 2.16).
 */
export function parseSignature(texts: SignatureTexts, mlflowVersion?: string): SignatureReading {
  const [first, ...others] = rulesFor(mlflowVersion);
  const reading = readBy(first, texts);
  if (reading.ok) return reading;
  for (const rules of others) {
    const other = readBy(rules, texts);
    if (other.ok) return other;
  }
  return reading;
}

function readBy(rules: ReleaseRules, texts: SignatureTexts): SignatureReading {
  try {
    const inputs = readSchema(texts.inputs, 'inputs', rules);
    const outputs = readSchema(texts.outputs, 'outputs', rules);
    const isOlder = [inputs, outputs].some((part) => part?.saysOptional === true);
    return {
      ok: true,
      signature: {
        inputs: inputs?.specs ?? null,
        outputs: outputs?.specs ?? null,
        params: readParams(texts.params),
        ...(isOlder ? { onlyReadBy: 'MLflow 2.4 to 2.17' } : {}),
      },
    };
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    return { ok: false, problem: error.message, ...(error.isLimit ? { isLimit: true } : {}) };
  }
}

function readList(text: string | null, part: string): readonly JsonValue[] | null {
  if (text === null || text === '') return null;
  const value = explained(
    (problem) => `The ${part} of the signature cannot be read as JSON: ${problem}.`,
    () => parsePythonJson(text),
  );
  if (Array.isArray(value)) return value as readonly JsonValue[];
  throw new ContentError(`The ${part} of the signature are not a JSON list.`);
}

/** A list of columns or tensors. */
interface Schema {
  readonly specs: (ColumnSpec | TensorSpec)[];
  /** True where a scalar column says `optional`, which newer releases refuse. */
  readonly saysOptional: boolean;
}

function readSchema(text: string | null, part: string, rules: ReleaseRules): Schema | null {
  const list = readList(text, part);
  if (list === null) return null;
  const specs = list.map((value, index) => within(part, () => readSpec(value, placeOf(value, index), rules)));
  within(part, () => {
    checkTogether(specs, list, rules);
  });
  const saysOptional = list.some((value) => value instanceof Map && usesOptional(value as JsonObject));
  return { specs, saysOptional };
}

function readParams(text: string | null): ModelSignature['params'] {
  const params = readList(text, 'params')?.map((value, index) =>
    within('params', () => readParam(value, placeOf(value, index, 'param'))),
  );
  if (params === undefined) return null;
  const names = new Set<string>();
  for (const { name } of params) {
    if (names.has(name)) {
      throw new ContentError(`In the params of the signature, "${show(name, 40)}" is declared twice.`);
    }
    names.add(name);
  }
  return params;
}

/** Runs a reader of one element and puts the part's name in front of what it complains about. */
function within<T>(part: string, read: () => T): T {
  return explained((problem) => `In the ${part} of the signature, ${problem}.`, read);
}

function placeOf(value: JsonValue, index: number, word = 'element'): string {
  const name = value instanceof Map ? (value as JsonObject).get('name') : undefined;
  return typeof name === 'string' ? `${word} ${index + 1} ("${show(name, 40)}")` : `${word} ${index + 1}`;
}

function readSpec(value: JsonValue, where: string, rules: ReleaseRules): ColumnSpec | TensorSpec {
  const spec = asObject(value, where);
  return spec.get('type') === 'tensor' ? readTensor(spec, where) : readColumn(spec, where, rules);
}

function readName(spec: JsonObject): { name?: string; rawName?: unknown } {
  const name = spec.get('name');
  if (name === undefined || name === null) return {};
  // A data frame without column names has 0, 1, 2 … for names, and MLflow writes them as numbers.
  return typeof name === 'string' ? { name } : { name: nameText(name), rawName: toPlain(name) };
}

function readColumn(spec: JsonObject, where: string, rules: ReleaseRules): ColumnSpec {
  const type = readDataType(spec, where);
  if (!rules.kinds.has(type.kind))
    throw new ContentError(`${where} has a type that is unknown to its MLflow release`);
  if (type.kind === 'scalar') {
    const unknown = [...spec.keys()].find((key) => !isColumnKey(key, rules));
    if (unknown !== undefined) {
      throw new ContentError(
        `${where} has the key "${show(unknown, 40)}", but MLflow reads only type, name and ${[...rules.keys].join(' or ')} there`,
      );
    }
  }
  return { kind: 'column', ...readName(spec), required: readRequired(spec, type, where, rules), type };
}

function isColumnKey(key: string, { keys }: ReleaseRules): boolean {
  if (key === 'optional' || key === 'required') return keys.has(key);
  return key === 'type' || key === 'name';
}

function readRequired(
  spec: JsonObject,
  type: DataType,
  where: string,
  { keys, requiresNested }: ReleaseRules,
): boolean {
  const required = spec.get('required');
  const optional = keys.has('optional') ? (spec.get('optional') ?? null) : null;
  if (optional !== null) {
    if (required !== undefined && required !== null) {
      throw new ContentError(`${where} has both required and optional`);
    }
    return !isTruthy(optional);
  }
  if (keys.has('optional') && (required === undefined || required === null)) {
    return type.kind === 'scalar' || requiresNested;
  }
  return required === undefined ? type.kind === 'scalar' : isTruthy(required);
}

/** Whether a column says `optional`, which the newest release refuses in a scalar. */
function usesOptional(spec: JsonObject): boolean {
  const type = spec.get('type');
  return spec.has('optional') && typeof type === 'string' && SCALAR_TYPES.has(type);
}

function readTensor(spec: JsonObject, where: string): TensorSpec {
  const tensor = asObject(spec.get('tensor-spec'), `tensor-spec of ${where}`);
  const dtype = tensor.get('dtype');
  // numpy takes null for its default type.
  const known = dtype === null ? 'float64' : typeof dtype === 'string' ? canonicalDtype(dtype) : undefined;
  if (known === undefined) {
    const shown = typeof dtype === 'string' ? ` "${show(dtype, 40)}"` : '';
    throw new ContentError(`${where} is a tensor whose dtype${shown} is unknown`);
  }
  const shape = tensor.get('shape');
  if (!Array.isArray(shape)) throw new ContentError(`${where} is a tensor without a list as its shape`);
  return {
    kind: 'tensor',
    ...readName(spec),
    dtype: known,
    shape: (shape as readonly JsonValue[]).map((length) => readLength(length, where)),
  };
}

function readLength(length: JsonValue, where: string): number {
  const value = length instanceof JsonNumber ? length.toValue() : undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= -1) return value;
  throw new ContentError(`the shape of ${where} has an entry that is neither -1 nor a length`);
}

/** The rules over a whole list (MLflow 3.17 `types/schema.py`, `Schema`). */
function checkTogether(
  specs: readonly (ColumnSpec | TensorSpec)[],
  list: readonly JsonValue[],
  rules: ReleaseRules,
): void {
  const unnamed = specs.filter((spec) => spec.name === undefined).length;
  if (unnamed > 0 && unnamed < specs.length) {
    throw new ContentError(`${unnamed} of ${specs.length} elements have no name; all or none must have one`);
  }
  const tensors = specs.filter((spec) => spec.kind === 'tensor').length;
  if (tensors > 0 && tensors < specs.length) throw new ContentError('columns and tensors are mixed');
  if (tensors > 1 && unnamed > 0) throw new ContentError('several tensors have no names');
  const optional = specs.findIndex(
    (spec, index) => spec.kind === 'column' && isSaidOptional(spec, list[index], rules),
  );
  if (tensors === 0 && unnamed > 0 && optional >= 0) {
    throw new ContentError(
      `element ${optional + 1} is optional and has no name; only a named one can be optional`,
    );
  }
}

/** MLflow looks for `False` itself, and takes nothing at all for it in a nested type. */
function isSaidOptional(column: ColumnSpec, value: JsonValue | undefined, { keys }: ReleaseRules): boolean {
  const spec = value instanceof Map ? (value as JsonObject) : undefined;
  if (column.required || spec === undefined) return false;
  return (
    spec.get('required') === false ||
    (keys.has('optional') && spec.has('optional') && (spec.get('required') ?? null) === null)
  );
}
