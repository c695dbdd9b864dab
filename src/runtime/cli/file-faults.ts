import { closeSync, fstatSync, openSync, statSync, type BigIntStats } from 'node:fs';
import { messageOf } from '../../domain/errors.ts';
import type { InputFault } from '../../domain/input-fault.ts';
import type { Arguments } from './arguments.ts';
import { FILE_FLAGS, STREAM, type FileFlag } from './flags.ts';

/** What is wrong with the files of some flags, to none of which anything is written. */
export interface FileFault {
  readonly of: readonly FileFlag[];
  readonly fault: InputFault;
}

/** Files that cannot be written, or are named twice, found out before anything else is done. */
export function fileFaults(flags: Arguments['flags']): FileFault[] {
  const faults: FileFault[] = [];
  const users = new Map<string, FileFlag[]>();
  for (const flag of FILE_FLAGS) {
    const path = flags.get(flag);
    if (path === undefined || path === STREAM) continue;
    try {
      const file = tried(path);
      const key = `${file.dev}:${file.ino}`;
      // A device, as /dev/null is, may be named again.
      if (file.isFile()) users.set(key, [...(users.get(key) ?? []), flag]);
    } catch (error) {
      const problem = `it cannot be written: ${messageOf(error)}.`;
      const fix = 'Name a file in a folder that is there, or - for standard output.';
      faults.push({ of: [flag], fault: { input: `--${flag}`, problem, fix } });
    }
  }
  for (const of of users.values()) {
    if (of.length === 1) continue;
    const input = of.map((flag) => `--${flag}`).join(' and ');
    const fault = { input, problem: 'they name the same file.', fix: 'Name a file of its own for each.' };
    faults.push({ of, fault });
  }
  return faults;
}

/** A file that can be written; throws where it cannot. */
function tried(path: string): BigIntStats {
  const before = statSync(path, { throwIfNoEntry: false });
  // To open a named pipe would wait until somebody reads it.
  if (before !== undefined && !before.isFile() && !before.isCharacterDevice())
    throw new Error('it is not a regular file');
  const handle = openSync(path, 'a', 0o600);
  try {
    return fstatSync(handle, { bigint: true });
  } finally {
    closeSync(handle);
  }
}
