import type { DataType } from '../domain/model-signature.ts';
import { propertiesByName } from '../domain/object-properties.ts';
import { JsonNumber, type JsonObject, type JsonValue } from './python-json.ts';

const LONG = 2n ** 63n;

/**
 * Whether MLflow takes a JSON value for a type inside an object (3.17 `_enforce_type`). A bare whole number counts as
 * `long` there and a bare fraction as `double`: no JSON value is an `integer` or a date, and 0 and 1 alone are floats.
 */
export function fitsInside(value: JsonValue, type: DataType, required: boolean): boolean {
  switch (type.kind) {
    case 'any':
      return true;
    case 'scalar':
      return isNothing(value) && !required ? true : fitsScalar(value, type.type);
    case 'array':
    case 'sparkml-vector': {
      const items: DataType = type.kind === 'array' ? type.items : { kind: 'scalar', type: 'double' };
      if (value === null) return !required || items.kind === 'any';
      if (!Array.isArray(value)) return false;
      const list = value as readonly JsonValue[];
      if (items.kind === 'scalar') return fitsTogether(list, items.type);
      return list.every((item) => fitsInside(item, items, required));
    }
    case 'map':
      if (value === null) return !required || type.values.kind === 'any';
      if (!(value instanceof Map)) return false;
      return [...(value as JsonObject).values()].every((item) => fitsInside(item, type.values, required));
    case 'object': {
      if (!(value instanceof Map)) return value === null && !required;
      const object = value as JsonObject;
      if (object.size === 0 && !required) return true;
      const declared = propertiesByName(type.properties);
      return (
        declared.required.every((property) => object.has(property.name)) &&
        [...object].every(([key, item]) => {
          const property = declared.byName.get(key);
          return property !== undefined && fitsInside(item, property.type, property.required);
        })
      );
    }
  }
}

function isNothing(value: JsonValue): boolean {
  return value === null || (value instanceof JsonNumber && value.text === 'NaN');
}

function fitsScalar(value: JsonValue, type: string): boolean {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'long':
      return isLong(value);
    case 'float':
      return isZeroOrOne(value);
    case 'double':
      return isZeroOrOne(value) || (value instanceof JsonNumber && !value.integer);
    case 'string':
    case 'binary':
      return typeof value === 'string';
    default:
      return false;
  }
}

/** All items become one column first, so that one fraction or null among them makes all of them doubles. */
function fitsTogether(items: readonly JsonValue[], type: string): boolean {
  const given = items.filter((item) => item !== null);
  if (items.length === 0) return true;
  if (type === 'double') {
    const numbers = given.every((item) => item instanceof JsonNumber);
    const whole = items.every((item) => item instanceof JsonNumber && item.integer);
    return numbers && (!whole || items.every(isZeroOrOne));
  }
  const nullable = type === 'boolean' || type === 'string' || type === 'binary' || type === 'datetime';
  return (nullable || given.length === items.length) && given.every((item) => fitsScalar(item, type));
}

function isLong(value: JsonValue): boolean {
  if (!(value instanceof JsonNumber) || !value.integer) return false;
  const whole = BigInt(value.text);
  return whole >= -LONG && whole < LONG;
}

function isZeroOrOne(value: JsonValue): boolean {
  return (
    value instanceof JsonNumber && value.integer && (Number(value.text) === 0 || Number(value.text) === 1)
  );
}
