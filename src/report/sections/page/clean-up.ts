import { counted } from '../../../domain/count.ts';
import { formatFullName } from '../../../domain/full-name.ts';
import { sizeText } from '../../../domain/size-text.ts';
import type { CleanUpSubject } from '../../subject.ts';
import { sentence } from './sentence.ts';
import type { Ended, Wording } from './wording.ts';

const FINAL = 'A deleted version cannot be restored.';

/** How a page speaks of versions that are deleted. */
export function cleanUpWording({ name, counts }: CleanUpSubject, { verdict, changes, left }: Ended): Wording {
  const deleted = changes.filter(
    ({ change, state }) => change.kind === 'delete-version' && state === 'done',
  ).length;
  const gone = changes.filter(
    ({ change, state }) => change.kind === 'delete-version' && state === 'not-needed',
  ).length;
  const open = changes.filter(
    ({ change, state }) => change.kind === 'delete-version' && state === 'unknown',
  ).length;
  const { going = 0, staying, freed } = counts ?? {};
  const done = counted(deleted, 'version');
  const before =
    gone === 0 ? '' : ` ${counted(gone, 'version')} ${gone === 1 ? 'was' : 'were'} gone already.`;
  const versions = counted(going, 'version');
  const stay = staying === undefined ? '' : ` ${staying} ${staying === 1 ? 'stays' : 'stay'}.`;
  const size = freed === undefined ? '' : `, with files of ${freedText(freed)}`;
  return {
    object: formatFullName(name),
    done: {
      change: `${done} deleted`,
      lead: `${done} ${deleted === 1 ? 'was' : 'were'} deleted${size}.${before}${stay} ${FINAL}`,
    },
    planned: {
      change: `${versions} to delete`,
      lead: `Nothing was deleted. ${left === undefined ? 'Without `dry-run`, this step' : '`apply`'} deletes ${versions}${size}.${stay} ${FINAL}`,
    },
    nothing: { change: 'nothing to delete', lead: `${sentence(verdict)}${stay}` },
    kept:
      counts === undefined && open === 0
        ? 'no version was deleted'
        : `${deleted} of ${versions} deleted${open === 0 ? '' : `, ${open} not confirmed`}`,
  };
}

/** The size of what goes, with how much of it was not seen. */
export function freedText({ bytes, unseen }: { readonly bytes: number; readonly unseen: number }): string {
  return unseen === 0 ? sizeText(bytes) : `${sizeText(bytes)}, without ${unseen} whose files were not seen`;
}
