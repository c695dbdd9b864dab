import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { EOL } from 'node:os';
import type { Shell } from '../domain/shell.ts';
import type { Environment } from './environment.ts';
import { temporaryFile, thisMachine, type Machine } from './machine.ts';

/** How a shell is started on a file with a text. */
interface Form {
  readonly extension: string;
  readonly args: (path: string) => readonly string[];
  /** What stands before and after the text. */
  readonly around?: readonly [before: string, after: string];
}

/** As the runner starts a `run:` with that `shell:` (actions/runner 2.336.0, `ScriptHandlerHelpers.cs`). */
const FORMS: Readonly<Record<Shell, Form>> = {
  bash: { extension: 'sh', args: (path) => ['--noprofile', '--norc', '-e', '-o', 'pipefail', path] },
  sh: { extension: 'sh', args: (path) => ['-e', path] },
  pwsh: {
    extension: 'ps1',
    // An apostrophe ends a text of PowerShell, and two of them are one in it (about_Quoting_Rules).
    args: (path) => ['-command', `. '${path.replaceAll("'", "''")}'`],
    around: [
      "$ErrorActionPreference = 'stop'",
      String.raw`if ((Test-Path -LiteralPath variable:\LASTEXITCODE)) { exit $LASTEXITCODE }`,
    ],
  },
  python: { extension: 'py', args: (path) => [path] },
};

/** A text in a file of its own that a shell runs. */
export interface ShellScript {
  /** The shell's name and its arguments. */
  readonly words: readonly string[];
  readonly path: string;
  /** Deletes the file. */
  remove(): void;
}

/** Writes a text into a file of the job's temporary folder, which nobody else may read, for a shell to run. */
export function writeShellScript(
  text: string,
  shell: Shell,
  environment: Environment,
  machine: Machine = thisMachine,
): ShellScript {
  const { extension, args, around } = FORMS[shell];
  const path = temporaryFile(`uc-promote-validate-${randomUUID()}.${extension}`, environment, machine);
  const whole = around === undefined ? text : [around[0], text, around[1]].join(EOL);
  const content = machine.platform === 'win32' ? whole.replaceAll(/\r?\n/gu, '\r\n') : whole;
  writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
  return { words: [shell, ...args(path)], path, remove: () => rmSync(path, { force: true }) };
}
