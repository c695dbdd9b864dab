import { formatFullName } from '../../domain/full-name.ts';
import type { CallAgain } from '../../inputs/call-again.ts';
import type { Change } from '../../plan/change.ts';
import { paragraph, type Block } from '../document.ts';
import { callBlocks } from './call-again.ts';

/** How to take back what was written of a model itself, last first: inputs of manage-model. */
export function modelUndo(changes: readonly Change[], again: CallAgain): Block[] {
  return changes.toReversed().flatMap((change): Block[] => {
    const undo = (inputs: Parameters<typeof callBlocks>[3]) =>
      callBlocks(again, 'Run manage-model', 'manage-model', inputs);
    switch (change.kind) {
      case 'create-model':
        return undo({ model: formatFullName(change.name), delete: true });
      case 'owner':
        return undo({ model: formatFullName(change.name), owner: change.from });
      case 'rename-model':
        return undo({ model: formatFullName(change.renamed), 'new-name': change.name.model });
      case 'delete-model':
        return [paragraph('A deleted model cannot be restored, nor can its tags and the grants on it.')];
      default:
        return [];
    }
  });
}
