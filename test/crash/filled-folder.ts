import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import type { FolderFiles, Scenario } from './scenario.ts';

/** A scenario whose action fills a folder of the machine, in a world of its own. */
export interface FolderWorld {
  readonly scenario: Scenario;
  look(this: void): Promise<FolderFiles | undefined>;
  remove(this: void): Promise<void>;
}

/** Gives a scenario a folder that no other world has, by the input that names it; where it names none, there is nothing to look at. */
export async function withFolder(scenario: Scenario): Promise<FolderWorld> {
  const { folderInput } = scenario;
  if (folderInput === undefined)
    return { scenario, look: async () => undefined, remove: async () => undefined };
  const own = await mkdtemp(join(tmpdir(), 'uc-promote-crash-folder-'));
  const folder = join(own, 'model');
  return {
    scenario: { ...scenario, inputs: { ...scenario.inputs, [folderInput]: folder } },
    look: () => filesIn(folder),
    remove: () => rm(own, { recursive: true, force: true }),
  };
}

async function filesIn(folder: string): Promise<FolderFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files: Record<string, string> = {};
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join('/');
    files[name] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  }
  return files;
}
