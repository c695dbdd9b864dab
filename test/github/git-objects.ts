import { createHash } from 'node:crypto';

/** One entry of a tree, as Git has it. */
export interface GitEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
}

/** What a repository has, by the ids that Git gives. */
export interface GitObjects {
  /** By the id of a tree or of a commit; undefined where there is none. */
  tree(id: string, isDeep: boolean): readonly GitEntry[] | undefined;
  blob(id: string): Uint8Array | undefined;
  branch(name: string): string | undefined;
  mergeBase(base: string, head: string): string | undefined;
  isProtected(branch: string): boolean;
}

/** A file's text, or a symbolic link or a submodule. */
export type GitFile = string | { readonly link: string } | { readonly submodule: string };

/** A repository in memory whose ids are those that Git would give its files and folders. */
export class MemoryGit implements GitObjects {
  readonly #trees = new Map<string, readonly GitEntry[]>();
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #commits = new Map<string, { readonly tree: string; readonly parent: string | undefined }>();
  readonly #branches = new Map<string, string>();
  readonly #unprotected = new Set<string>();

  /** Commits files on a parent, and returns its id. */
  commit(files: Readonly<Record<string, GitFile>>, parent?: string): string {
    const tree = this.#writeTree(Object.entries(files));
    const id = objectId('commit', Buffer.from(`tree ${tree}\nparent ${parent ?? ''}\n${this.#commits.size}`));
    this.#commits.set(id, { tree, parent });
    return id;
  }

  /** Sets a branch to a commit; default: it is protected. */
  setBranch(name: string, commit: string, isProtected = true): void {
    this.#branches.set(name, commit);
    if (isProtected) this.#unprotected.delete(name);
    else this.#unprotected.add(name);
  }

  isProtected(branch: string): boolean {
    return !this.#unprotected.has(branch);
  }

  tree(id: string, isDeep: boolean): readonly GitEntry[] | undefined {
    const entries = this.#trees.get(this.#commits.get(id)?.tree ?? id);
    if (!isDeep || entries === undefined) return entries;
    return entries.flatMap((entry) => [
      entry,
      ...(entry.type === 'tree' ? (this.tree(entry.sha, true) ?? []) : []).map((below) => ({
        ...below,
        path: `${entry.path}/${below.path}`,
      })),
    ]);
  }

  blob(id: string): Uint8Array | undefined {
    return this.#blobs.get(id);
  }

  branch(name: string): string | undefined {
    return this.#branches.get(name);
  }

  mergeBase(base: string, head: string): string | undefined {
    const before = new Set(this.#historyOf(base));
    return this.#historyOf(head).find((each) => before.has(each));
  }

  #historyOf(commit: string): string[] {
    const found = this.#commits.get(commit);
    if (found === undefined) return [];
    return [commit, ...(found.parent === undefined ? [] : this.#historyOf(found.parent))];
  }

  #writeTree(files: readonly (readonly [string, GitFile])[]): string {
    const folders = new Map<string, [string, GitFile][]>();
    const entries: GitEntry[] = [];
    for (const [path, file] of files) {
      const slash = path.indexOf('/');
      if (slash < 0) entries.push(this.#writeFile(path, file));
      else {
        const folder = path.slice(0, slash);
        folders.set(folder, [...(folders.get(folder) ?? []), [path.slice(slash + 1), file]]);
      }
    }
    for (const [path, below] of folders)
      entries.push({ path, mode: '040000', type: 'tree', sha: this.#writeTree(below) });
    const sorted = entries.sort((a, b) => (a.path < b.path ? -1 : 1));
    const bytes = sorted.map(({ mode, path, sha }) =>
      Buffer.concat([Buffer.from(`${mode.replace(/^0/u, '')} ${path}\0`), Buffer.from(sha, 'hex')]),
    );
    const id = objectId('tree', Buffer.concat(bytes));
    this.#trees.set(id, sorted);
    return id;
  }

  #writeFile(path: string, file: GitFile): GitEntry {
    if (typeof file === 'object' && 'submodule' in file)
      return { path, mode: '160000', type: 'commit', sha: file.submodule };
    const bytes = Buffer.from(typeof file === 'string' ? file : file.link, 'utf8');
    const sha = objectId('blob', bytes);
    this.#blobs.set(sha, bytes);
    return { path, mode: typeof file === 'string' ? '100644' : '120000', type: 'blob', sha };
  }
}

/** The id of an object (git-scm.com, "Git Internals - Git Objects"). */
function objectId(type: string, bytes: Uint8Array): string {
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
}
