import type { CommonInputs } from '../../inputs/common.ts';
import type { DescriptionChange } from '../../plan/changes/description.ts';
import type { TagChange } from '../../plan/changes/tag.ts';
import type { ActionContext } from '../contract/context.ts';
import { labelUndo, type LabelInputs } from './label-undo.ts';

/** Writes tags and descriptions, and says how to undo what was written; `alongside` reads for the next step. */
export async function writeLabels(
  context: ActionContext<CommonInputs & LabelInputs>,
  changes: readonly (TagChange | DescriptionChange)[],
  alongside?: () => Promise<unknown>,
): Promise<void> {
  const { record, inputs, destination } = context;
  try {
    await context.apply(changes, alongside);
  } finally {
    // Also when a later one failed: what was written has to be taken back all the same.
    const written = changes.filter((change) => record.wasWritten(change));
    record.undo.push(...labelUndo(written, inputs, destination.registry.commands));
  }
}
