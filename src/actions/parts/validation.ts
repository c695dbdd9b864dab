import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import { formatDuration } from '../../domain/duration.ts';
import { invalidInputs, type PromoteError } from '../../domain/errors.ts';
import { formatFullName } from '../../domain/full-name.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { formatEnding, hasSucceeded, type EndedProcess } from '../../domain/process-ending.ts';
import { show } from '../../domain/printable.ts';
import { refuseWhenCancelled } from '../../domain/cancelled.ts';
import { uriOf } from '../../facts/version.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import { validationRow } from '../../report/sections/evidence.ts';
import type { ActionContext } from '../contract/context.ts';

/** Variables that any program needs to start; no secret is among them. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SYSTEMROOT',
  'COMSPEC',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'PATHEXT',
  'RUNNER_TEMP',
  // By this the runner finds and ends at the end of a job what its steps have left running.
  'RUNNER_TRACKING_ID',
  'GITHUB_WORKSPACE',
];

/** A validation of a version by a command of the user's. */
export interface Validation {
  readonly command: string;
  /** Names of further variables that the command gets. */
  readonly names: readonly string[];
  readonly timeoutMs: number;
  readonly version: ModelVersion;
}

/** Refuses a command that names no program, before anything is written. */
export async function requireCommand(
  { command, names }: Pick<Validation, 'command' | 'names'>,
  context: ActionContext<CommonInputs>,
): Promise<void> {
  const environment = pick(context.environment, [...PASSED_ON, ...names]);
  const problem = await context.checkCommand(command, environment);
  if (problem !== undefined) throw faultyCommand(problem);
}

/** Runs the command; exit code 0 within the time limit is what passes. */
export async function validate(
  validation: Validation,
  context: ActionContext<CommonInputs>,
): Promise<Decision> {
  const { command, timeoutMs, version } = validation;
  const environment = {
    ...pick(context.environment, [...PASSED_ON, ...validation.names]),
    MODEL_URI: uriOf(version),
    MODEL_NAME: formatFullName(version.name),
    MODEL_VERSION: String(version.version),
  };
  const result = await context.runCommand(command, { environment, timeoutMs, signal: context.signal });
  refuseWhenCancelled(context.signal);
  const isPassed = hasSucceeded(result) && !result.timedOut && (result.restored ?? []).length === 0;
  context.record.prove(validationRow(command, result, result.durationMs, isPassed));
  if ('notStarted' in result) throw faultyCommand(`it could not be started: ${show(result.notStarted)}`);
  const forged = forgedFindings(command, result.restored ?? []);
  if (hasSucceeded(result) && !result.timedOut) return decide(forged);
  return decide([
    ...forged,
    {
      code: result.timedOut ? 'validation-timeout' : 'validation-failed',
      severity: 'error',
      message: `The validate-command ${show(command, 80)} ${result.timedOut ? `did not end within ${formatDuration(timeoutMs)}` : howItEnded(result)}.`,
      fix: `${fixOf(result)} The copy ${uriOf(version)} stays, and no alias was moved to it.`,
    },
  ]);
}

/** A command that writes what only the step may write for the runner has no verdict that could be trusted. */
function forgedFindings(command: string, restored: readonly string[]): Finding[] {
  if (restored.length === 0) return [];
  return [
    {
      code: 'validation-wrote-files',
      severity: 'error',
      message: `The validate-command ${show(command, 80)} wrote into ${restored.join(', ')}, by which a step tells the runner its results; what it wrote was taken away.`,
      fix: 'Look at what it runs. One that is meant to write there names the variable in validate-env.',
    },
  ];
}

function howItEnded(ending: EndedProcess): string {
  return 'signal' in ending
    ? `was ended by the signal ${ending.signal}, without a verdict`
    : `ended with ${formatEnding(ending)}`;
}

function fixOf(ending: EndedProcess): string {
  return 'signal' in ending && ending.signal === 'SIGKILL'
    ? 'Look at its output above; the system ends a process by SIGKILL when memory runs out.'
    : 'Look at its output above.';
}

function faultyCommand(problem: string): PromoteError {
  const fix =
    'Name a program that this runner has, then its arguments, as in "python validate.py"; no shell reads the line.';
  return invalidInputs([{ input: 'validate-command', problem, fix }]);
}

function pick(
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
