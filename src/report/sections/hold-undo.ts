import { formatFullName } from '../../domain/full-name.ts';
import { workflowInputs } from '../../inputs/workflow.ts';
import type { HoldChange } from '../../plan/changes/hold.ts';
import { code, paragraph, type Block } from '../document.ts';

/** How to take back a hold that was set, or to set one again that was lifted: inputs of tag-status. */
export function holdUndo({ name, version, from, to }: HoldChange): Block[] {
  const object = { model: formatFullName(name), version };
  // An input is not to be empty, and a hold may have been without a reason.
  const inputs =
    to === null
      ? { ...object, hold: from === null || from === '' ? 'set again' : from }
      : { ...object, 'lift-hold': true };
  const what =
    to === null ? 'The hold is set again by tag-status with:' : 'The hold is lifted by tag-status with:';
  return [paragraph(what), code('yaml', workflowInputs(inputs))];
}
