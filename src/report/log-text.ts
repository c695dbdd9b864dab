import { COMMAND_MARK, cut, visible } from '../domain/printable.ts';

const MAX_LINE = 16_384;

/**
 * A text as one line that is safe on stdout and stderr of an action: line ends and other unseen characters spelled
 * out, no workflow command. The runner reads `::name` at the start of a line, white space before it allowed, and
 * `##[name` anywhere in one (actions/runner `ActionCommand.cs`, `OutputManager.cs`); Azure's `##vso[` is broken with
 * it. Cut after 16,384 characters.
 */
export function escapeLogLine(text: string): string {
  return visible(cut(text, MAX_LINE).replaceAll('\t', '  '))
    .replace(COMMAND_MARK, '# ')
    .replace(/^( *):(?=:)/u, '$1: ');
}
