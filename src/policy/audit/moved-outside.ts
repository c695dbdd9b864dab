import { formatFullName } from '../../domain/full-name.ts';
import { show } from '../../domain/printable.ts';
import { recordKey, unreadableRecords } from '../alias/history.ts';
import type { AuditFamily } from './family.ts';
import { aliasPlace, type AuditFinding } from './finding.ts';
import { movedFinding, openMoves } from './open-move.ts';
import type { AuditedModel, AuditWants } from './model.ts';
import { isAudited } from './scope.ts';

/** Whether an alias is where the record of its moves says: who moved it otherwise, an audit log alone knows. */
export const MOVED_OUTSIDE: AuditFamily = {
  kinds: [
    {
      code: 'moved-outside',
      severity: 'warning',
      meaning:
        'the [record of moves](tags.md#the-record-of-moves) exists, and the alias names neither `to` nor `from` of its newest entry, or is gone although neither of them is `null`; with `warehouse-id` also: it names `from`, and the audit log has a move to `to` and a later one back, since that entry',
      cause:
        'A person, a notebook or another tool moved or deleted it. With `warehouse-id` the audit log says who and when; without it the mover is unknown.',
      fix: 'Find out who moved it, by `warehouse-id` or in the audit log of the workspace. If the move was wrong, move the alias back with `set-alias`; the next recorded move ends this finding.',
    },
    {
      code: 'record-unreadable',
      severity: 'warning',
      meaning:
        'a tag `uc_promote_moves_…` of the model has no entry that can be read, so that nobody sees whether the alias was moved',
      cause: 'Something else wrote or cut the tag, perhaps to hide a move.',
      fix: 'Find out who wrote the tag and what the alias should name. Delete the tag; the next recorded move begins a new record.',
    },
  ],
  find: (audited, wants) => [...movedAliases(audited, wants), ...damagedRecords(audited, wants)],
};

function movedAliases(audited: AuditedModel, wants: AuditWants): AuditFinding[] {
  return openMoves(audited, wants)
    .filter(({ isBack }) => !isBack)
    .map((move) => movedFinding(move, undefined));
}

function damagedRecords({ name, tags, aliases }: AuditedModel, wants: AuditWants): AuditFinding[] {
  return unreadableRecords(tags).flatMap(({ key }): AuditFinding[] => {
    const alias = aliases.find((each) => recordKey(each.alias, wants.rules) === key);
    // Of which alias it was, the name of the tag does not say where the alias is gone.
    const isWanted = alias === undefined ? wants.aliases.length === 0 : isAudited(alias.alias, wants);
    if (!isWanted) return [];
    return [
      {
        ...(alias === undefined ? { model: formatFullName(name) } : aliasPlace(name, alias)),
        code: 'record-unreadable',
        severity: 'warning',
        message: `The tag ${show(key, 60)} of ${formatFullName(name)}, a record of moves, has no entry that can be read: whether the alias was moved is unknown.`,
        fix: 'Find out who wrote the tag and what the alias should name. Delete the tag; the next recorded move begins a new record.',
      },
    ];
  });
}
