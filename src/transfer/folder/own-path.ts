import { lstat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import { show } from '../../domain/printable.ts';
import { folderFault, systemCode, type FolderPlace } from './fault.ts';
import { kindOf, type FoundEntry } from './walk.ts';

/** What stands at a path, without following a link; undefined for nothing. Rejects with the system's error. */
export async function kindAt(path: string): Promise<FoundEntry['kind'] | undefined> {
  try {
    return kindOf(await lstat(path));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Throws where a folder, or one of those that it lies in below the folder of the job, is a link or no folder: what is checked out may
 * hold links that lead anywhere. `fix` says what to name instead.
 */
export async function requireOwnPath(place: FolderPlace, fix: string): Promise<void> {
  for (const path of [...foldersAbove(place.path), place.path]) {
    const kind = await kindAt(path).catch((error: unknown) => {
      if (systemCode(error) === 'ENOTDIR') return 'file' as const;
      throw error;
    });
    if (kind === undefined || kind === 'folder') continue;
    throw folderFault(
      place,
      `${show(path, 300)} is ${kind === 'file' ? 'a file, or lies in one' : 'a link, or no folder'}.`,
      fix,
    );
  }
}

/** The folders between the folder of the job and a path below it; none for a path elsewhere. */
function foldersAbove(path: string): string[] {
  const above: string[] = [];
  for (let at = dirname(path); isBelow(at); at = dirname(at)) above.unshift(at);
  return above;
}

function isBelow(path: string): boolean {
  const place = relative(process.cwd(), path);
  return place !== '' && place !== '..' && !place.startsWith(`..${sep}`) && !isAbsolute(place);
}
