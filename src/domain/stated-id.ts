import { invalidInputs, type PromoteError } from './errors.ts';
import { show } from './printable.ts';

/** An id that the caller gives, and the input, variable or profile that it comes from. */
export interface StatedId {
  readonly value: string;
  readonly from: string;
}

const FORMS = [/^\d+$/u, /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu];

/**
 * Whether two ids name different things: both are numbers or both are UUIDs, and they differ. Ids of other forms cannot
 * be compared, as a workspace may be given by another id than its number (auth-and-http §3.5).
 */
export function contradicts(stated: string, actual: string): boolean {
  const form = FORMS.find((each) => each.test(stated));
  return form?.test(actual) === true && plain(stated) !== plain(actual);
}

function plain(id: string): string {
  return id.toLowerCase().replace(/^0+(?=\d+$)/u, '');
}

/** The error of an id that the server contradicts: both are named, and nothing was written. */
export function contradiction(
  { value, from }: StatedId,
  actual: string,
  what: 'workspace' | 'account' | 'principal',
): PromoteError {
  const problem = `it names the ${what} ${show(value, 60)}, but the host reports ${show(actual, 60)}.`;
  const fix = `Correct the ${what}, or use the host that belongs to it.`;
  return invalidInputs([{ input: from, problem, fix }], { code: 'other-identity' });
}
