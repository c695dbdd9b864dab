import type { DataType, ParamSpec } from '../domain/model-signature.ts';
import { propertiesByName } from '../domain/object-properties.ts';
import { show } from '../domain/printable.ts';
import { ContentError } from './content-error.ts';
import { asObject, readDataType } from './data-type.ts';
import { isDatetimeText } from './datetime-text.ts';
import { fitsInside } from './object-value.ts';
import { isTruthy, JsonNumber, pythonText, toPlain, type JsonObject, type JsonValue } from './python-json.ts';

/**
 * Reads one parameter: `type` (older files: `dtype`) is a scalar but not `binary`, or `object`; `shape` is null or
 * `[-1]`; the default has that type and shape; a name of any kind is made a text (MLflow 3.17 `types/schema.py`, `ParamSpec`).
 *
 * @throws {ContentError} naming `where`.
 */
export function readParam(value: JsonValue, where: string): ParamSpec {
  const spec = asObject(value, where);
  const name = spec.get('name');
  if (name === undefined) throw new ContentError(`${where} has no name`);
  const fallback = spec.get('default');
  if (fallback === undefined) throw new ContentError(`${where} has no default`);
  const type = readType(spec, where);
  const shape = readShape(spec.get('shape') ?? null, where);
  checkDefault(fallback, type, shape, where);
  return { name: pythonText(name), type, default: toDefault(fallback, type), shape };
}

/** Python turns a whole number into a float where the type asks for one. */
function toDefault(value: JsonValue, type: DataType): unknown {
  if (type.kind !== 'scalar' || (type.type !== 'float' && type.type !== 'double')) return toPlain(value);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => toDefault(item, type));
  return value instanceof JsonNumber ? Number(value.text) : toPlain(value);
}

function readType(spec: JsonObject, where: string): DataType {
  const newer = spec.get('type');
  const older = newer !== undefined && isTruthy(newer) ? undefined : spec.get('dtype');
  const type = readDataType(older === undefined ? spec : new Map([['type', older]]), where);
  if (type.kind === 'object' || (type.kind === 'scalar' && type.type !== 'binary')) return type;
  throw new ContentError(`${where} has a type that MLflow does not allow for a param`);
}

function readShape(shape: JsonValue, where: string): readonly number[] | null {
  if (shape === null) return null;
  const [length, ...rest] = Array.isArray(shape) ? (shape as readonly JsonValue[]) : [];
  if (length instanceof JsonNumber && length.toValue() === -1 && rest.length === 0) return [-1];
  throw new ContentError(`the shape of ${where} is neither null nor [-1]`);
}

function checkDefault(
  value: JsonValue,
  type: DataType,
  shape: readonly number[] | null,
  where: string,
): void {
  if (shape !== null) {
    if (!Array.isArray(value))
      throw new ContentError(`the default of ${where} is not a list, as its shape requires`);
    for (const item of value as readonly JsonValue[]) checkScalar(item, type, where);
  } else if (type.kind === 'object') {
    checkObject(asObject(value, `the default of ${where}`), type, where);
  } else {
    checkScalar(value, type, where);
  }
}

function checkObject(value: JsonObject, type: DataType & { kind: 'object' }, where: string): void {
  const declared = propertiesByName(type.properties);
  for (const { name } of declared.required) {
    if (!value.has(name)) {
      throw new ContentError(`the default of ${where} lacks the property "${show(name, 40)}"`);
    }
  }
  for (const key of value.keys()) {
    if (!declared.byName.has(key)) {
      throw new ContentError(`the default of ${where} has the undeclared property "${show(key, 40)}"`);
    }
  }
  for (const { name, required, type: inner } of type.properties) {
    const property = value.get(name);
    if (property !== undefined && !fitsInside(property, inner, required)) {
      throw new ContentError(`the default of ${where} does not fit the property "${show(name, 40)}"`);
    }
  }
}

function checkScalar(value: JsonValue, type: DataType, where: string): void {
  if (value === null || (type.kind === 'scalar' && fits(value, type.type))) return;
  const declared = type.kind === 'scalar' ? type.type : type.kind;
  throw new ContentError(`the default of ${where} is not a valid ${declared}`);
}

function fits(value: JsonValue, type: string): boolean {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
    case 'long':
      return value instanceof JsonNumber && value.integer;
    case 'float':
    case 'double':
      return value instanceof JsonNumber && (!value.integer || Number.isFinite(Number(value.text)));
    case 'datetime':
      return typeof value === 'string' && isDatetimeText(value);
    default:
      return typeof value === 'string';
  }
}
