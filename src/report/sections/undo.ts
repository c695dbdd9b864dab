import type { ManualCommands } from '../../registry/commands.ts';
import type { AliasChange } from '../../plan/changes/alias.ts';
import { code, paragraph, type Block } from '../document.ts';

/** How to take back an alias move: the action's inputs, and what people run by hand at this registry. */
export function aliasUndo(change: AliasChange, commands: ManualCommands): Block[] {
  const { name, alias, from, to } = change;
  const expected = to === null ? 'none' : String(to);
  const again =
    from === null
      ? 'The alias did not exist before. To delete it again, run set-alias with delete: true'
      : `To point it at version ${from} again, run set-alias with version: ${from} and expected-version: ${expected}`;
  const command = commands.alias?.(name, alias, from);
  if (command === undefined) return [paragraph(`${again}.`)];
  return [paragraph(`${again}, or:`), code(command.language, command.text)];
}
