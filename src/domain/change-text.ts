import type { Change, ChangeTarget } from './change.ts';
import { formatFullName } from './full-name.ts';
import { formatModelUri } from './model-uri.ts';
import { cut } from './printable.ts';

const MAX_VALUE = 120;

function shown(value: string | number | null, absent: string): string {
  if (value === null) return absent;
  return value === '' ? '(empty)' : cut(String(value), MAX_VALUE);
}

function fromTo(change: {
  readonly from: string | number | null;
  readonly to: string | number | null;
}): string {
  return `${shown(change.from, '(none)')} → ${shown(change.to, '(removed)')}`;
}

function of(target: ChangeTarget): string {
  const name = formatFullName(target.name);
  return target.kind === 'version' ? `version ${target.version} of ${name}` : name;
}

/**
 * A change as one line of plain words: `prod.ml_team.fraud_detection@Champion 6 → 8`. `(none)` stands for what did
 * not exist, `(removed)` for what shall not, `(empty)` for an empty text; values are cut after 120 characters. Not escaped.
 */
export function formatChange(change: Change): string {
  switch (change.kind) {
    case 'alias':
      return `${formatFullName(change.name)}@${change.alias} ${fromTo(change)}`;
    case 'record':
      return `record of ${formatFullName(change.name)}@${change.alias} ${fromTo(change)}`;
    case 'tag':
      return `tag ${cut(change.key, MAX_VALUE)} of ${of(change.target)}: ${fromTo(change)}`;
    case 'description':
      return `description of ${of(change.target)}: ${fromTo(change)}`;
    case 'create-model':
      return `create model ${formatFullName(change.name)}${change.owner === undefined ? '' : `, owner ${change.owner}`}`;
    case 'owner':
      return `owner of ${formatFullName(change.name)}: ${fromTo(change)}`;
    case 'copy':
      return `copy ${formatModelUri(change.source.name, change.source.version)} → ${formatFullName(change.destination)}`;
    case 'delete-version':
      return `delete unfinished version ${change.version} of ${formatFullName(change.name)}`;
  }
}
