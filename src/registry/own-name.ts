import { parseModelName, sameFullName, type FullName, type Naming } from '../domain/full-name.ts';
import { show } from '../domain/printable.ts';
import { protocolError } from '../http/errors.ts';

/**
 * A name in the registry's own spelling, which its response has beside what was asked for; as it was asked for where the
 * response names nothing. Throws `protocol` when the response is about another model.
 */
export function ownName(
  asked: FullName,
  named: string | null | undefined,
  naming: Naming,
  call: string,
): FullName {
  if (named == null || named === '') return asked;
  const own = parseModelName(named);
  if (own.ok && sameFullName(asked, own.value, naming)) return own.value;
  throw protocolError(`is about the model "${show(named, 100)}", and another was asked for`, call);
}
