import type { CheckCommand, RunCommand } from '../actions/contract/context.ts';
import type { RunTool } from '../auth/port.ts';
import { splitCommandLine } from '../domain/command-line.ts';
import { messageOf } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import { cancelled } from '../http/cancelled.ts';
import type { Environment } from './environment.ts';
import { LastLine } from './last-line.ts';
import type { LeftCommand } from './left-command.ts';
import type { CommandFrame } from './output-frame.ts';
import { runGroup } from './process-group.ts';
import { findProgram, missingInterpreter, type Program } from './program.ts';
import type { RunnerFiles } from './runner-files.ts';
import { writeShellScript, type ShellScript } from './shell-script.ts';

/**
 * Runs a command of the user's, or a shell on its text, in a process group of its own that has only the given environment: see
 * {@link runGroup}. What it prints passes through this process into the frame, so that nothing of it is a workflow
 * command. What runs is noted, so that the post step finds it when this process is killed. The files that the runner reads
 * after the step are afterwards what they were.
 */
export function commandRunner(
  frame: CommandFrame,
  left: LeftCommand,
  files: Pick<RunnerFiles, 'guard'>,
): RunCommand {
  return async (command, { environment, shell, timeoutMs, signal }) => {
    const startedAt = Date.now();
    const durationMs = () => Date.now() - startedAt;
    const notStarted = (reason: string) => ({
      notStarted: reason,
      timedOut: false,
      durationMs: durationMs(),
    });
    let script: ShellScript | undefined;
    try {
      script = shell === undefined ? undefined : writeShellScript(command, shell, environment);
    } catch (error) {
      return notStarted(messageOf(error));
    }
    try {
      const program = await programOf(script?.words ?? splitCommandLine(command), environment);
      if ('problem' in program) return notStarted(program.problem);
      const lastError = new LastLine();
      const restore = files.guard(environment);
      frame.open();
      try {
        await frame.write(Buffer.from(`[command]${[program.file, ...program.args].join(' ')}\n`));
        const ending = await runGroup({
          ...program,
          environment: { ...environment, ...left.mark() },
          timeoutMs,
          signal,
          onStart: (group) => left.begin(group),
          onOutput(chunk, from) {
            if (from === 'stderr') lastError.add(chunk);
            return frame.write(chunk);
          },
        });
        left.end();
        // The name of the file is ours, and says nothing to whoever wrote its text.
        const said = lastError.text?.replaceAll(script?.path ?? '\n', 'validate-command');
        return {
          ...ending,
          ...(said === undefined ? {} : { lastError: said }),
          restored: restore(),
          durationMs: durationMs(),
        };
      } catch (error) {
        restore();
        throw error;
      } finally {
        frame.close();
      }
    } finally {
      script?.remove();
    }
  };
}

/** Looks for the program of a command line, or for the shell that is to read it, and starts nothing. */
export const checkCommand: CheckCommand = async (command, { environment, shell }) => {
  const words = shell === undefined ? splitCommandLine(command) : [shell];
  const program = await programOf(words, environment);
  return 'problem' in program ? program.problem : undefined;
};

/**
 * Runs a tool of the machine silently, for signing in; its output, a token perhaps, is for the caller only. Ended at the
 * limit, and when the run is cancelled, as {@link runGroup} ends.
 */
export const runTool: RunTool = async (tool, args, { timeoutMs, signal }) => {
  const program = await programOf([tool, ...args], process.env);
  if ('problem' in program) throw new Error(program.problem);
  const printed = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const { timedOut, ...ending } = await runGroup({
    ...program,
    timeoutMs,
    signal,
    onOutput: async (chunk, from) => void printed[from].push(chunk),
  });
  if (signal.aborted) throw cancelled();
  if (timedOut) {
    throw Object.assign(new Error(`no end after ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' });
  }
  if ('notStarted' in ending) throw new Error(ending.notStarted);
  const stdout = Buffer.concat(printed.stdout).toString('utf8');
  const stderr = Buffer.concat(printed.stderr).toString('utf8');
  return { ...ending, stdout, stderr };
};

async function programOf(
  words: readonly string[],
  environment: Environment,
): Promise<Program | { readonly problem: string }> {
  const [name] = words;
  if (name === undefined) return { problem: 'it does not name a program.' };
  const place = { environment, platform: process.platform };
  const program = await findProgram(words, place);
  if (program === undefined) return { problem: problemOf(name) };
  const interpreter = await missingInterpreter(program.file, place);
  if (interpreter === undefined) return program;
  return {
    problem: `"${show(name, 80)}" names "${show(interpreter, 80)}" in its first line, but that program was not found.`,
  };
}

function problemOf(name: string): string {
  const shown = show(name, 80);
  return /[/\\]/u.test(name)
    ? `"${shown}" was not found or may not be run.`
    : `"${shown}" was not found in any folder of PATH.`;
}
