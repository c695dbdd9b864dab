import type { ManualCommands } from '../../registry/commands.ts';
import { formatFullName } from '../../domain/full-name.ts';
import type { VersionRef } from '../../domain/change-target.ts';
import type { AliasChange } from '../../plan/changes/alias.ts';
import type { CallAgain } from '../../inputs/call-again.ts';
import { code, paragraph, type Block } from '../document.ts';

/** How people take something back: what they run by hand at the registry, and an action of ours again. */
export interface UndoWays {
  readonly commands: ManualCommands;
  readonly again: CallAgain;
}

/** How to take back an alias move: the action's inputs, and what people run by hand at this registry. */
export function aliasUndo(change: AliasChange<VersionRef>, { commands, again }: UndoWays): Block[] {
  const { name, alias, from, to } = change;
  const byHand = commands.alias?.(name, alias, from);
  // A copy that is only planned has no number yet that a command could name.
  if (again.language === 'shell' && to !== 'copy') {
    const inputs = {
      model: formatFullName(name),
      alias,
      ...(from === null ? { delete: true } : { version: from }),
      'expected-version': to ?? 'none',
    };
    return [
      paragraph(byHand === undefined ? 'Run:' : 'Run this, or the command below it:'),
      code(again.language, again.text('set-alias', inputs)),
      ...(byHand === undefined ? [] : [code(byHand.language, byHand.text)]),
    ];
  }
  const expected =
    to === 'copy' ? 'the number of the copy as `expected-version`' : `\`expected-version: ${to ?? 'none'}\``;
  const sentence =
    from === null
      ? `The alias did not exist before. To delete it, run set-alias with \`delete: true\` and ${expected}`
      : `Run set-alias with \`version: ${from}\` and ${expected}`;
  if (byHand === undefined) return [paragraph(`${sentence}.`)];
  return [paragraph(`${sentence}, or:`), code(byHand.language, byHand.text)];
}
