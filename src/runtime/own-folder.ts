import { mkdtemp, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { OwnFolder } from '../actions/contract/context.ts';
import { onDisk } from '../transfer/folder/fault.ts';
import type { Environment } from './environment.ts';
import { temporaryFile, thisMachine, type Machine } from './machine.ts';

const STATE = 'folder';

/** How the names of such folders begin. */
const PREFIX = 'uc-promote-model-';

/** Makes an empty folder among the temporary files of the job, for its owner alone, and keeps its path for the post step. */
export async function makeOwnFolder(
  environment: Environment,
  saveState: (name: string, value: string) => void,
  machine: Machine = thisMachine,
): Promise<OwnFolder> {
  const begin = temporaryFile(PREFIX, environment, machine);
  const path = await onDisk({ path: begin, input: 'RUNNER_TEMP' }, begin, () => mkdtemp(begin));
  saveState(STATE, path);
  return {
    path,
    async remove() {
      await removeFolder(path);
      saveState(STATE, '');
    },
  };
}

/** Removes the folder that a killed step left; whether there was one. Only one of ours is removed, whatever the state names. */
export async function removeLeftFolder(
  environment: Environment,
  machine: Machine = thisMachine,
): Promise<boolean> {
  const path = environment[`STATE_${STATE}`] ?? '';
  const place = temporaryFile(PREFIX, environment, machine);
  if (dirname(path) !== dirname(place) || !basename(path).startsWith(PREFIX)) return false;
  await removeFolder(path);
  return true;
}

/** On Windows a file cannot be removed for as long as a program that just ended is still let go of. */
async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
