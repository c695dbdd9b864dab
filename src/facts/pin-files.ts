import { invalidInputs, PromoteError } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import type { TreeEntry } from '../domain/repository-tree.ts';
import type { GitHub } from '../github/port.ts';
import { inParallel } from '../transfer/in-parallel.ts';

/** A file as it was in one state of a repository. */
export interface PinFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The files of pins in one state of a repository; undefined where there is nothing at their path. */
export type PinFiles = readonly PinFile[] | undefined;

/** A state of a repository: what its files of pins are, by their ids, before any of them is read. */
export interface PinTree {
  /** The same text for the same content; undefined where there is nothing at the path. */
  readonly id: string | undefined;
  readonly files: readonly { readonly path: string; readonly id: string }[];
}

/** Files that are read for pins at most; each is a request of GitHub. */
const MOST_FILES = 300;

/** Files that are read at the same time. */
const AT_ONCE = 8;

/** Whether a file of a folder of pins holds some, by its name. */
export function isPinFile(name: string): boolean {
  return /\.ya?ml$/iu.test(name);
}

/** Reads which files of pins a commit has, at a path that names one of them or their folder. */
export async function readPinTree(
  github: GitHub,
  repository: string,
  commit: string,
  path: string,
): Promise<PinTree> {
  const names = path.split('/');
  let id = commit;
  for (const [index, name] of names.entries()) {
    const entry = (await github.tree(repository, id, false)).find((each) => each.path === name);
    if (entry === undefined) return { id: undefined, files: [] };
    const here = names.slice(0, index + 1).join('/');
    requireContent({ ...entry, path: here });
    if (entry.kind === 'file') {
      if (index < names.length - 1) return { id: undefined, files: [] };
      return { id: entry.id, files: [{ path: here, id: entry.id }] };
    }
    id = entry.id;
  }
  const below = (await github.tree(repository, id, true)).map((each) => ({
    ...each,
    path: `${path}/${each.path}`,
  }));
  below.filter(({ kind, path: each }) => kind === 'submodule' || isPinFile(each)).forEach(requireContent);
  const files = below.filter(({ kind, path: each }) => kind === 'file' && isPinFile(each));
  if (files.length > MOST_FILES) throw tooMany(files.length);
  return { id, files };
}

/** Reads the files of pins of several states of a repository, each content once. */
export async function readPinFiles(
  github: GitHub,
  repository: string,
  trees: readonly PinTree[],
): Promise<readonly PinFiles[]> {
  const ids = [...new Set(trees.flatMap(({ files }) => files.map(({ id }) => id)))];
  const read = await inParallel(ids, AT_ONCE, async (id) => [id, await github.blob(repository, id)] as const);
  const contents = new Map(read);
  return trees.map(({ id, files }) =>
    id === undefined
      ? undefined
      : files.map((file) => ({ path: file.path, bytes: contents.get(file.id) ?? new Uint8Array() })),
  );
}

/** A link leads to another file than the one that is reviewed, and a submodule to another repository. */
function requireContent({ kind, path }: Pick<TreeEntry, 'kind' | 'path'>): void {
  if (kind !== 'link' && kind !== 'submodule') return;
  const what = kind === 'link' ? 'a symbolic link' : 'a submodule';
  throw invalidInputs([
    {
      input: 'pins',
      problem: `${show(path, 200)} is ${what}, so that its content is not what is reviewed here.`,
      fix: 'Put the file itself in its place.',
    },
  ]);
}

function tooMany(count: number): PromoteError {
  return new PromoteError(`There are ${count} files of pins, and at most ${MOST_FILES} are read.`, {
    code: 'limit-reached',
    outcome: 'blocked',
    fix: 'Put the pins of several models into one file.',
  });
}
