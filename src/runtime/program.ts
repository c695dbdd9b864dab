import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { basename, delimiter, extname, isAbsolute, join, resolve } from 'node:path';
import type { Environment } from './environment.ts';

/** What is started, as the system takes it. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** Whether Windows takes the arguments as they are: they are quoted already. */
  readonly verbatim: boolean;
}

/** Where a program is looked for. */
export interface Place {
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
}

/**
 * The program that a name means, as `@actions/exec` finds and starts it: a name alone in the folders of `PATH`, any other
 * from the working directory; on Windows with the extensions of `PATHEXT`, and a script of `cmd.exe` by that. Undefined
 * when there is none.
 */
export async function findProgram(
  [name, ...args]: readonly string[],
  place: Place,
): Promise<Program | undefined> {
  const file = name === undefined ? undefined : await findFile(name, place);
  if (file === undefined) return undefined;
  return place.platform === 'win32' && /\.(?:cmd|bat)$/iu.test(file)
    ? { file: commandInterpreter(place.environment), args: [scriptLine(file, args)], verbatim: true }
    : { file, args, verbatim: false };
}

/**
 * The program that a script names in its first line and that is not there, or undefined: the system would start nothing of
 * the script, and `env` nothing but itself. Windows reads no such line.
 */
export async function missingInterpreter(file: string, place: Place): Promise<string | undefined> {
  if (place.platform === 'win32') return undefined;
  const words = await interpreterOf(file);
  const [interpreter] = words;
  if (interpreter === undefined) return undefined;
  if ((await findFile(interpreter, place)) === undefined) return interpreter;
  if (basename(interpreter) !== 'env') return undefined;
  const started = words.slice(1).find((word) => !word.startsWith('-') && !word.includes('='));
  return started === undefined || (await findFile(started, place)) !== undefined ? undefined : started;
}

/** Bytes of a first line that Linux reads (`BINPRM_BUF_SIZE`, execve(2)). */
const FIRST_LINE = 256;

/** The words after `#!` in a script's first line; none where it has no such line, or may not be read. */
async function interpreterOf(file: string): Promise<string[]> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(FIRST_LINE), 0, FIRST_LINE, 0);
      const [line = ''] = buffer.toString('utf8', 0, bytesRead).split('\n', 1);
      return line.startsWith('#!')
        ? line
            .slice(2)
            .split(/[ \t]+/u)
            .filter((word) => word !== '')
        : [];
    } finally {
      await handle.close();
    }
  } catch {
    return [];
  }
}

async function findFile(name: string, { environment, platform }: Place): Promise<string | undefined> {
  const extensions = platform === 'win32' ? listIn(environment['PATHEXT']) : [];
  for (const path of pathsOf(name, environment, platform)) {
    for (const file of candidates(path, extensions, platform)) {
      if (await isProgram(file, platform)) return file;
    }
  }
  return undefined;
}

function pathsOf(name: string, environment: Environment, platform: NodeJS.Platform): string[] {
  const hasFolder = name.includes('/') || (platform === 'win32' && name.includes('\\'));
  if (isAbsolute(name)) return [name];
  return hasFolder ? [resolve(name)] : listIn(environment['PATH']).map((folder) => join(folder, name));
}

/** On Windows a file without an extension of a program is none. */
function candidates(path: string, extensions: readonly string[], platform: NodeJS.Platform): string[] {
  const extension = extname(path).toUpperCase();
  const isComplete = platform !== 'win32' || extensions.some((each) => each.toUpperCase() === extension);
  return [...(isComplete ? [path] : []), ...extensions.map((each) => `${path}${each}`)];
}

function listIn(value: string | undefined): string[] {
  return (value ?? '').split(delimiter).filter((entry) => entry !== '');
}

async function isProgram(path: string, platform: NodeJS.Platform): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    if (platform !== 'win32') await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** By its whole path: a bare name would be looked for in the folder of the checkout first. */
function commandInterpreter(environment: Environment): string {
  const named = environment['COMSPEC'] ?? '';
  return named === '' ? join(environment['SYSTEMROOT'] ?? 'C:\\Windows', 'System32', 'cmd.exe') : named;
}

function scriptLine(file: string, args: readonly string[]): string {
  return `/D /S /C "${[file, ...args].map(quotedForScript).join(' ')}"`;
}

/** Characters that `cmd.exe` reads as its own outside of quotes. */
const SPECIAL = /[ \t&()[\]{}^=;!'+,`~|<>"]/u;

/** An argument by the rules of `cmd.exe`: quotes are doubled, and so is a backslash that comes before one. */
function quotedForScript(argument: string): string {
  if (argument === '') return '""';
  if (!SPECIAL.test(argument)) return argument;
  const inside = argument.replace(/(\\*)("|$)/gu, (_all, slashes: string, end: string) => {
    return `${slashes}${slashes}${end}${end}`;
  });
  return `"${inside}"`;
}
