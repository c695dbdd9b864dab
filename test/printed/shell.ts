import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Notes how a command was called: its name, how many arguments, each with a NUL after it. */
const NOTE = `{ printf '%s\\0' "$name" "$#" "$@"; } >>"$NOTED"`;

/**
 * Each text is a file of its own, so that one which does not end its quotes is an error. What is called are functions of
 * the shell, which need no process.
 */
const RUN_ALL = `
cd "$1" && exec >"$1/said" 2>&1 || exit 9
export NOTED
databricks() { name=databricks; ${NOTE}; }
az() { name=az; ${NOTE}; }
gh() { name=gh; ${NOTE}; }
n=0
while [ "$n" -lt "$2" ]; do
  NOTED="$1/noted/$n"
  . "$1/texts/$n"
  n=$((n + 1))
done
`;

/** A function cannot have the slash in its name. */
const SCRIPT = `#!/bin/sh
name=uc
${NOTE}
`;

/**
 * What a real /bin/sh calls for each of the texts: lists of words, the command's name first. The shell finds no command
 * but those that printed texts call. Throws when one of them said anything, or left a file behind.
 */
export async function shellCalls(
  texts: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string[][][]> {
  const folder = await mkdtemp(join(tmpdir(), 'printed-'));
  try {
    for (const each of ['bin', 'path', 'texts', 'noted']) await mkdir(join(folder, each));
    const uc = join(folder, 'bin', 'uc');
    await writeFile(uc, SCRIPT);
    await chmod(uc, 0o755);
    await Promise.all(texts.map((text, n) => writeFile(join(folder, 'texts', String(n)), text)));
    await runAll(folder, texts.length, environment);
    const said = await readFile(join(folder, 'said'), 'utf8');
    if (said !== '') throw new Error(`the shell said: ${said.slice(0, 2000)}`);
    const left = (await readdir(folder)).sort().join();
    if (left !== 'bin,noted,path,said,texts') throw new Error(`files were left behind: ${left}`);
    return await Promise.all(
      texts.map(async (_, n) => callsIn(await noted(join(folder, 'noted', String(n))))),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runAll(folder: string, count: number, environment: Readonly<Record<string, string>>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', RUN_ALL, 'sh', folder, String(count)], {
      env: { ...environment, PATH: join(folder, 'path') },
      stdio: 'inherit',
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the shell ended with ${code}`));
    });
  });
}

async function noted(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

function callsIn(words: readonly string[]): string[][] {
  const [name, count, ...rest] = words;
  if (name === undefined) return [];
  const length = Number(count);
  return [[name, ...rest.slice(0, length)], ...callsIn(rest.slice(length))];
}
