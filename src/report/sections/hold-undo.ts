import { formatFullName } from '../../domain/full-name.ts';
import type { CallAgain } from '../../inputs/call-again.ts';
import type { HoldChange } from '../../plan/changes/hold.ts';
import type { Block } from '../document.ts';
import { callBlocks } from './call-again.ts';

/** How to take back a hold that was set, or to set one again that was lifted: by tag-status. */
export function holdUndo({ name, version, from, to }: HoldChange, again: CallAgain): Block[] {
  const object = { model: formatFullName(name), version };
  // An input is not to be empty, and a hold may have been without a reason.
  const inputs =
    to === null
      ? { ...object, hold: from === null || from === '' ? 'set again' : from }
      : { ...object, 'lift-hold': true };
  const what = to === null ? 'To set the hold again, run tag-status' : 'To lift the hold, run tag-status';
  return callBlocks(again, what, 'tag-status', inputs);
}
