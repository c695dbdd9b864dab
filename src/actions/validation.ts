import { decide, type Decision } from '../domain/decision.ts';
import { formatDuration } from '../domain/duration.ts';
import { formatFullName } from '../domain/full-name.ts';
import type { ModelVersion } from '../domain/model.ts';
import { show } from '../domain/text.ts';
import { refuseWhenCancelled } from '../steps/apply.ts';
import { uriOf } from '../steps/version.ts';
import type { CommonInputs } from './common.ts';
import type { ActionContext } from './context.ts';

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
  context.record.fact('Validation', `exit code ${result.exitCode}`, formatDuration(result.durationMs));
  if (result.exitCode === 0 && !result.timedOut) return decide([]);
  const ending = result.timedOut
    ? `did not end within ${formatDuration(timeoutMs)}`
    : `ended with exit code ${result.exitCode}`;
  return decide([
    {
      code: result.timedOut ? 'validation-timeout' : 'validation-failed',
      severity: 'error',
      message: `The validate-command ${show(command, 80)} ${ending}.`,
      fix: `Look at its output above. The copy ${uriOf(version)} stays, and no alias was moved to it.`,
    },
  ]);
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
