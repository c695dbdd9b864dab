import { readCommandLine, shellWordIn } from '../domain/command-line.ts';
import type { InputFault } from '../domain/input-fault.ts';
import { show } from '../domain/printable.ts';
import { SHELLS } from '../domain/shell.ts';
import { defaulted, duration, oneOf, optional, text, type InputsOf, type RawInputs } from './fields.ts';
import { lines } from './lines.ts';
import { namedJob } from './validation-job.ts';

/** Inputs of every action that validates a version by a command or a job of the user's. */
export const VALIDATION_INPUTS = {
  'validate-command': optional(text, {
    description:
      'Command that validates the version: a program and its arguments, run without a shell, so `&&`, `|`, `>` and `$NAME` are `invalid`. It receives the variables `MODEL_URI`, `MODEL_NAME` and `MODEL_VERSION`; its exit code decides.',
  }),
  'validate-shell': optional(oneOf(SHELLS), {
    description:
      'Shell that runs `validate-command` the way a workflow runs `run:`: `bash` (`-e -o pipefail`), `sh` (`-e`), `pwsh` or `python`. Default: no shell.',
  }),
  'validate-env': optional(lines, {
    description:
      'Names of further environment variables for the command, one per line. `MODEL_PATH` asks for the files of the version: they are downloaded and verified first, and the variable is their folder, which is deleted afterwards. Secrets are not passed unless they are named here, but the command can still reach the token of the step (docs/validate-before-deployment.md).',
    mayBeEmpty: true,
  }),
  'validate-job': optional(namedJob, {
    description:
      'What validates the version on compute of the workspace: a saved job, by id or name, that defines the job parameter `model_uri`, or `model_name` and `model_version`; or `file: scripts/validate.py`, a script of the repository that is run once, with further lines `run-as:`, `cluster:`, `environment:` and `package:`. Only its own code gives a verdict (docs/validate-before-deployment.md).',
  }),
  'validate-timeout': defaulted(duration, {
    description:
      'Time limit of the command or job. That of a job includes its queue and the start of its compute.',
    default: '15m',
  }),
  'reject-status': optional(text, {
    description:
      'Status that the version gets when the command or job refuses it, for example `rejected`. Default: the status stays.',
  }),
};

/** The variable that names the folder with the files of the version, and asks for it where it stands in `validate-env`. */
export const MODEL_PATH = 'MODEL_PATH';

/** At most one of them validates. */
export const VALIDATORS = ['validate-command', 'validate-job'] as const;

/** What a registry must have for an input. */
export const VALIDATION_NEEDS = { 'validate-job': ['jobs'] } as const;

/** The inputs of {@link VALIDATION_INPUTS} as values. */
export type ValidationInputs = InputsOf<typeof VALIDATION_INPUTS>;

/** Faults of these inputs together: what only a shell reads, where none is named. */
export function validationFaults(inputs: Partial<ValidationInputs>, raw: RawInputs): InputFault[] {
  const command = inputs['validate-command'];
  const isShellGiven = raw['validate-shell'] !== undefined;
  const rejects =
    inputs['reject-status'] !== undefined && !VALIDATORS.some((each) => raw[each] !== undefined);
  return [
    ...(rejects ? [withoutValidator('reject-status', 'validate-command or validate-job')] : []),
    ...(command === undefined && isShellGiven
      ? [withoutValidator('validate-shell', 'validate-command')]
      : []),
    ...(raw['validate-command'] === undefined && inputs['validate-env']?.includes(MODEL_PATH) === true
      ? [
          {
            input: 'validate-env',
            problem: `it names ${MODEL_PATH}, which only a validate-command gets.`,
            fix: `Add the validate-command to run, or leave ${MODEL_PATH} out. A job loads the model by its model_uri.`,
          },
        ]
      : []),
    ...(command === undefined || isShellGiven ? [] : commandLineFaults(command)),
  ];
}

function withoutValidator(input: string, validator: string): InputFault {
  return {
    input,
    problem: `it is given without ${validator}.`,
    fix: `Add the ${validator} to run, or leave ${input} out.`,
  };
}

function commandLineFaults(command: string): InputFault[] {
  const line = readCommandLine(command);
  const word = shellWordIn(line);
  if (word !== undefined) return [faultOf(word)];
  if (line.openQuote === undefined) return [];
  return [
    {
      input: 'validate-command',
      problem: `a quote (${line.openQuote}) is opened and not closed.`,
      fix: 'Close the quote. Put a word that contains an apostrophe in double quotes.',
    },
  ];
}

function faultOf(word: string): InputFault {
  const shown = show(word, 80);
  const problem = /[\r\n]/u.test(word)
    ? `"${shown}" continues on a second line, which only a shell understands, and the command runs without one.`
    : `"${shown}" has a meaning only in a shell, and the command runs without one.`;
  return {
    input: 'validate-command',
    problem,
    fix: `Call a script that contains these commands, or add "validate-shell: bash" (or ${SHELLS.slice(1).join(', ')}), which runs the text the way a workflow runs "run:". Put an argument that contains such a character in quotes.`,
  };
}
