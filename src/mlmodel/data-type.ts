import type { DataType, ObjectProperty } from '../domain/model-signature.ts';
import { show } from '../domain/printable.ts';
import { ContentError, limitError } from './content-error.ts';
import { isTruthy, type JsonObject, type JsonValue } from './python-json.ts';

/** The scalar types of MLflow (3.17 `types/schema.py`, `DataType`). */
export const SCALAR_TYPES: ReadonlySet<string> = new Set([
  'boolean',
  'integer',
  'long',
  'float',
  'double',
  'string',
  'binary',
  'datetime',
]);

/** Deepest type that is read: arrays, objects and maps inside each other. */
export const MAX_TYPE_DEPTH = 200;

/** The value as an object, or an error that says where one was expected. */
export function asObject(value: JsonValue | undefined, where: string): JsonObject {
  if (value instanceof Map) return value as JsonObject;
  throw new ContentError(`${where} is not a JSON object`);
}

/**
 * Reads the type of a column, a property, an item or a value from the object that carries its `type` key, with all
 * that MLflow's reader forgives (further keys) and refuses (`Array`, `Object`, `Map` in 3.17 `types/schema.py`).
 *
 * @throws {ContentError} naming `where`.
 */
export function readDataType(spec: JsonObject, where: string, depth = 0): DataType {
  if (depth > MAX_TYPE_DEPTH) throw limitError(`a type is nested deeper than ${MAX_TYPE_DEPTH} levels`);
  const type = spec.get('type');
  if (type === undefined) throw new ContentError(`${where} has no type`);
  switch (type) {
    case 'array':
      return {
        kind: 'array',
        items: readDataType(asObject(spec.get('items'), `items of ${where}`), where, depth + 1),
      };
    case 'map': {
      const values = asObject(spec.get('values'), `values of ${where}`);
      const valueType = readDataType(values, where, depth + 1);
      // MLflow reads a map of Spark vectors as the vector alone; what it enforces is what counts.
      return values.get('type') === 'sparkml_vector' ? valueType : { kind: 'map', values: valueType };
    }
    case 'object':
      return { kind: 'object', properties: readProperties(spec, where, depth) };
    case 'any':
      return { kind: 'any' };
    case 'sparkml_vector':
      return { kind: 'sparkml-vector' };
    default:
      if (typeof type === 'string' && SCALAR_TYPES.has(type)) return { kind: 'scalar', type };
      throw new ContentError(
        typeof type === 'string'
          ? `${where} has the type "${show(type, 40)}", which MLflow does not know`
          : `the type of ${where} is not a text`,
      );
  }
}

function readProperties(spec: JsonObject, where: string, depth: number): ObjectProperty[] {
  const entries = [...asObject(spec.get('properties'), `properties of ${where}`)];
  if (entries.length === 0) throw new ContentError(`${where} is an object without properties`);
  return entries.map(([name, value]) => {
    const inside = `property "${show(name, 40)}" in ${where}`;
    // MLflow passes the name as a keyword argument beside `cls`, and fails on this one.
    if (name === 'cls') throw new ContentError(`${inside} has a name that MLflow cannot read`);
    const property = asObject(value, inside);
    const type = readDataType(property, inside, depth + 1);
    // A bare vector is no property to MLflow; inside an array it is.
    if (type.kind === 'sparkml-vector' && property.get('type') === 'sparkml_vector') {
      throw new ContentError(`${inside} is a Spark vector, which MLflow refuses inside an object`);
    }
    const required = property.get('required');
    return { name, required: required === undefined || isTruthy(required), type };
  });
}
