import { formatFullName } from '../../../domain/full-name.ts';
import { show } from '../../../domain/printable.ts';
import type { PlannedChange } from '../../../plan/change.ts';
import type { ModelSubject } from '../../subject.ts';
import { sentence } from './sentence.ts';
import type { Ended, Wording } from './wording.ts';

/** How a page speaks of a registered model itself. */
export function modelWording({ name }: ModelSubject, { verdict, changes }: Ended): Wording {
  const made = changes.filter(({ state }) => state !== 'not-needed').map(({ change }) => change);
  const change = made.map(modelChangeText).join(', ');
  return {
    object: formatFullName(name),
    done: { change, lead: `${sentence(verdict)} It was read back.` },
    planned: { change, lead: `Nothing was written. ${sentence(verdict)}` },
    nothing: { change: 'everything is already as requested', lead: sentence(verdict) },
    kept: 'the model was not changed as requested',
  };
}

/** A change of a model as a part of a sentence about it. */
export function modelChangeText(change: PlannedChange): string {
  switch (change.kind) {
    case 'create-model':
      return 'created';
    case 'owner':
      return `owner ${show(change.from, 60)} → ${show(change.to, 60)}`;
    case 'description':
      return change.to === '' ? 'description removed' : 'description changed';
    case 'rename-model':
      return `renamed to ${change.renamed.model}`;
    case 'delete-model':
      return 'deleted';
    default:
      return '';
  }
}
