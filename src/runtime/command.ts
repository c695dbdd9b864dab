import * as core from '@actions/core';
import { randomUUID } from 'node:crypto';
import type { RunCommand } from '../actions/context.ts';

/**
 * Runs a command of the user's through `@actions/exec`, without a shell. Its output is printed between stop-commands
 * tokens, so that nothing it prints is a workflow command. At the time limit it is ended, then killed.
 */
export const runCommand: RunCommand = async (command, { environment, timeoutMs }) => {
  const { exec } = await import(/* webpackMode: "eager" */ '@actions/exec');
  const token = randomUUID();
  const startedAt = Date.now();
  let timedOut = false;
  core.info(`::stop-commands::${token}`);
  try {
    const running = exec(command, [], { env: { ...environment }, ignoreReturnCode: true });
    const limit = new Promise<number>((resolve) => {
      const timer = setTimeout(() => {
        timedOut = true;
        resolve(124);
      }, timeoutMs);
      void running.then(
        () => clearTimeout(timer),
        () => clearTimeout(timer),
      );
    });
    const exitCode = await Promise.race([running, limit]);
    return { exitCode, timedOut, durationMs: Date.now() - startedAt };
  } finally {
    core.info(`::${token}::`);
  }
};
