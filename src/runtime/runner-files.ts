import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { EOL } from 'node:os';
import { messageOf } from '../domain/errors.ts';
import type { InputFault } from '../domain/input-fault.ts';
import type { Environment } from './environment.ts';
import { FileGuard } from './file-guard.ts';
import { temporaryFile, thisMachine, type Machine } from './machine.ts';

/** The files by which a step reports to the runner, by the variables that name them (actions-runtime §4). */
export type RunnerFile = 'GITHUB_OUTPUT' | 'GITHUB_STATE' | 'GITHUB_STEP_SUMMARY';

const WRITTEN: readonly RunnerFile[] = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'];

/** Those that the runner takes anything from after the step: variables and folders of later steps too. */
const READ_BY_RUNNER = [...WRITTEN, 'GITHUB_ENV', 'GITHUB_PATH'] as const;

/** Room that each of them, and the folder of temporary files, has to have. Bytes. */
const FILE_ROOM = 64 * 1024;
const FOLDER_ROOM = 1024 * 1024;

const FIX =
  'Free space on the disk of the runner, or run the step as the user of the runner, who owns these files.';

/** Writes what the runner reads after the step; outside of a runner, where no variable names a file, nothing. */
export class RunnerFiles {
  readonly #environment: Environment;
  #guard: FileGuard | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Sets an output, or a value for the post step, in the form that no value can break out of. */
  set(file: 'GITHUB_OUTPUT' | 'GITHUB_STATE', name: string, value: string): void {
    const delimiter = `ghadelimiter_${randomUUID()}`;
    this.append(file, [`${name}<<${delimiter}`, value, delimiter, ''].join(EOL));
  }

  append(file: RunnerFile, text: string): void {
    const path = this.#pathOf(file);
    if (path === undefined) return;
    appendFileSync(path, text, 'utf8');
    this.#guard?.noteOwn(file, text);
  }

  /**
   * Guards everything that the runner reads after the step while a command runs, but for what the command is given by name.
   * What comes back restores it, and responds which of the files had been written to.
   */
  guard(given: Environment): () => readonly string[] {
    const paths = READ_BY_RUNNER.flatMap((name) => {
      const path = this.#pathOf(name);
      return path === undefined || given[name] !== undefined ? [] : [[name, path] as const];
    });
    const guard = new FileGuard(new Map(paths));
    this.#guard = guard;
    return () => {
      this.#guard = undefined;
      return guard.restore();
    };
  }

  /**
   * What cannot be written of all that a step leaves behind, found out by writing: rights, a full disk and a quota show in
   * no other way. Empty lines mean nothing to the runner (actions/runner, `FileCommandManager.cs`), and are taken away again.
   */
  faults(machine: Machine = thisMachine): InputFault[] {
    const tries: readonly (readonly [input: string, probe: () => void])[] = [
      ...WRITTEN.map((file) => [file, () => this.#probe(file)] as const),
      ['RUNNER_TEMP', () => probeFolder(this.#environment, machine)],
    ];
    return tries.flatMap(([input, probe]): InputFault[] => {
      try {
        probe();
        return [];
      } catch (error) {
        return [
          {
            input,
            problem: `it names a file or folder that cannot be written: ${messageOf(error)}.`,
            fix: FIX,
          },
        ];
      }
    });
  }

  #pathOf(file: (typeof READ_BY_RUNNER)[number]): string | undefined {
    const path = this.#environment[file] ?? '';
    return path === '' ? undefined : path;
  }

  #probe(file: RunnerFile): void {
    const path = this.#pathOf(file);
    if (path === undefined) return;
    const handle = openSync(path, 'r+');
    try {
      const before = fstatSync(handle);
      const room = before.isFile() ? FILE_ROOM : 1;
      try {
        writeWhole(handle, Buffer.alloc(room, '\n'), before.isFile() ? before.size : null);
      } finally {
        if (before.isFile()) ftruncateSync(handle, before.size);
      }
    } finally {
      closeSync(handle);
    }
  }
}

/** A disk that fills up takes a part first and refuses the rest. */
function writeWhole(handle: number, bytes: Uint8Array, position: number | null): void {
  for (let written = 0; written < bytes.length;) {
    const at = position === null ? null : position + written;
    written += writeSync(handle, bytes, written, bytes.length - written, at);
  }
}

function probeFolder(environment: Environment, machine: Machine): void {
  const path = temporaryFile(`uc-promote-room-${randomUUID()}`, environment, machine);
  try {
    writeFileSync(path, Buffer.alloc(FOLDER_ROOM), { flag: 'wx', mode: 0o600 });
  } finally {
    rmSync(path, { force: true });
  }
}
