import type { InputFault } from '../../../domain/input-fault.ts';
import { SHELLS, type Shell } from '../../../domain/shell.ts';
import type { RawInputs } from '../../../inputs/fields.ts';
import { validationFaults, type ValidationInputs } from '../../../inputs/validation.ts';
import type { Commands } from '../../contract/action.ts';

type Variables = Readonly<Record<string, string | undefined>>;

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

/** Refuses a command or a shell that the machine does not have, with the faults of the other inputs. */
export async function programFaults(
  inputs: Partial<ValidationInputs>,
  raw: RawInputs,
  { checkCommand, environment }: Commands,
): Promise<InputFault[]> {
  const { 'validate-command': command, 'validate-shell': shell, 'validate-env': names = [] } = inputs;
  const isJudged = validationFaults(inputs, raw).length > 0;
  const isUnreadable = shell === undefined && raw['validate-shell'] !== undefined;
  if (command === undefined || isJudged || isUnreadable) return [];
  const given = programEnvironment(environment, names);
  const problem = await checkCommand(command, {
    environment: given,
    ...(shell === undefined ? {} : { shell }),
  });
  return problem === undefined ? [] : [programFault(problem, shell)];
}

/** The variables of a program: those that any needs to start, and those that are named. */
export function programEnvironment(environment: Variables, names: readonly string[]): Record<string, string> {
  return pick(environment, [...PASSED_ON, ...names]);
}

/** The fault of the input that names a program which the machine cannot start. */
export function programFault(problem: string, shell: Shell | undefined): InputFault {
  return shell === undefined
    ? {
        input: 'validate-command',
        problem,
        fix: 'Name a program that is installed on the runner and its arguments, as in "python validate.py". The command runs without a shell.',
      }
    : {
        input: 'validate-shell',
        problem,
        fix: `Install it on the runner, or use another of ${SHELLS.join(', ')}.`,
      };
}

/** Those of the variables that are named and set. */
export function pick(environment: Variables, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
