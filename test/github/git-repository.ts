import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GitEntry, GitObjects } from './git-objects.ts';

const AUTHOR = ['-c', 'user.name=Lin', '-c', 'user.email=lin@example.com', '-c', 'commit.gpgsign=false'];

/** A repository of Git itself, in a folder of its own, as a stand-in for GitHub shows it. */
export class GitRepository implements GitObjects {
  readonly #folder = mkdtempSync(join(tmpdir(), 'uc-promote-git-'));

  constructor() {
    this.#git('init', '--quiet', '--initial-branch', 'main');
  }

  /** Makes or takes a branch where another one is. */
  branchOff(name: string, from = 'main'): void {
    this.#git('checkout', '--quiet', '-B', name, from);
  }

  /** Writes files on a branch and commits them; the id of the commit. */
  commit(branch: string, files: Readonly<Record<string, string>>): string {
    if (this.branch(branch) !== undefined) this.#git('checkout', '--quiet', branch);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.#folder, path)), { recursive: true });
      writeFileSync(join(this.#folder, path), text);
    }
    this.#git('add', '--all');
    this.#git(...AUTHOR, 'commit', '--quiet', '--allow-empty', '--message', 'Change pins');
    return this.#git('rev-parse', 'HEAD');
  }

  /** Merges a branch into the default one with a merge commit. */
  merge(branch: string): { readonly before: string; readonly after: string } {
    this.#git('checkout', '--quiet', 'main');
    const before = this.#git('rev-parse', 'HEAD');
    this.#git(...AUTHOR, 'merge', '--quiet', '--no-ff', '--no-edit', branch);
    return { before, after: this.#git('rev-parse', 'HEAD') };
  }

  /** Reverts a merge on a branch of its own; the id of the commit. */
  revert(merge: string, branch: string): string {
    this.branchOff(branch);
    this.#git(...AUTHOR, 'revert', '--no-edit', '--mainline', '1', merge);
    return this.#git('rev-parse', 'HEAD');
  }

  tree(id: string, isDeep: boolean): readonly GitEntry[] | undefined {
    const listed = this.#ask('ls-tree', '-z', ...(isDeep ? ['-r', '-t'] : []), id);
    if (listed === undefined) return undefined;
    return listed.split('\0').flatMap((line) => {
      const { mode, type, sha, path } =
        /^(?<mode>\d+) (?<type>blob|tree|commit) (?<sha>[0-9a-f]+)\t(?<path>.+)$/su.exec(line)?.groups ?? {};
      if (mode === undefined || sha === undefined || path === undefined) return [];
      return [{ mode, type: type === 'tree' || type === 'commit' ? type : 'blob', sha, path }];
    });
  }

  blob(id: string): Uint8Array | undefined {
    const text = this.#ask('cat-file', 'blob', id);
    return text === undefined ? undefined : Buffer.from(text, 'utf8');
  }

  branch(name: string): string | undefined {
    return this.#ask('rev-parse', '--verify', '--quiet', `refs/heads/${name}`)?.trim();
  }

  isProtected(): boolean {
    return true;
  }

  mergeBase(base: string, head: string): string | undefined {
    return this.#ask('merge-base', base, head)?.trim();
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #ask(...args: readonly string[]): string | undefined {
    try {
      return this.#run(args);
    } catch {
      return undefined;
    }
  }

  #git(...args: readonly string[]): string {
    return this.#run(args).trim();
  }

  #run(args: readonly string[]): string {
    const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', HOME: this.#folder };
    return execFileSync('git', args, {
      cwd: this.#folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
