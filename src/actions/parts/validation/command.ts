import { refuseWhenCancelled } from '../../../domain/cancelled.ts';
import { splitCommandLine } from '../../../domain/command-line.ts';
import { decide, type Decision, type Finding } from '../../../domain/decision.ts';
import { formatDuration } from '../../../domain/duration.ts';
import { invalidInputs, type PromoteError } from '../../../domain/errors.ts';
import { formatFullName } from '../../../domain/full-name.ts';
import type { ModelVersion } from '../../../domain/model.ts';
import { show } from '../../../domain/printable.ts';
import {
  formatEnding,
  hasSucceeded,
  lacksProgram,
  type EndedProcess,
} from '../../../domain/process-ending.ts';
import type { Shell } from '../../../domain/shell.ts';
import { uriOf } from '../../../facts/version.ts';
import type { CommonInputs } from '../../../inputs/common.ts';
import { MODEL_PATH } from '../../../inputs/validation.ts';
import type { ActionContext, CommandResult } from '../../contract/context.ts';
import { pick, programEnvironment, programFault } from './program.ts';

/** How a command ended that was started. */
type EndedCommand = Exclude<CommandResult, { readonly notStarted: string }>;

/** A validation of a version by a command of the user's. */
export interface Validation {
  readonly command: string;
  /** What reads the command as a text; default: none. */
  readonly shell?: Shell | undefined;
  /** Names of further variables that the command gets. */
  readonly names: readonly string[];
  /** The folder with the files of the version; undefined where none was asked for. */
  readonly modelPath?: string | undefined;
  readonly timeoutMs: number;
  readonly version: ModelVersion;
  /** What becomes of the version where it does not pass: a sentence. */
  readonly stays: string;
}

/** Runs the command, and notes its verdict as evidence. */
export async function validateByCommand(
  validation: Validation,
  context: ActionContext<CommonInputs>,
): Promise<Decision> {
  const { command, shell, timeoutMs, version, modelPath } = validation;
  const environment = {
    ...programEnvironment(context.environment, validation.names),
    MODEL_URI: uriOf(version),
    MODEL_NAME: formatFullName(version.name),
    MODEL_VERSION: String(version.version),
    ...(modelPath === undefined ? {} : { [MODEL_PATH]: modelPath }),
  };
  const { signal } = context;
  const how = { environment, timeoutMs, signal, ...(shell === undefined ? {} : { shell }) };
  const result = await context.runCommand(command, how);
  refuseWhenCancelled(context.signal);
  if ('notStarted' in result || (lacksProgram(result) && !result.timedOut))
    throw notRun(validation, result, pick(context.environment, validation.names));
  const decision = judge(validation, result);
  const refused = decision.findings.some(({ code }) => code === 'validation-failed');
  context.record.see({
    kind: 'validation',
    command,
    result: decision.allowed ? 'passed' : refused ? 'refused' : 'not-run',
    ending: formatEnding(result),
    milliseconds: result.durationMs,
  });
  return decision;
}

/**
 * What passes is exit code 0 within the time limit, and nothing written that only the step may write. Only another exit code
 * refuses the version: a signal and the end of the time limit are no verdict on it.
 */
function judge({ command, timeoutMs, stays }: Validation, result: EndedCommand): Decision {
  const forged = forgedFindings(command, result.restored ?? []);
  if (hasSucceeded(result) && !result.timedOut) return decide(forged);
  return decide([
    ...forged,
    {
      code: result.timedOut
        ? 'validation-timeout'
        : 'signal' in result
          ? 'validation-killed'
          : 'validation-failed',
      severity: 'error',
      message: `The validate-command ${show(command, 80)} ${result.timedOut ? `did not finish within ${formatDuration(timeoutMs)}` : howItEnded(result)}.`,
      fix: `${fixOf(result)} ${stays}`,
    },
  ]);
}

/** What a validation says that ran nothing: it has no verdict on the model. */
function notRun(
  { command, shell, stays }: Validation,
  ending: CommandResult,
  given: Readonly<Record<string, string>>,
): PromoteError {
  const name = shell ?? splitCommandLine(command)[0] ?? '';
  if ('notStarted' in ending) {
    const fault = programFault(`"${show(name, 80)}" could not be started: ${show(ending.notStarted)}`, shell);
    return invalidInputs([{ ...fault, fix: `${fault.fix} ${stays}` }]);
  }
  const said = ending.lastError === undefined ? '' : `: ${show(withoutValues(ending.lastError, given), 300)}`;
  const problem = `${formatEnding(ending)} of "${show(name, 80)}"${said}`;
  const fix = `A shell uses exit code 127 for a command that it did not find, and 126 for one that it could not start. Correct its name, or install it in an earlier step. If your script means something else, use another exit code. ${stays}`;
  return invalidInputs([{ input: 'validate-command', problem, fix }]);
}

/** A command that writes what only the step may write for the runner has no verdict that could be trusted. */
function forgedFindings(command: string, restored: readonly string[]): Finding[] {
  if (restored.length === 0) return [];
  return [
    {
      code: 'validation-wrote-files',
      severity: 'error',
      message: `The validate-command ${show(command, 80)} wrote to ${restored.join(', ')}, which the runner reads after the step. What it wrote was removed.`,
      fix: 'Check what it runs. If it should write there, name the variable in validate-env.',
    },
  ];
}

function howItEnded(ending: EndedProcess): string {
  return 'signal' in ending
    ? `was terminated by the signal ${ending.signal} without a result`
    : `ended with ${formatEnding(ending)}`;
}

function fixOf(ending: EndedCommand): string {
  if (ending.timedOut) return 'Check the output of the command in the log, or raise validate-timeout.';
  return 'signal' in ending && ending.signal === 'SIGKILL'
    ? 'Check the output of the command in the log. The system sends SIGKILL when memory runs out.'
    : 'Check the output of the command in the log.';
}

/** A line that a command printed, without what it was given by name: that may be a secret. */
function withoutValues(line: string, given: Readonly<Record<string, string>>): string {
  return Object.entries(given).reduce(
    (text, [name, value]) => (value === '' ? text : text.replaceAll(value, () => `$${name}`)),
    line,
  );
}
