import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The folder of temporary files of a job (`RUNNER_TEMP`), and what it takes of the artifacts of its run. */
export interface JobFiles {
  readonly folder: string;
  /** Does what a step with an action for artifacts does. */
  artifact(uses: string, given: Readonly<Record<string, string>>): void;
}

/** A folder that is gone when the test has ended. */
function testFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `uc-promote-${name}-`));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** The artifacts of a run, by their names: a folder of files. */
export class Artifacts {
  readonly #folder = testFolder('artifacts');
  readonly #files = new Map<string, string>();

  /** Opens the folder of a job of the run. */
  openJob(): JobFiles {
    const folder = testFolder('job');
    return {
      folder,
      artifact: (uses, { name = 'artifact', path = '' }) => {
        if (uses.startsWith('actions/upload-artifact@')) this.#upload(name, path);
        if (uses.startsWith('actions/download-artifact@')) this.#download(name, path);
      },
    };
  }

  /** One file; GitHub takes a name once in a run. */
  #upload(name: string, path: string): void {
    if (this.#files.has(name)) throw new Error(`The run has an artifact ${name} already.`);
    mkdirSync(join(this.#folder, name));
    copyFileSync(path, join(this.#folder, name, basename(path)));
    this.#files.set(name, basename(path));
  }

  #download(name: string, path: string): void {
    const file = this.#files.get(name);
    if (file === undefined) throw new Error(`The run has no artifact ${name}.`);
    mkdirSync(path, { recursive: true });
    copyFileSync(join(this.#folder, name, file), join(path, file));
  }
}
