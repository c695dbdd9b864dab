import type { FileEntry } from '../domain/file-entry.ts';
import { FileList, type HostileListing } from '../transfer/file-list.ts';
import { inParallel } from '../transfer/in-parallel.ts';

/** What a folder lists, by its path below the root: a folder, or a file of so many bytes. */
export type Listed = { readonly path: string } & ({ readonly isFolder: true } | { readonly size: number });

/** How the folders of a registry are listed. */
export interface FolderTree {
  readonly hostile: HostileListing;
  /** The pages of one folder, by its path below the root, which is the empty path. */
  pagesOf(this: void, folder: string): AsyncIterable<readonly Listed[]>;
  /** Folders within folders: more is a hostile or broken listing. Default: as many as {@link FileList} takes. */
  readonly most?: number;
  /** Folders that are listed at the same time. Default: all of one level. */
  readonly parallel?: number;
}

/** Every file of a tree of folders, level by level, by the rules of {@link FileList}: throws where one is broken. */
export async function filesOfTree(tree: FolderTree): Promise<FileEntry[]> {
  const { hostile, most = Infinity, parallel } = tree;
  const list = new FileList(hostile);
  let folders = [''];
  for (let depth = 0; folders.length > 0; depth += 1) {
    if (depth > most) throw hostile(`has directories more than ${most} levels deep`);
    const deeper = await inParallel(folders, parallel ?? folders.length, (each) => takeUp(each, list, tree));
    folders = deeper.flat();
  }
  return list.files();
}

/** Takes up what one folder lists; returns the folders in it. */
async function takeUp(folder: string, list: FileList, { pagesOf }: FolderTree): Promise<string[]> {
  const deeper: string[] = [];
  const turnPage = list.pages();
  for await (const page of pagesOf(folder)) {
    turnPage(page.length);
    for (const row of page) {
      if ('size' in row) list.addFile(row.path, row.size);
      else {
        list.addDirectory(row.path);
        deeper.push(row.path);
      }
    }
  }
  return deeper;
}
