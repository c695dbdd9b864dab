import type { Dirent, Stats } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** What stands in a folder: its path below it, with slashes on every system. Links are never followed. */
export interface FoundEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** Everything below a folder but what `isLeftOut` names, each folder before what is in it. Rejects with the system's error. */
export async function* walk(
  root: string,
  isLeftOut: (path: string) => boolean = () => false,
): AsyncGenerator<FoundEntry> {
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of await opendir(join(root, ...folder.split('/')))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (isLeftOut(path)) continue;
      const kind = kindOf(entry);
      if (kind === 'folder') folders.push(path);
      yield { path, kind };
    }
  }
}

/** What the system says that something is. */
export function kindOf(found: Dirent | Stats): FoundEntry['kind'] {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'folder';
  return found.isSymbolicLink() ? 'link' : 'other';
}
