import type { ColumnSpec, ModelSignature, TensorSpec } from '../domain/model-signature.ts';
import { show } from '../domain/text.ts';
import { ContentError } from './content-error.ts';
import { asObject, readDataType } from './data-type.ts';
import { canonicalDtype } from './dtype.ts';
import { readParam } from './param.ts';
import {
  isTruthy,
  JsonNumber,
  nameText,
  parsePythonJson,
  type JsonObject,
  type JsonValue,
} from './python-json.ts';

/** The three texts of `signature` in an `MLmodel` file, each JSON; null or empty for a part that is not declared. */
export interface SignatureTexts {
  readonly inputs: string | null;
  readonly outputs: string | null;
  readonly params: string | null;
}

/** A signature, or the one sentence that says why it cannot be read. */
export type SignatureReading =
  | { readonly ok: true; readonly signature: ModelSignature }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads a signature with the defaults of MLflow's file format. A part that is `[]` is kept as an empty list, though
 * MLflow refuses to load it: what is missing there is known (uc-protocol §8.2, §8.3; MLflow 3.17 `types/schema.py`).
 */
export function parseSignature(texts: SignatureTexts): SignatureReading {
  try {
    return {
      ok: true,
      signature: {
        inputs: readSchema(texts.inputs, 'inputs'),
        outputs: readSchema(texts.outputs, 'outputs'),
        params: readParams(texts.params),
      },
    };
  } catch (error) {
    if (error instanceof ContentError) return { ok: false, problem: error.message };
    throw error;
  }
}

function readList(text: string | null, part: string): readonly JsonValue[] | null {
  if (text === null || text === '') return null;
  let value: JsonValue;
  try {
    value = parsePythonJson(text);
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    throw new ContentError(`The ${part} of the signature cannot be read as JSON: ${error.message}.`);
  }
  if (Array.isArray(value)) return value as readonly JsonValue[];
  throw new ContentError(`The ${part} of the signature are not a JSON list.`);
}

function readSchema(text: string | null, part: string): (ColumnSpec | TensorSpec)[] | null {
  const list = readList(text, part);
  if (list === null) return null;
  const specs = list.map((value, index) => within(part, () => readSpec(value, placeOf(value, index))));
  within(part, () => {
    checkTogether(specs, list);
  });
  return specs;
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
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    throw new ContentError(`In the ${part} of the signature, ${error.message}.`);
  }
}

function placeOf(value: JsonValue, index: number, word = 'element'): string {
  const name = value instanceof Map ? (value as JsonObject).get('name') : undefined;
  return typeof name === 'string' ? `${word} ${index + 1} ("${show(name, 40)}")` : `${word} ${index + 1}`;
}

function readSpec(value: JsonValue, where: string): ColumnSpec | TensorSpec {
  const spec = asObject(value, where);
  return spec.get('type') === 'tensor' ? readTensor(spec, where) : readColumn(spec, where);
}

function readName(spec: JsonObject): { name?: string } {
  const name = spec.get('name');
  // A data frame without column names has 0, 1, 2 … for names, and MLflow writes them as numbers.
  return name === undefined || name === null ? {} : { name: nameText(name) };
}

const SCALAR_KEYS = new Set(['type', 'name', 'required']);

function readColumn(spec: JsonObject, where: string): ColumnSpec {
  const type = readDataType(spec, where);
  if (type.kind === 'scalar') {
    const unknown = [...spec.keys()].find((key) => !SCALAR_KEYS.has(key));
    if (unknown !== undefined) {
      throw new ContentError(
        `${where} has the key "${show(unknown, 40)}", and MLflow reads only type, name and required there`,
      );
    }
  }
  const given = spec.get('required');
  const required = given === undefined ? type.kind === 'scalar' : isTruthy(given);
  return { kind: 'column', ...readName(spec), required, type };
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
function checkTogether(specs: readonly (ColumnSpec | TensorSpec)[], list: readonly JsonValue[]): void {
  const unnamed = specs.filter((spec) => spec.name === undefined).length;
  if (unnamed > 0 && unnamed < specs.length) {
    throw new ContentError(`${unnamed} of ${specs.length} elements have no name; all or none must have one`);
  }
  const tensors = specs.filter((spec) => spec.kind === 'tensor').length;
  if (tensors > 0 && tensors < specs.length) throw new ContentError('columns and tensors are mixed');
  if (tensors > 1 && unnamed > 0) throw new ContentError('several tensors stand without names');
  const optional = list.findIndex(
    (spec) => spec instanceof Map && (spec as JsonObject).get('required') === false,
  );
  if (tensors === 0 && unnamed > 0 && optional >= 0) {
    throw new ContentError(
      `element ${optional + 1} is optional and has no name; only a named one can be optional`,
    );
  }
}
