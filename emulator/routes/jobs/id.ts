import { invalid } from '../../metastore/api-error.ts';
import type { Input } from '../input.ts';

/** A 64-bit id of a request, as text. */
export function idIn(input: Input, field: string): string {
  const id = maybeIdIn(input, field);
  if (id === undefined) throw invalid(`Missing value for required parameter '${field}'.`);
  return id;
}

/** {@link idIn}; `undefined` for none. */
export function maybeIdIn(input: Input, field: string): string | undefined {
  const text = input.maybeText(field);
  if (text === undefined || text === '') return undefined;
  if (!/^[0-9]{1,19}$/.test(text)) throw invalid(`Parameter '${field}' must be an integer, got '${text}'.`);
  return String(BigInt(text));
}
