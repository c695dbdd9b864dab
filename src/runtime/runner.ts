import * as core from '@actions/core';
import type { InputFault } from '../domain/input-fault.ts';
import type { Clock, Logger, Random } from '../domain/ports.ts';
import type { Annotation } from '../report/annotations.ts';
import { escapeLogLine } from '../report/log-text.ts';
import type { CheckCommand, RunCommand } from '../actions/contract/context.ts';
import type { RunTool } from '../auth/port.ts';
import { checkCommand, commandRunner } from './command.ts';
import { systemClock } from './clock.ts';
import type { Environment } from './environment.ts';
import { LeftCommand } from './left-command.ts';
import type { Machine } from './machine.ts';
import { OutputFrame } from './output-frame.ts';
import { RunnerFiles } from './runner-files.ts';

/** What an action's run needs of the world around it: the GitHub runner, time and chance. */
export interface Runner {
  readonly environment: Environment;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly runCommand: RunCommand;
  readonly checkCommand: CheckCommand;
  /** How a tool of the machine is run to sign in; default: really. */
  readonly runTool?: RunTool;
  /** What cannot be written of the files and the folder that the runner gives a step. */
  fileFaults(): readonly InputFault[];
  /** Default: the one that this process runs on. */
  readonly machine?: Machine;
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

/** The GitHub runner, its log through `@actions/core`; outside of one, what it would keep in files is left out. */
export function githubRunner(environment: Environment = process.env): Runner {
  const frame = new OutputFrame();
  const files = new RunnerFiles(environment);
  const saveState = (name: string, value: string) => files.set('GITHUB_STATE', name, value);
  return {
    environment,
    log: actionsLogger(frame),
    clock: systemClock,
    random: Math.random,
    runCommand: commandRunner(frame, new LeftCommand(saveState), files),
    checkCommand,
    mask: (secret) => frame.outside(() => core.setSecret(secret)),
    print: (line) => frame.outside(() => core.info(line)),
    annotate: ({ level, title, message }) => frame.outside(() => core[level](message, { title })),
    setOutput: (name, value) => files.set('GITHUB_OUTPUT', name, value),
    writeSummary: async (markdown) => files.append('GITHUB_STEP_SUMMARY', markdown),
    saveState,
    fileFaults: () => files.faults(),
    setExitCode(code) {
      process.exitCode = code;
    },
  };
}

/** The job's log. The runner reads commands out of every line, so each text is escaped before it is printed. */
function actionsLogger(frame: OutputFrame): Logger {
  return {
    info: (text) => frame.outside(() => core.info(escapeLogLine(text))),
    debug(text) {
      if (core.isDebug()) frame.outside(() => core.debug(escapeLogLine(text)));
    },
    warning: (text) => frame.outside(() => core.warning(escapeLogLine(text))),
  };
}
