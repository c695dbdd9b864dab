import { lstat, mkdir, rename, rm, rmdir, statfs } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { FileEntry } from '../../domain/file-entry.ts';
import type { PromoteError } from '../../domain/errors.ts';
import { show } from '../../domain/printable.ts';
import { sizeText } from '../../domain/size-text.ts';
import { LAST_FILE } from '../copy-files.ts';
import { foldersOf } from '../file-list.ts';
import { folderFault, onDisk, type FolderPlace } from './fault.ts';
import { kindAt, requireOwnPath } from './own-path.ts';
import { FolderSink } from './sink.ts';
import { FolderSource, pathIn } from './source.ts';
import { walk } from './walk.ts';

/** The folder, in the one that is filled, where files are until all of them are verified. */
export const STAGING = '.uc-promote-download';

/** Whether names of files are those of Windows here. */
export const IS_WINDOWS = sep === '\\';

/** So many files that do not belong are named. */
const NAMED = 5;

/** A file of the listed size that is there already: under its own name, or as an earlier run left it. */
export interface PresentFile extends FileEntry {
  readonly where: 'folder' | 'staging';
}

/** A folder of this machine that is to hold the files of a version, and nothing else. */
export class TargetFolder {
  readonly present: readonly PresentFile[];
  /** Whether names that differ only in the case of letters are one here. */
  readonly ignoresCase: boolean;
  readonly sink: FolderSink;
  readonly #place: FolderPlace;
  readonly #isNew: boolean;
  readonly #staging: string;
  readonly #whole: string;

