import type * as z from 'zod';
import { ACTIONS, type ActionName } from '../../../src/index.ts';
import { splitCommandLine } from '../../../src/domain/command-line.ts';
import { readArguments } from '../../../src/runtime/cli/arguments.ts';

/** What is wrong with a command behind `uc-promote`: its flags, and the values that stand in it. */
export async function faultsOfCommand(command: string): Promise<string[]> {
  const [name = '', ...words] = splitCommandLine(command);
  if (!Object.hasOwn(ACTIONS, name)) return [`no action ${name}`];
  const action = await ACTIONS[name as ActionName]();
  const { faults, inputs } = readArguments(action, words);
  const values = Object.entries(action.inputs.shape).flatMap(([input, field]) => {
    const text = inputs.get(input) ?? defaultOf(field);
    // What a variable of the shell holds is not known here.
    return text?.startsWith('$') === true || field.safeParse(text).success
      ? []
      : [`--${input}: ${text ?? 'missing'}`];
  });
  return [...faults.map(({ input, problem }) => `${input}: ${problem}`), ...values];
}

function defaultOf(field: z.ZodType): string | undefined {
  const value: unknown = field.meta()?.['default'];
  return typeof value === 'string' ? value : undefined;
}
