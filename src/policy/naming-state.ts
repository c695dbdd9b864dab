import type { AliasRules } from '../domain/alias.ts';
import type { ModelExtras } from '../domain/model.ts';
import { ALIAS_RECORD_PREFIX } from '../domain/tag-keys.ts';
import { sha256Hex } from '../plan/digest.ts';

/**
 * A text that is the same as long as every alias of a model names what it names, and the records of their moves have what they
 * have: a line each, in order.
 */
export function namingState(
  { aliases, tags }: Pick<ModelExtras, 'aliases' | 'tags'>,
  rules: Pick<AliasRules, 'aliases'>,
): string {
  const spelled = (alias: string) => (rules.aliases === 'case-insensitive' ? alias.toLowerCase() : alias);
  const named = aliases.map(({ alias, version }) => `${spelled(alias)} names ${version}`);
  const records = tags
    .filter(({ key }) => key.startsWith(ALIAS_RECORD_PREFIX))
    .map(({ key, value }) => `${key}=sha256:${sha256Hex(value)}`);
  return [...named.sort(), ...records.sort()].join('\n');
}
