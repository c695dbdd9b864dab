import type { VersionRef } from '../../../domain/change-target.ts';
import { counted } from '../../../domain/count.ts';
import { formatFullName } from '../../../domain/full-name.ts';
import { show } from '../../../domain/printable.ts';
import type { PlannedChange } from '../../../plan/change.ts';
import type { DescriptionChange } from '../../../plan/changes/description.ts';
import type { ModelSubject } from '../../subject.ts';
import { sentence } from './sentence.ts';
import type { Ended, Wording } from './wording.ts';

/** How a page speaks of a registered model itself. */
export function modelWording({ name }: ModelSubject, { verdict, changes }: Ended): Wording {
  const made = changes.filter(({ state }) => state !== 'not-needed').map(({ change }) => change);
  const [done, planned] = (['done', 'planned'] as const).map((state) =>
    made.map((change) => modelChangeText(change, state)).join(', '),
  );
  const open = changes
    .filter(({ state }) => state === 'unknown')
    .map(({ change }) => modelChangeText(change, 'planned'));
  return {
    object: formatFullName(name),
    done: {
      change: done ?? '',
      lead: `${counted(made.length, 'change')} ${made.length === 1 ? 'was' : 'were'} written and read back.`,
    },
    planned: { change: planned ?? '', lead: 'Nothing was written. Without `dry-run`, this step does it.' },
    nothing: { change: 'everything is already as requested', lead: sentence(verdict) },
    kept: open.length === 0 ? 'the model was not changed as requested' : `${open.join(', ')}, not confirmed`,
  };
}

/** A change of a model as a part of a sentence about it: that was made, or is to be. */
export function modelChangeText(change: PlannedChange, state: 'done' | 'planned'): string {
  const isDone = state === 'done';
  switch (change.kind) {
    case 'create-model':
      return isDone ? 'created' : 'create the model';
    case 'owner':
      return `owner ${show(change.from, 60)} → ${show(change.to, 60)}`;
    case 'description':
      return descriptionText(change, isDone);
    case 'rename-model':
      return `${isDone ? 'renamed' : 'rename'} to ${change.renamed.model}`;
    case 'delete-model':
      return isDone ? 'deleted' : 'delete the model';
    default:
      return '';
  }
}

function descriptionText({ from, to }: DescriptionChange<VersionRef>, isDone: boolean): string {
  if (to === '') return isDone ? 'description removed' : 'remove the description';
  if (from === '') return isDone ? 'description set' : 'set the description';
  return isDone ? 'description changed' : 'change the description';
}
