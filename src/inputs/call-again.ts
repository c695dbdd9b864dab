import { copyable, isCopyable } from '../domain/printable.ts';
import { quoteWord } from '../domain/shell-word.ts';
import { workflowInputs } from './workflow.ts';

/** The inputs of an action that is to be run by hand. */
export type AgainInputs = Readonly<Record<string, string | number | boolean>>;

/** How people run an action of ours by hand, where this runs. */
export interface CallAgain {
  /** What a text is: lines of a step's `with`, or a command. */
  readonly language: 'yaml' | 'shell';
  text(action: string, inputs: AgainInputs): string;
}

/** By a step of a workflow. */
export const byStep: CallAgain = {
  language: 'yaml',
  text: (_action, inputs) => workflowInputs(inputs),
};

/** By the command line, in bash, zsh and what reads words as they do. */
export const byCommand: CallAgain = {
  language: 'shell',
  text: (action, inputs) =>
    ['uc-promote', action, ...Object.entries(inputs).map(([name, value]) => flag(name, String(value)))].join(
      ' ',
    ),
};

/** A value is joined to its flag, so that none is taken for another; a lone `-` would be a stream. */
function flag(name: string, value: string): string {
  return `--${name}=${shellWord(value === '-' ? '-\n' : value)}`;
}

/** A word on one line, in which a reader sees every character: by its bytes where it cannot be seen, whatever the locale is. */
function shellWord(text: string): string {
  if (isCopyable(text)) return quoteWord(text);
  const escaped = copyable(text.replaceAll(/[\\']/gu, '\\$&'), bytesOf);
  return `$'${escaped}'`;
}

function bytesOf(character: string): string {
  return [...new TextEncoder().encode(character)]
    .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
    .join('');
}
