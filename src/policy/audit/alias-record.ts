import { sameAlias } from '../../domain/alias.ts';
import { tagValue } from '../../domain/model.ts';
import { judgeHistory, movesOf, recordedAliases, recordKey, type AliasHistory } from '../alias/history.ts';
import type { AuditedAlias, AuditedModel, AuditWants } from './model.ts';
import { isAudited } from './scope.ts';

/** What the record of an alias says of what it names now. */
export interface RecordedAlias {
  readonly alias: string;
  /** What the alias names now; null for nothing. */
  readonly now: number | null;
  readonly history: AliasHistory;
}

/** The histories of all audited aliases that are there, and of those that are recorded and gone. */
export function recordedOf(audited: AuditedModel, wants: AuditWants): RecordedAlias[] {
  const { tags, aliases } = audited;
  const gone = recordedAliases(tags, wants.rules).filter(
    (alias) => isAudited(alias, wants) && !aliases.some((each) => sameAlias(each.alias, alias, wants.rules)),
  );
  return [
    ...audited.audited.map((entry) => recorded(entry.alias.alias, entry, audited, wants)),
    ...gone.map((alias) => recorded(alias, undefined, audited, wants)),
  ];
}

function recorded(
  alias: string,
  entry: AuditedAlias | undefined,
  { tags }: AuditedModel,
  { rules }: AuditWants,
): RecordedAlias {
  const now = entry?.alias.version ?? null;
  const text = tagValue(tags, recordKey(alias, rules)) ?? null;
  return { alias, now, history: judgeHistory(movesOf(alias, text, entry?.version, rules), now) };
}
