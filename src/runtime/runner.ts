import * as core from '@actions/core';
import type { Clock, Logger, Random } from '../domain/ports.ts';
import type { Annotation } from '../report/annotations.ts';
import { escapeLogLine } from '../report/log-text.ts';
import type { RunCommand } from '../actions/context.ts';
import type { RunTool } from '../auth/port.ts';
import { runCommand } from './command.ts';
import { systemClock } from './clock.ts';
import type { Environment } from './environment.ts';

/** What an action's run needs of the world around it: the GitHub runner, time and chance. */
export interface Runner {
  readonly environment: Environment;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly runCommand: RunCommand;
  /** How a tool of the machine is run to sign in; default: really. */
  readonly runTool?: RunTool;
  mask(secret: string): void;
  /** Prints a line that is escaped already. */
  print(line: string): void;
  annotate(annotation: Annotation): void;
  setOutput(name: string, value: string): void;
  writeSummary(markdown: string): Promise<void>;
  /** Keeps a value for the post step. */
  saveState(name: string, value: string): void;
  setExitCode(code: 0 | 1): void;
}

/** The GitHub runner through `@actions/core`; outside of one, what it would keep in files is left out. */
export function githubRunner(environment: Environment = process.env): Runner {
  return {
    environment,
    log: actionsLogger,
    clock: systemClock,
    random: Math.random,
    runCommand,
    mask: (secret) => core.setSecret(secret),
    print: (line) => core.info(line),
    annotate: ({ level, title, message }) => core[level](message, { title }),
    setOutput(name, value) {
      if (environment['GITHUB_OUTPUT'] !== undefined) core.setOutput(name, value);
    },
    async writeSummary(markdown) {
      if (environment['GITHUB_STEP_SUMMARY'] !== undefined) await core.summary.addRaw(markdown).write();
    },
    saveState(name, value) {
      if (environment['GITHUB_STATE'] !== undefined) core.saveState(name, value);
    },
    setExitCode(code) {
      process.exitCode = code;
    },
  };
}

/** The job's log. The runner reads commands out of every line, so each text is escaped before it is printed. */
const actionsLogger: Logger = {
  info: (text) => core.info(escapeLogLine(text)),
  debug(text) {
    if (core.isDebug()) core.debug(escapeLogLine(text));
  },
  warning: (text) => core.warning(escapeLogLine(text)),
};
