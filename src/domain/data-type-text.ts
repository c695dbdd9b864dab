import type { ColumnSpec, DataType, TensorSpec } from './model-signature.ts';

/** Characters of the text of a type, if nothing else is asked for. */
const MAX_TEXT = 120;

/**
 * A type as a reader says it: `array<string>`, `object<city: string, zip?: long>`, with `?` for optional. Longer than
 * `limit` characters it is cut, with `…` behind; what would not be shown is not walked either, so a type of any size takes
 * the same time.
 */
export function shortTypeText(type: DataType, limit = MAX_TEXT): string {
  const parts: string[] = [];
  let left = limit;
  const put = (text: string): boolean => {
    if (left > 0) parts.push(text.slice(0, left).replace(/[\uD800-\uDBFF]$/u, ''));
    left -= text.length;
    return left >= 0;
  };
  const write = (given: DataType): boolean => {
    switch (given.kind) {
      case 'scalar':
        return put(given.type);
      case 'any':
        return put('any');
      case 'sparkml-vector':
        return put('Spark ML vector');
      case 'array':
        return put('array<') && write(given.items) && put('>');
      case 'map':
        return put('map<string, ') && write(given.values) && put('>');
      case 'object': {
        if (!put('object<')) return false;
        for (const [index, { name, required, type: inner }] of given.properties.entries()) {
          if (!put(`${index === 0 ? '' : ', '}${name}${required ? '' : '?'}: `)) return false;
          if (!write(inner)) return false;
        }
        return put('>');
      }
    }
  };
  write(type);
  return `${parts.join('')}${left < 0 ? '…' : ''}`;
}

/** A shape as a reader says it: `(any × 28 × 28)`. */
export function shapeText(shape: readonly number[]): string {
  return `(${shape.map((length) => (length === -1 ? 'any' : String(length))).join(' × ')})`;
}

/** A column or tensor as a reader says it: `long`, `long, optional`, `float32 (any × 28)`. */
export function specText(spec: ColumnSpec | TensorSpec): string {
  if (spec.kind === 'tensor') return `${spec.dtype} ${shapeText(spec.shape)}`;
  return `${shortTypeText(spec.type)}${spec.required ? '' : ', optional'}`;
}
