import { counted } from '../../domain/count.ts';
import type { Tag } from '../../domain/model.ts';
import { ALIAS_RECORD_PREFIX, isModelHoldKey, TAG_KEYS } from '../../domain/tag-keys.ts';
import { readRecord } from '../../policy/alias/history.ts';
import { holdSentence } from '../../policy/hold/findings.ts';
import { readHold } from '../../policy/hold/model-hold.ts';
import { paragraph, table, type Section } from '../document.ts';
import { authorText } from './alias-history.ts';

/** The tags of an object, `when` they are so. */
export function tagsSection(tags: readonly Tag[], when: 'now' | 'afterwards'): Section {
  const rows = tags.map(({ key, value }) => [key, tagText(key, value)]);
  return {
    title: `Tags ${when}: ${tags.length}`,
    folded: true,
    blocks: [tags.length === 0 ? paragraph('None.') : table(['Key', 'Value'], rows)],
  };
}

/** The value of a tag as people read it: a record of moves and a hold in words. */
function tagText(key: string, value: string): string {
  if (isModelHoldKey(key)) return holdText(key, value);
  if (key !== TAG_KEYS.moves && !key.startsWith(ALIAS_RECORD_PREFIX)) return value;
  const { moves, dropped } = readRecord(value);
  if (moves.length === 0) return 'moves of an alias, in a format that this release cannot read';
  return [
    ...moves.map((move) => `${move.from ?? 'none'} → ${move.to ?? 'none'} by ${authorText(move)}`),
    ...(dropped === 0 ? [] : [`${counted(dropped, 'older move')} not kept`]),
  ].join('; ');
}

function holdText(key: string, value: string): string {
  const hold = readHold(key, value);
  if (hold.held === undefined) return `a hold that does not say what it stops: ${value}`;
  const { version, origin } = hold.held;
  return `${version === undefined ? (origin ?? 'bytes') : `version ${version}`} is ${holdSentence(hold)}`;
}
