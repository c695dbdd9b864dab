import type * as z from 'zod';
import { ACTIONS, type ActionName } from '../../../src/index.ts';
import { splitCommandLine } from '../../../src/domain/command-line.ts';
import { readArguments } from '../../../src/runtime/cli/arguments.ts';

/** What starts a command of ours in a page. */
const STARTS = /(?:^|[\s'])(?:uc-promote|node \S*dist\/cli\.js) (?=[a-z])/u;

/** The commands in the blocks of code of a page: a line each, with the lines that continue it. */
export function commandsIn(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```(?:sh|bash|yaml|groovy)\n([\s\S]*?)^```/gmu)].map(
    ([, text = '']) => text,
  );
  return blocks.flatMap((block) =>
    block
      // A line ends where neither a backslash nor the indented flags of a folded text of YAML go on.
      .replaceAll(/ *\\?\n\s+(?=--[a-z])/gu, ' ')
      .split('\n')
      .flatMap((line) => {
        const found = STARTS.exec(line);
        return found === null ? [] : [line.slice(found.index + found[0].length).replace(/ >\S+$/u, '')];
      }),
  );
}

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
