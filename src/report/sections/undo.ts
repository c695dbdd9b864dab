import type { ManualCommands } from '../../registry/commands.ts';
import type { VersionRef } from '../../domain/change-target.ts';
import type { AliasChange } from '../../plan/changes/alias.ts';
import { code, paragraph, type Block } from '../document.ts';

/** How to take back an alias move: the action's inputs, and what people run by hand at this registry. */
export function aliasUndo(change: AliasChange<VersionRef>, commands: ManualCommands): Block[] {
  const { name, alias, from, to } = change;
  const expected =
    to === 'copy' ? 'the number of the copy as `expected-version`' : `\`expected-version: ${to ?? 'none'}\``;
  const again =
    from === null
      ? `the alias did not exist before. To delete it, run set-alias with \`delete: true\` and ${expected}`
      : `run set-alias with \`version: ${from}\` and ${expected}`;
  const command = commands.alias?.(name, alias, from);
  if (command === undefined) return [paragraph(`${again}.`)];
  return [paragraph(`${again}, or:`), code(command.language, command.text)];
}
