import type { ModelVersion } from '../domain/model.ts';
import { sha256Hex } from './digest.ts';

/** How many digits of the digest of its tags the state of a version has. */
const TAG_DIGITS = 16;

/**
 * What shows that a version is still the one that was decided on: its status, when it was made, its tags by their digest, and the
 * aliases that it says name it. It differs for another version that got the same number.
 */
export function versionState({ status, createdAt, tags, aliases }: ModelVersion): string {
  const made = createdAt === undefined ? 'at an unknown time' : `at ${new Date(createdAt).toISOString()}`;
  const pairs = tags.map(({ key, value }) => [key, value]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  const tagged =
    pairs.length === 0 ? 'no tags' : `tags ${sha256Hex(JSON.stringify(pairs)).slice(0, TAG_DIGITS)}`;
  const names = aliases.map(({ alias }) => alias).sort();
  return `${status}, made ${made}, ${tagged}${names.length === 0 ? '' : `, named by ${names.join(', ')}`}`;
}
