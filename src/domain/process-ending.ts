/**
 * How a process ended: with an exit code, by a signal, or it was never started. One of the three and never none of them,
 * so that an exit code that is not there cannot be taken for 0.
 */
export type ProcessEnding = EndedProcess | { readonly notStarted: string };

/** How a process ended that had been started. */
export type EndedProcess = { readonly exitCode: number } | { readonly signal: string };

/** Whether it ended by itself with exit code 0: nothing else is a success. */
export function hasSucceeded(ending: ProcessEnding): boolean {
  return 'exitCode' in ending && ending.exitCode === 0;
}

/** The ending in a few words: `exit code 3`, `signal SIGKILL`, `not started`. */
export function formatEnding(ending: ProcessEnding): string {
  if ('exitCode' in ending) return `exit code ${ending.exitCode}`;
  return 'signal' in ending ? `signal ${ending.signal}` : 'not started';
}

/**
 * Whether it ended by an exit code that means that there was nothing to run: a shell, and a program that starts another such
 * as `env`, ends with 127 where a command was not found and with 126 where it could not be started (POSIX, Shell & Utilities
 * §2.8.2).
 */
export function lacksProgram(ending: ProcessEnding): boolean {
  return 'exitCode' in ending && (ending.exitCode === 126 || ending.exitCode === 127);
}
