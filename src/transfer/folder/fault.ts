import { resolve } from 'node:path';
import { invalidInputs, messageOf, type PromoteError } from '../../domain/errors.ts';
import { show } from '../../domain/printable.ts';

/** A folder of this machine, and what names it: an input, or a variable. */
export interface FolderPlace {
  readonly path: string;
  readonly input: string;
}

/** A folder by its path, which may begin at the folder of the job. */
export function folderPlace(path: string, input: string): FolderPlace {
  return { path: resolve(path), input };
}

/** The error of a folder that files cannot be written to as it is. */
export function folderFault({ input }: FolderPlace, problem: string, fix: string): PromoteError {
  return invalidInputs([{ input, problem, fix }]);
}

/** Works with a file of a folder; what the system says of it becomes one error that names the file and what to do. */
export async function onDisk<T>(place: FolderPlace, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    const { problem, fix } = sayingOf(code, messageOf(error));
    throw folderFault(place, `${show(path, 300)} ${problem}`, fix);
  }
}

/** What to do about an error of the system. */
export function diskFix(error: unknown): string {
  return sayingOf(systemCode(error) ?? '', messageOf(error)).fix;
}

/** The word of the system for what went wrong; undefined for an error that is none of the system's. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && 'syscall' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** What is said of words of the system (errno(3)), behind the name of the file. */
function sayingOf(code: string, message: string): { readonly problem: string; readonly fix: string } {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        problem: `does not fit: the disk is full (${code}).`,
        fix: 'Free space, or name a folder on another disk, then run the step again.',
      };
    case 'EFBIG':
      return {
        problem: `is larger than this file system allows (${code}).`,
        fix: 'Name a folder on another disk.',
      };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        problem: `may not be read or written by this user (${code}).`,
        fix: 'Give the user of the runner access to the folder, or name another one.',
      };
    case 'ENAMETOOLONG':
      return {
        problem: `has a longer name than this file system allows (${code}).`,
        fix: 'Name a folder whose path is shorter.',
      };
    case 'ENOENT':
    case 'EEXIST':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'ENOTEMPTY':
    case 'ELOOP':
      return {
        problem: `was changed by someone else while this run used it (${code}).`,
        fix: 'Let no other step write to the folder, then run the step again.',
      };
    default:
      return {
        problem: `could not be read or written: ${message}.`,
        fix: 'Name a folder on another disk, then run the step again.',
      };
  }
}
