import { readCommandLine, shellWordIn } from '../domain/command-line.ts';
import type { InputFault } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import { SHELLS } from '../domain/shell.ts';
import { defaulted, duration, oneOf, optional, text, type InputsOf, type RawInputs } from './fields.ts';
import { lines } from './lines.ts';

/** Inputs of every action that validates a version by a command of the user's. */
export const VALIDATION_INPUTS = {
  'validate-command': optional(text, {
    description:
      'Command that validates the copy: a program and its arguments, run without a shell, so that `&&`, `|`, `>` and `$NAME` are `invalid`. It gets `MODEL_URI`, `MODEL_NAME` and `MODEL_VERSION`; its exit code decides.',
  }),
  'validate-shell': optional(oneOf(SHELLS), {
    description:
      "What runs the text of `validate-command`, as a workflow's `run:` does: `bash` (`-e -o pipefail`), `sh` (`-e`), `pwsh` or `python`. Default: none.",
  }),
  'validate-env': optional(lines, {
    description:
      'Lines: names of environment variables that the command gets too. No secret is among its variables unless named here; it can reach the token of the step all the same (docs/validate-before-deployment.md).',
    mayBeEmpty: true,
  }),
  'validate-timeout': defaulted(duration, { description: 'How long the command may run.', default: '15m' }),
};

/** The inputs of {@link VALIDATION_INPUTS} as values. */
export type ValidationInputs = InputsOf<typeof VALIDATION_INPUTS>;

/** Faults of these inputs together: what only a shell reads, where none is named. */
export function validationFaults(inputs: Partial<ValidationInputs>, raw: RawInputs): InputFault[] {
  const command = inputs['validate-command'];
  const isShellGiven = raw['validate-shell'] !== undefined;
  if (command === undefined) {
    return !isShellGiven
      ? []
      : [
          {
            input: 'validate-shell',
            problem: 'it is given without a validate-command.',
            fix: 'Add the validate-command that it is to run, or leave it out.',
          },
        ];
  }
  return isShellGiven ? [] : commandLineFaults(command);
}

function commandLineFaults(command: string): InputFault[] {
  const line = readCommandLine(command);
  const word = shellWordIn(line);
  if (word !== undefined) return [faultOf(word)];
  if (line.openQuote === undefined) return [];
  return [
    {
      input: 'validate-command',
      problem: `a quote (${line.openQuote}) is opened in it and never closed.`,
      fix: 'Close it. A word with an apostrophe in it belongs in double quotes.',
    },
  ];
}

function faultOf(word: string): InputFault {
  const shown = show(word, 80);
  const problem = /[\r\n]/u.test(word)
    ? `"${shown}" goes on in a second line, which only a shell reads, and no shell reads it.`
    : `"${shown}" means something to a shell only, and no shell reads it.`;
  return {
    input: 'validate-command',
    problem,
    fix: `Call a script that has these commands, or add "validate-shell: bash" (or ${SHELLS.slice(1).join(', ')}), which runs the text as the run: of a workflow does. An argument with such a character belongs in quotes.`,
  };
}
