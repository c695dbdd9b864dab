import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Emulator } from '../../../emulator/index.ts';
import { ExitCode } from '../../../src/runtime/cli/exit-code.ts';
import { runCommandLine, type ActionTable } from '../../../src/runtime/cli/run.ts';
import type { CommandWorld } from '../../../src/runtime/cli/world.ts';
import { ACTIONS } from '../../../src/index.ts';
import { requireNoLeak, secretsOfEnvironment } from '../../actions/leaks.ts';
import { fakeClock } from '../../actions/recording-runner.ts';

/** How a command is called beside its words. */
export interface CommandOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: all actions. */
  readonly actions?: ActionTable;
  /** What a person at a terminal says to each question; default: there is none. */
  readonly says?: readonly (string | ((signal: AbortSignal) => Promise<string>))[];
  /** An error: it cannot be read. */
  readonly stdin?: string | Error;
}

/** What a command left behind. */
export interface CommandRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly asked: readonly string[];
  /** The text of a file in the folder of the command. */
  file(name: string): Promise<string>;
}

/** A folder of files for a command, which is gone when the test ends. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'uc-promote-cli-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Runs a command line in this process; `PLACE/` in a word stands for a folder of its own. */
export async function command(
  words: readonly string[],
  { environment = {}, actions = ACTIONS, says, stdin = '' }: CommandOptions = {},
): Promise<CommandRun> {
  const place = await folder();
  let stdout = '';
  let stderr = '';
  let exitCode = 0;
  const asked: string[] = [];
  const answers = [...(says ?? [])];
  const isTerminal = says !== undefined;
  const world: CommandWorld = {
    environment,
    isTerminal: { stdin: isTerminal, stderr: isTerminal },
    stdout: (text) => void (stdout += text),
    stderr: (chunk) =>
      void (stderr += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')),
    async readStdin() {
      if (stdin instanceof Error) throw stdin;
      return stdin;
    },
    async ask(question, signal) {
      asked.push(question);
      const answer = answers.shift() ?? '';
      return typeof answer === 'string' ? answer : answer(signal);
    },
    exitCode: new ExitCode((code) => void (exitCode = code)),
    clock: fakeClock([]),
    random: () => 0.5,
  };
  await runCommandLine(
    actions,
    words.map((word) => word.replaceAll('PLACE/', `${place}/`)),
    world,
  );
  const file = (name: string) => readFile(join(place, name), 'utf8');
  const left = await Promise.all((await readdir(place)).map(file));
  const host = environment['DATABRICKS_HOST'];
  // No line says a secret to mask it either: whoever keeps standard error in a file would keep it.
  if (/^::add-mask::|^##vso\[task\.setsecret\]/mu.test(stderr))
    throw new Error('A secret was printed to be masked.');
  requireNoLeak({
    printed: stderr,
    files: [stdout, left],
    given: secretsOfEnvironment(environment),
    withheld: host === undefined || host === '' ? [] : [new URL(host).host],
  });
  return { stdout, stderr, exitCode, asked, file };
}

/** Variables that sign in to an emulator. */
export function signedIn(emulator: Emulator, token = 'emulator-promoter'): Record<string, string> {
  return { DATABRICKS_HOST: emulator.url, DATABRICKS_TOKEN: token };
}

/** The words of a command for inputs of an action. */
export function wordsOf(action: string, inputs: Readonly<Record<string, string>>): string[] {
  const flags = Object.entries({ registry: 'databricks', ...inputs }).map(
    ([name, value]) => `--${name}=${value}`,
  );
  return [action, ...flags];
}
