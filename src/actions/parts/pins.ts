import { readPins } from '../../documents/pins/read-pins.ts';
import { faultOfInput } from '../../domain/document-fault.ts';
import { invalidInputs, messageOf, type PromoteError } from '../../domain/errors.ts';
import type { Pin } from '../../domain/pin.ts';
import { show } from '../../domain/printable.ts';
import { isPinFile, type PinFiles } from '../../facts/pin-files.ts';
import type { ActionContext } from '../contract/context.ts';

/** Reads the pins of a file or folder of this machine. */
export async function readLocalPins(
  context: Pick<ActionContext<unknown>, 'readFolder' | 'destination'>,
  input: string,
  path: string,
): Promise<readonly Pin[]> {
  const files = await readLocalFiles(context, input, path);
  if (files === undefined) throw nothingAt(input, path, 'on this machine', 'the current folder');
  // A folder of something else would show that nothing is pinned.
  if (files.length === 0) throw noFileAt(input, path);
  return parsedPins(context, files, input);
}

async function readLocalFiles(
  { readFolder }: Pick<ActionContext<unknown>, 'readFolder'>,
  input: string,
  path: string,
): Promise<PinFiles> {
  try {
    return await readFolder(path, isPinFile);
  } catch (error) {
    const fix = 'Check the path, and what stands there.';
    throw invalidInputs([{ input, problem: `it cannot be read: ${messageOf(error)}.`, fix }]);
  }
}

/** The pins of files that an input names; every fault of one is a fault of the input. */
export async function parsedPins(
  { destination }: Pick<ActionContext<unknown>, 'destination'>,
  files: Exclude<PinFiles, undefined>,
  input: string,
): Promise<readonly Pin[]> {
  const { names, aliases } = destination.registry.capabilities;
  const read = await readPins(files, { names, aliases });
  if (read.ok) return read.pins;
  throw invalidInputs(read.faults.map((fault) => faultOfInput(input, fault)));
}

/** That an input names a path where nothing is. */
export function nothingAt(input: string, path: string, where: string, from: string): PromoteError {
  const problem = `there is nothing at ${show(path, 200)} ${where}.`;
  const fix = `Write the path of the file or folder of the pins, as seen from ${from}.`;
  return invalidInputs([{ input, problem, fix }]);
}

function noFileAt(input: string, path: string): PromoteError {
  const problem = `no file in ${show(path, 200)} has a name that ends in .yml or .yaml, as files of pins do.`;
  return invalidInputs([{ input, problem, fix: 'Write the path of the file or folder of the pins.' }]);
}
