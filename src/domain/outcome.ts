/** What an action can end with: the closed list of `docs/outcomes.md`. */
export const OUTCOMES = [
  'ok',
  'noop',
  'denied',
  'blocked',
  'conflict',
  'invalid',
  'unavailable',
  'unsupported',
  'partial',
  'error',
] as const;

/** One entry of {@link OUTCOMES}. */
export type Outcome = (typeof OUTCOMES)[number];

/** What an outcome means and what the reader of a failed job does next. */
export interface OutcomeMeaning {
  readonly meaning: string;
  /** Of a step of a workflow. */
  readonly exitCode: 0 | 1;
  /** Of the command line. */
  readonly commandExitCode: number;
  readonly next: string;
}

/** The table behind `docs/outcomes.md` and the README. */
export const OUTCOME_MEANINGS: Readonly<Record<Outcome, OutcomeMeaning>> = {
  ok: { meaning: 'Done, or every check passed.', exitCode: 0, commandExitCode: 0, next: 'Nothing.' },
  noop: {
    meaning: 'Everything already was as asked; nothing was written.',
    exitCode: 0,
    commandExitCode: 0,
    next: 'Nothing.',
  },
  denied: {
    meaning:
      'A right is missing, cannot be told, or is held by somebody who must not; or the token was refused.',
    exitCode: 1,
    commandExitCode: 4,
    next: 'Run the printed statement, or ask the owner that it names. Then run again.',
  },
  blocked: {
    meaning:
      'A rule refused: signature, status, hold, required tag, validation, separation of duties, a limit of the registry.',
    exitCode: 1,
    commandExitCode: 3,
    next: 'Mend the model version or its status. Trying again changes nothing.',
  },
  conflict: {
    meaning: 'The world moved between reading and writing, or was not as expected.',
    exitCode: 1,
    commandExitCode: 5,
    next: 'Look at who moved it, then run again.',
  },
  invalid: {
    meaning: 'An input is wrong, or names something that does not exist.',
    exitCode: 1,
    commandExitCode: 2,
    next: 'Correct the input that the message names.',
  },
  unavailable: {
    meaning: 'The workspace, the network or a server did not answer as a registry does.',
    exitCode: 1,
    commandExitCode: 6,
    next: 'Try again later; if it stays, check host, proxy and certificates.',
  },
  unsupported: {
    meaning: 'This registry cannot do what was asked.',
    exitCode: 1,
    commandExitCode: 8,
    next: 'See the table in docs/registries.md.',
  },
  partial: {
    meaning: 'Not everything could be seen; what was seen is reported.',
    exitCode: 1,
    commandExitCode: 7,
    next: 'Give the caller the right to see the rest, correct the line that matched nothing, or narrow what is asked.',
  },
  error: {
    meaning: 'A fault of this tool, or a copy that does not equal its source.',
    exitCode: 1,
    commandExitCode: 1,
    next: 'Report it, with the report file.',
  },
};

/** Exit code of the command line for a run that was cancelled, as of a process that an interruption ended. */
export const CANCELLED_EXIT_CODE = 130;
