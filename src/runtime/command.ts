import * as core from '@actions/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { messageOf } from '../domain/errors.ts';
import { escapeLogLine } from '../report/log-text.ts';
import type { RunCommand } from '../actions/context.ts';
import type { RunTool } from '../auth/port.ts';

/** Between the request to end and the end by force, milliseconds. */
const GRACE = 2_000;

/** The shell's convention for a command that was not found. */
const NOT_FOUND = 127;

/**
 * Runs a command of the user's through `@actions/exec`, without a shell, in a process group of its own that has only
 * the given environment. At the time limit, and when the run is cancelled, the whole group is ended, then killed. What it prints stands between
 * stop-commands tokens, so that nothing of it is a workflow command.
 */
export const runCommand: RunCommand = async (command, { environment, timeoutMs, signal }) => {
  const token = randomUUID();
  const startedAt = Date.now();
  core.info(`::stop-commands::${token}`);
  try {
    const child = spawn(process.execPath, ['--input-type=module', '-e', LAUNCHER, import.meta.url, command], {
      env: { ...environment },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: process.platform !== 'win32',
    });
    let timedOut = false;
    const end = () => {
      endGroup(child, 'SIGTERM');
      setTimeout(() => endGroup(child, 'SIGKILL'), GRACE).unref();
    };
    const limit = setTimeout(() => {
      timedOut = true;
      end();
    }, timeoutMs);
    signal.addEventListener('abort', end, { once: true });
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(code ?? 1));
    });
    clearTimeout(limit);
    signal.removeEventListener('abort', end);
    return { exitCode, timedOut, durationMs: Date.now() - startedAt };
  } finally {
    core.info(`::${token}::`);
  }
};

/** Loads this module in the new process, from the bundle or from the sources, and runs the command line there. */
const LAUNCHER =
  'const { runCommandLine } = await import(process.argv[1]); await runCommandLine(process.argv[2]);';

/** Runs a command line in this process' group; its exit code becomes that of this process. */
export async function runCommandLine(commandLine: string): Promise<void> {
  const { exec } = await import(/* webpackMode: "eager" */ '@actions/exec');
  try {
    process.exitCode = await exec(commandLine, [], { ignoreReturnCode: true });
  } catch (error) {
    core.info(escapeLogLine(messageOf(error)));
    process.exitCode = NOT_FOUND;
  }
}

function endGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    core.debug(escapeLogLine(messageOf(error)));
  }
}

/** Runs a tool of the machine silently, for signing in; its output, a token perhaps, is for the caller only. */
export const runTool: RunTool = async (tool, args, timeoutMs) => {
  const { getExecOutput } = await import(/* webpackMode: "eager" */ '@actions/exec');
  const limit = AbortSignal.timeout(timeoutMs);
  const late = new Promise<never>((_resolve, reject) => {
    const error = new Error(`no end after ${timeoutMs / 1000} s`);
    limit.addEventListener('abort', () => reject(Object.assign(error, { code: 'ETIMEDOUT' })));
  });
  return Promise.race([
    getExecOutput(tool, [...args], { silent: true, ignoreReturnCode: true, input: Buffer.alloc(0) }),
    late,
  ]);
};
