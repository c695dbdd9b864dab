import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Crockford's letters: without I, L, O and U. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Letters of a code, five bits each. 60 bits are too many to find another plan for a code that is given; whoever makes both plans
 * could find two alike, so that who applies one compares its digest too.
 */
const LENGTH = 12;

const PREFIX = 'UCP';

/** A value as RFC 8785 writes it; throws where JSON has no form for it (a number without end, half of a surrogate pair). */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('A value without a form in JSON.');
  return text;
}

/** Whether RFC 8785 has a form for a value of JSON: it has none for a text with half of a surrogate pair, or a number without end. */
export function hasCanonicalForm(value: unknown): boolean {
  try {
    canonical(value);
    return true;
  } catch {
    return false;
  }
}

/** What a digest covers of a plan. */
export interface Bound {
  readonly run: unknown;
  readonly registry: unknown;
  readonly changes: unknown;
  readonly basis: unknown;
}

/** SHA-256 of what a plan is bound to, 64 hexadecimal digits. */
export function planDigest({ run, registry, changes, basis }: Bound): string {
  return sha256Hex(canonical({ run, registry, changes, basis }));
}

/** SHA-256 of a text, 64 hexadecimal digits. */
export function sha256Hex(text: string): string {
  return sha256(text).toString('hex');
}

/**
 * The code that an approver copies from the plan's page, `UCP-7Q3K-M2XV-9TDA`: another plan and another attempt have another one. It
 * is no secret and no signature (github-apis §3.4).
 */
export function planCode(
  { repository, runId, attempt }: { repository: string; runId: string; attempt: string },
  digest: string,
): string {
  const bits = sha256(canonical({ run: { repository, runId, attempt }, digest })).readBigUInt64BE() >> 4n;
  const letters = Array.from({ length: LENGTH }, (_, index) => {
    const five = (bits >> BigInt(5 * (LENGTH - 1 - index))) & 31n;
    return LETTERS.charAt(Number(five));
  }).join('');
  return [PREFIX, letters.slice(0, 4), letters.slice(4, 8), letters.slice(8)].join('-');
}

/** Whether a person's text holds a code as a word of its own, in either case, with O for 0, I or L for 1, and marks between the letters. */
export function holdsCode(text: string, code: string): boolean {
  const letters = Array.from(code.replaceAll('-', ''), (each) => ALIKE.get(each) ?? each);
  return new RegExp(`(?<![0-9A-Z])${letters.join('[^0-9A-Z]{0,3}')}(?![0-9A-Z])`, 'i').test(text);
}

/** What people read or type in the place of a letter. */
const ALIKE = new Map([
  ['0', '[0O]'],
  ['1', '[1IL]'],
]);

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
