import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import * as core from '@actions/core';
import { inStep, type HowToGive } from '../domain/how-to-give.ts';
import type { InputFault } from '../domain/input-fault.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Clock, Logger, Random } from '../domain/ports.ts';
import { byStep, type CallAgain } from '../inputs/call-again.ts';
import type { Annotation } from '../report/annotations.ts';
import { escapeLogLine } from '../report/log-text.ts';
import type { CheckCommand, RunCommand } from '../actions/contract/context.ts';
import type { RunTool } from '../auth/port.ts';
import { checkCommand, commandRunner } from './command.ts';
import { systemClock } from './clock.ts';
import { readInput, type Environment } from './environment.ts';
import { LeftCommand } from './left-command.ts';
import { temporaryFile, thisMachine, type Machine } from './machine.ts';
import { OutputFrame } from './output-frame.ts';
import { RunnerFiles } from './runner-files.ts';
import { GITHUB } from './system/github.ts';
import type { System } from './system/system.ts';

/** How a run ended, for the exit code of the process. */
export interface RunEnd {
  readonly outcome: Outcome;
  /** Whether the step fails. */
  readonly fails: boolean;
  readonly cancelled: boolean;
}

/** How a process ends that was cancelled and has not come to its end in time. */
export interface Cancelling {
  readonly exitCode: number;
  /** Whether a second signal ends it at once. A runner sends one some seconds after the first, in any case. */
  readonly endsAtSecond: boolean;
}

/** What a person has to know to agree to changes, a text each. */
export interface PlanInWords {
  readonly facts: readonly string[];
  readonly warnings: readonly string[];
  readonly changes: readonly string[];
}

/**
 * What an action's run needs of the world around it: whatever runs it (GitHub's runner, another system, a terminal), time and
 * chance.
 */
export interface Runner {
  /** Who asked, and in which run. */
  readonly system: System;
  readonly environment: Environment;
  /** The text of an input: empty for one that is given and empty, undefined for one that is not. */
  readonly input: (name: string) => string | undefined;
  /** The file that was started. */
  readonly started: string | undefined;
  /** How people give an input here, for the fixes of their faults. */
  readonly howToGive: HowToGive;
  /** How people run an action by hand here. */
  readonly callAgain: CallAgain;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly runCommand: RunCommand;
  readonly checkCommand: CheckCommand;
  /** How a tool of the machine is run to sign in; default: really. */
  readonly runTool?: RunTool;
  /** What is wrong with how the run was called, and what cannot be written of all that it is to leave behind. */
  faults(): readonly InputFault[];
  /** Default: the one that this process runs on. */
  readonly machine?: Machine;
  mask(secret: string): void;
  /** Prints a line that is escaped already. */
  print(line: string): void;
  annotate(annotation: Annotation): void;
  /**
   * Asks whoever started the run whether these changes are to be made; true where nobody is there to be asked, false once the
   * signal says that the run is cancelled.
   */
  confirm(plan: PlanInWords, signal: AbortSignal): Promise<boolean>;
  setOutput(name: string, value: string): void;
  /** Keeps the report of an action; its path, undefined where it was asked to be kept in no file. */
  writeReport(action: string, text: Iterable<string>): Promise<string | undefined>;
  /** Keeps a file beside the report, for the owner alone; its path. */
  writeFile(name: string, text: Iterable<string>): Promise<string>;
  /** Keeps a plan; its path. */
  writePlan(text: string): Promise<string>;
  writeSummary(markdown: string): Promise<void>;
  /** Keeps a value for the post step, where there is one. */
  saveState(name: string, value: string): void;
  readonly cancelling: Cancelling;
  /** Everything was left behind: once, or again where something of it failed. */
  finish(end: RunEnd): void;
}

/** The GitHub runner, its log through `@actions/core`; outside of one, what it would keep in files is left out. */
export function githubRunner(environment: Environment = process.env): Runner {
  const frame = new OutputFrame();
  const files = new RunnerFiles(environment);
  const saveState = (name: string, value: string) => files.set('GITHUB_STATE', name, value);
  return {
    system: GITHUB,
    environment,
    input: (name) => readInput(environment, name),
    started: process.argv[1],
    howToGive: inStep,
    callAgain: byStep,
    log: actionsLogger(frame),
    clock: systemClock,
    random: Math.random,
    runCommand: commandRunner(frame, new LeftCommand(saveState), files),
    checkCommand,
    mask: (secret) => frame.outside(() => core.setSecret(secret)),
    print: (line) => frame.outside(() => core.info(line)),
    annotate: ({ level, title, message, place }) =>
      frame.outside(() =>
        core[level](message, {
          title,
          ...(place === undefined
            ? {}
            : { file: place.file, startLine: place.line, startColumn: place.column }),
        }),
      ),
    confirm: async () => true,
    setOutput: (name, value) => files.set('GITHUB_OUTPUT', name, value),
    writeReport: async (action, text) => writeTemporaryReport(action, text, environment),
    writeFile: async (name, text) => writeTemporaryReport(name, text, environment),
    writePlan: async (text) => writeTemporaryReport('plan', [text], environment),
    writeSummary: async (markdown) => files.append('GITHUB_STEP_SUMMARY', markdown),
    saveState,
    faults: () => files.faults(),
    cancelling: { exitCode: 1, endsAtSecond: false },
    finish({ fails }) {
      process.exitCode = fails ? 1 : 0;
    },
  };
}

/** A report in the folder of temporary files, for its owner alone. */
export async function writeTemporaryReport(
  action: string,
  text: Iterable<string>,
  environment: Environment,
  machine: Machine = thisMachine,
): Promise<string> {
  const path = temporaryFile(`uc-promote-${action}-${randomUUID()}.json`, environment, machine);
  await writeFile(path, text, { flag: 'wx', mode: 0o600 });
  return path;
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
