import { messageOf } from '../domain/errors.ts';
import { escapeLogLine } from '../report/log-text.ts';
import type { RunCommand } from '../actions/context.ts';
import type { RunTool } from '../auth/port.ts';
import { cancelled } from '../http/cancelled.ts';
import type { OutputFrame } from './output-frame.ts';
import { runGroup, type GroupOrder } from './process-group.ts';

/** The shell's convention for a command that was not found. */
const NOT_FOUND = 127;

/**
 * Runs a command of the user's through `@actions/exec`, without a shell, in a process group of its own that has only
 * the given environment: see {@link runGroup}. What it prints passes through this process into the frame, so that
 * nothing of it is a workflow command.
 */
export function commandRunner(frame: OutputFrame): RunCommand {
  return async (command, { environment, timeoutMs, signal }) => {
    const startedAt = Date.now();
    frame.open();
    try {
      const ending = await runGroup({
        ...launch(command),
        environment,
        timeoutMs,
        signal,
        onOutput: (chunk) => frame.write(chunk),
      });
      return { ...ending, durationMs: Date.now() - startedAt };
    } finally {
      frame.close();
    }
  };
}

/**
 * Runs a tool of the machine silently, for signing in; its output, a token perhaps, is for the caller only. Ended at the
 * limit, and when the run is cancelled, as {@link runGroup} ends.
 */
export const runTool: RunTool = async (tool, args, { timeoutMs, signal }) => {
  const printed = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const { exitCode, timedOut } = await runGroup({
    ...launch(`"${tool.replaceAll('"', '\\"')}"`, args),
    timeoutMs,
    signal,
    onOutput: async (chunk, from) => void printed[from].push(chunk),
  });
  if (signal.aborted) throw cancelled();
  if (timedOut) {
    throw Object.assign(new Error(`no end after ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' });
  }
  const stdout = Buffer.concat(printed.stdout).toString('utf8');
  const stderr = Buffer.concat(printed.stderr).toString('utf8');
  if (exitCode === NOT_FOUND) throw new Error(stderr.trim());
  return { exitCode, stdout, stderr };
};

/** Loads this module in the new process, from the bundle or from the sources, and runs the command line there. */
const LAUNCHER =
  'const { runCommandLine } = await import(process.argv[1]); await runCommandLine(...process.argv.slice(2));';

/** A process of Node that runs a command line, or a tool when arguments are given. */
function launch(commandLine: string, args?: readonly string[]): Pick<GroupOrder, 'file' | 'args'> {
  const given = args === undefined ? [] : [JSON.stringify(args)];
  return {
    file: process.execPath,
    args: ['--input-type=module', '-e', LAUNCHER, import.meta.url, commandLine, ...given],
  };
}

/**
 * Runs a command line in this process' group; its exit code becomes that of this process. With the arguments of a tool,
 * as JSON, nothing but the tool's own output is printed.
 */
export async function runCommandLine(commandLine: string, args?: string): Promise<void> {
  const { exec } = await import(/* webpackMode: "eager" */ '@actions/exec');
  const forTool = {
    silent: true,
    input: Buffer.alloc(0),
    listeners: {
      stdout: (chunk: Buffer) => void process.stdout.write(chunk),
      stderr: (chunk: Buffer) => void process.stderr.write(chunk),
    },
  };
  try {
    process.exitCode =
      args === undefined
        ? await exec(commandLine, [], { ignoreReturnCode: true })
        : await exec(commandLine, JSON.parse(args) as string[], { ignoreReturnCode: true, ...forTool });
  } catch (error) {
    process.stderr.write(`${escapeLogLine(messageOf(error))}\n`);
    process.exitCode = NOT_FOUND;
  }
}
