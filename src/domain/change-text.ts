import type { Change, ChangeTarget } from './change.ts';
import { formatFullName } from './full-name.ts';
import { formatModelUri } from './model-uri.ts';
import { show } from './text.ts';

/** A change as one line of plain words: `prod.ml_team.fraud_detection@Champion 6 → 8`; long values are cut. */
export function formatChange(change: Change): string {
  switch (change.kind) {
    case 'alias':
      return `${formatFullName(change.name)}@${change.alias} ${change.from ?? '(none)'} → ${change.to ?? '(none)'}`;
    case 'tag':
      return `tag ${show(change.key)} of ${of(change.target)}: ${value(change.from)} → ${value(change.to)}`;
    case 'description':
      return `description of ${of(change.target)}: ${value(change.from)} → ${value(change.to)}`;
    case 'create-model':
      return `create model ${formatFullName(change.name)}${change.owner === undefined ? '' : `, owner ${show(change.owner)}`}`;
    case 'copy':
      return `copy ${formatModelUri(change.source.name, change.source.version)} → ${formatFullName(change.destination)}`;
  }
}

function value(text: string | null): string {
  if (text === null) return '(none)';
  return text === '' ? '(empty)' : show(text);
}

function of(target: ChangeTarget): string {
  const name = formatFullName(target.name);
  return target.kind === 'version' ? `version ${target.version} of ${name}` : name;
}
