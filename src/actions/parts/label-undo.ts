import type { ValueChange } from '../../apply/value.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import { labelUndo, type LabelInputs } from '../../report/sections/label-undo.ts';
import type { ActionContext } from '../contract/context.ts';

/** Says how to undo what was written of tags and descriptions: also when a later one failed, it has to be taken back. */
export function noteLabelUndo(
  { record, inputs, destination }: ActionContext<CommonInputs & LabelInputs>,
  changes: readonly ValueChange[],
): void {
  const written = changes.flatMap((change) =>
    (change.kind === 'tag' || change.kind === 'description') && record.wasWritten(change) ? [change] : [],
  );
  record.undo.push(
    ...labelUndo(written, inputs, { commands: destination.registry.commands, again: record.again }),
  );
}
