import { sameAlias, type AliasRules } from '../../domain/alias.ts';
import { tagValue, type Alias, type ModelVersion, type Tag } from '../../domain/model.ts';
import { ALIAS_RECORD_PREFIX } from '../../domain/tag-keys.ts';
import { movesOf, readRecord, recordedAliases, recordKey, type MoveEntry } from '../alias/history.ts';

/** An alias of a model, or one that it had, with what is recorded of its moves. */
export interface RecordedAlias {
  readonly alias: string;
  /** What it names; null for nothing. */
  readonly now: number | null;
  /** Newest first. */
  readonly moves: readonly MoveEntry[];
  /** How many older moves its record has lost. */
  readonly lost: number;
}

/** What is recorded of the aliases of a model. */
export interface AliasRecords {
  readonly aliases: readonly RecordedAlias[];
  /** Keys of the tags that are a record of moves, of which nobody can read of which alias or what. */
  readonly unreadable: readonly string[];
}

/** Everything that the tags of a model, and the versions that its aliases name, record of its aliases. */
export function aliasRecords(
  { aliases, tags }: { readonly aliases: readonly Alias[]; readonly tags: readonly Tag[] },
  named: readonly Pick<ModelVersion, 'version' | 'tags'>[],
  rules: AliasRules,
): AliasRecords {
  const former = recordedAliases(tags, rules).filter(
    (alias) => !aliases.some((each) => sameAlias(each.alias, alias, rules)),
  );
  const all = [...aliases.map(({ alias, version }) => ({ alias, now: version })), ...former.map(deleted)];
  const records = all.map(({ alias, now }): RecordedAlias => {
    const text = tagValue(tags, recordKey(alias, rules)) ?? null;
    const version = named.find((each) => each.version === now);
    return { alias, now, moves: movesOf(alias, text, version, rules), lost: readRecord(text).dropped };
  });
  const known = new Set(all.map(({ alias }) => recordKey(alias, rules)));
  const unreadable = tags
    .filter(({ key }) => key.startsWith(ALIAS_RECORD_PREFIX))
    .filter(({ key, value }) => !known.has(key) || readRecord(value).moves.length === 0)
    .map(({ key }) => key);
  return { aliases: records, unreadable };
}

function deleted(alias: string): { readonly alias: string; readonly now: null } {
  return { alias, now: null };
}
