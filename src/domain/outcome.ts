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
  ok: {
    meaning: 'The step did what was asked, or every check passed.',
    exitCode: 0,
    commandExitCode: 0,
    next: 'Nothing.',
  },
  noop: {
    meaning: 'Everything was already as requested; nothing was written.',
    exitCode: 0,
    commandExitCode: 0,
    next: 'Nothing.',
  },
  denied: {
    meaning:
      'A right is missing, cannot be determined or is held by a principal that must not hold it, or the sign-in was refused.',
    exitCode: 1,
    commandExitCode: 4,
    next: 'Run the printed statement, or ask the owner that it names to run it. Then run the step again.',
  },
  blocked: {
    meaning:
      'A check failed: signature, status, hold, required tag, validation, separation of duties or a limit of the registry.',
    exitCode: 1,
    commandExitCode: 3,
    next: 'Fix the model version or its status. Running the step again without a fix does not help.',
  },
  conflict: {
    meaning: 'A value changed between reading and writing, or differs from the expected one.',
    exitCode: 1,
    commandExitCode: 5,
    next: 'Find out who changed it, then run the step again.',
  },
  invalid: {
    meaning: 'An input is wrong or names something that does not exist.',
    exitCode: 1,
    commandExitCode: 2,
    next: 'Correct the input that the message names.',
  },
  unavailable: {
    meaning: 'The workspace, the network or a server failed or gave an unusable response.',
    exitCode: 1,
    commandExitCode: 6,
    next: 'Run the step again later. If it still fails, check the host, proxy and certificates.',
  },
  unsupported: {
    meaning: 'The registry does not support what was asked.',
    exitCode: 1,
    commandExitCode: 8,
    next: 'See the table in docs/registries.md.',
  },
  partial: {
    meaning: 'Part of the result is missing because not everything could be read.',
    exitCode: 1,
    commandExitCode: 7,
    next: 'Grant the caller access to the rest, correct the line that matched nothing, or ask for less.',
  },
  error: {
    meaning: 'The run was cancelled, files differ from those that they should be, or uc-promote has a bug.',
    exitCode: 1,
    commandExitCode: 1,
    next: 'After a cancelled run, run the step again. Otherwise report an issue, with the report file.',
  },
};

/** The outcome of a failure by the name that others give it; `error` where that is none, or one of a success. */
export function failureNamed(name: unknown): Outcome {
  const named = OUTCOMES.find((each) => each === name);
  return named === undefined || OUTCOME_MEANINGS[named].exitCode === 0 ? 'error' : named;
}

/** Exit code of the command line for a run that was cancelled, as of a process that an interruption ended. */
export const CANCELLED_EXIT_CODE = 130;