  private constructor(
    place: FolderPlace,
    found: Pick<TargetFolder, 'present' | 'ignoresCase'> & { readonly isNew: boolean },
  ) {
    this.#place = place;
    this.present = found.present;
    this.ignoresCase = found.ignoresCase;
    this.#isNew = found.isNew;
    this.#staging = join(place.path, STAGING);
    this.#whole = join(this.#staging, 'whole');
    this.sink = new FolderSink(place, { parts: join(this.#staging, 'parts'), whole: this.#whole });
  }

  /**
   * Makes a folder ready for files, without a change where anything stands in it that is not of these: a file of another name or
   * size, a link, a folder. What a killed run left half is discarded.
   */
  static async open(place: FolderPlace, files: readonly FileEntry[]): Promise<TargetFolder> {
    return onDisk(place, place.path, async () => {
      await requireOwnPath(place, 'Name a folder that does not exist or is empty.');
      const isNew = (await kindAt(place.path)) === undefined;
      const inFolder = isNew ? [] : await presentIn(place, files);
      const placed = new Set(inFolder.map(({ path }) => path));
      const staging = join(place.path, STAGING);
      const whole = join(staging, 'whole');
      const staged = await keepStaged(staging, files);
      await mkdir(whole, { recursive: true });
      await mkdir(join(staging, 'parts'));
      const other = await kindAt(join(place.path, STAGING.toUpperCase()));
      return new TargetFolder(place, {
        isNew,
        ignoresCase: other !== undefined,
        present: [
          ...inFolder.map((file): PresentFile => ({ ...file, where: 'folder' })),
          ...staged
            .filter(({ path }) => !placed.has(path))
            .map((file): PresentFile => ({ ...file, where: 'staging' })),
        ],
      });
    });
  }

  /** Where files are read that are there already. */
  source(where: PresentFile['where']): FolderSource {
    return new FolderSource(where === 'folder' ? this.#place : { ...this.#place, path: this.#whole });
  }

  /** Throws where so many further bytes certainly do not fit. */
  async requireSpace(bytes: number): Promise<void> {
    const { path } = this.#place;
    const { blocks, bavail, bsize } = await onDisk(this.#place, path, () => statfs(path));
    const free = bavail * bsize;
    // A file system without blocks says nothing of its size.
    if (blocks === 0 || bytes <= free) return;
    throw folderFault(
      this.#place,
      `the disk of ${show(path, 300)} has ${sizeText(free)} free, and ${sizeText(bytes)} are to be downloaded.`,
      'Free space, or name a folder on another disk.',
    );
  }

  /** Gives the verified files their names, `MLmodel` last, and makes sure that nothing else stands in the folder. */
  async finish(files: readonly FileEntry[]): Promise<void> {
    const { path: root } = this.#place;
    const there = new Set(this.present.filter(({ where }) => where === 'folder').map(({ path }) => path));
    const left = files.filter(({ path }) => !there.has(path));
    const inOrder = [
      ...left.filter(({ path }) => path !== LAST_FILE),
      ...left.filter(({ path }) => path === LAST_FILE),
    ];
    for (const { path } of inOrder) {
      const target = pathIn(root, path);
      await onDisk(this.#place, target, async () => {
        await mkdir(dirname(target), { recursive: true });
        await rename(pathIn(this.#whole, path), target);
      });
    }
    const placed = await onDisk(this.#place, root, () => presentIn(this.#place, files));
    if (placed.length < files.length) {
      throw folderFault(
        this.#place,
        `${files.length - placed.length} of ${files.length} files are no longer in ${show(root, 300)}: someone else removed them.`,
        'Let no other step write to the folder, then run the step again.',
      );
    }
    await this.discard();
  }

  /** Removes what is not verified, or not needed any more. */
  async discard(): Promise<void> {
    await onDisk(this.#place, this.#staging, () => rm(this.#staging, { recursive: true, force: true }));
  }

  /** Leaves what a later run goes on with, and how many files that are; nothing of ours stays where there are none. Never throws. */
  async leave(): Promise<number> {
    try {
      const files = await countFiles(this.#whole);
      if (files > 0) return files;
      await rm(this.#staging, { recursive: true, force: true });
      if (this.#isNew) await rmdir(this.#place.path);
    } catch {
      // What ended the run may keep the folder from being looked at, and it may hold files of the version that were placed.
    }
    return 0;
  }
}

async function countFiles(folder: string): Promise<number> {
  if ((await kindAt(folder)) === undefined) return 0;
  let files = 0;
  for await (const { kind } of walk(folder)) if (kind === 'file') files += 1;
  return files;
}

/** The files of a listing that are there with their sizes. Throws where anything else is. */
async function presentIn(place: FolderPlace, files: readonly FileEntry[]): Promise<FileEntry[]> {
  const { path: root } = place;
  const wanted = new Map(files.map((file) => [file.path, file]));
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  const present: FileEntry[] = [];
  const strange: string[] = [];
  for await (const { path, kind } of walk(root, (each) => each === STAGING)) {
    const file = wanted.get(path);
    const isAsListed =
      kind === 'file' && file !== undefined && (await lstat(pathIn(root, path))).size === file.size;
    if (isAsListed) present.push(file);
    else if (kind !== 'folder' || !folders.has(path)) strange.push(path);
    if (strange.length > NAMED) break;
  }
  if (strange.length > 0) throw otherFiles(place, strange);
  return present;
}

/** The error of a folder that has other things in it than the files of the version. */
export function otherFiles(place: FolderPlace, paths: readonly string[]): PromoteError {
  const named = paths.slice(0, NAMED).map((path) => show(path, 80));
  return folderFault(
    place,
    `${show(place.path, 300)} holds what is not of this version: ${named.join(', ')}${paths.length > NAMED ? ' and more' : ''}.`,
    'Name a folder that does not exist or is empty, or delete what is in this one.',
  );
}

/** What an earlier run left whole; everything else of it is removed. */
async function keepStaged(staging: string, files: readonly FileEntry[]): Promise<FileEntry[]> {
  const whole = join(staging, 'whole');
  for (const folder of [staging, whole]) {
    const kind = await kindAt(folder);
    if (kind !== undefined && kind !== 'folder') await rm(folder, { force: true });
  }
  if ((await kindAt(staging)) === undefined) return [];
  const wanted = new Map(files.map((file) => [file.path, file]));
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  const kept: FileEntry[] = [];
  const unusable: string[] = [];
  for await (const { path, kind } of walk(staging)) {
    if (path === 'whole') continue;
    const name = path.replace(/^whole\//u, '');
    const file = path === name ? undefined : wanted.get(name);
    const isAsListed =
      kind === 'file' && file !== undefined && (await lstat(pathIn(staging, path))).size === file.size;
    if (isAsListed) kept.push(file);
    else if (path === name || kind !== 'folder' || !folders.has(name)) unusable.push(path);
  }
  for (const path of unusable) await rm(pathIn(staging, path), { recursive: true, force: true });
  return kept;
}
