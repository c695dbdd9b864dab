import type { Action } from '../../actions/contract/action.ts';
import { fieldsOf } from '../../actions/contract/read-inputs.ts';

/** A secret input: never given by a flag, which every process of the machine can read and the shell remembers. */
export interface SecretInput {
  readonly name: string;
  /** The variable that has it. */
  readonly variable: string;
  /** Whether that variable is the command line's own, and none that the action reads itself. */
  readonly isOwn: boolean;
  /** The flag that names a file, or standard input, which has it. */
  readonly fileFlag: string;
}

/** The secret inputs of an action; one without a variable of its own gets it from one that is named after it. */
export function secretInputs(action: Action): readonly SecretInput[] {
  return [...fieldsOf(action)].flatMap(([name, { secret, environment }]) =>
    secret !== true
      ? []
      : [
          {
            name,
            variable: environment ?? variableOf(name),
            isOwn: environment === undefined,
            fileFlag: `${name}-file`,
          },
        ],
  );
}

/** The variable of a secret input that has none of its own. */
function variableOf(name: string): string {
  return `UC_PROMOTE_${name.replaceAll('-', '_').toUpperCase()}`;
}
