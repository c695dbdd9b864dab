import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '../../domain/errors.ts';
import type { InputFault } from '../../domain/input-fault.ts';
import { CANCELLED_EXIT_CODE, OUTCOME_MEANINGS } from '../../domain/outcome.ts';
import { byCommand, byStep } from '../../inputs/call-again.ts';
import { escapeLogLine } from '../../report/log-text.ts';
import { checkCommand, commandRunner } from '../command.ts';
import { LeftCommand } from '../left-command.ts';
import { temporaryFile, thisMachine } from '../machine.ts';
import type { CommandFrame } from '../output-frame.ts';
import { writeTemporaryReport, type Runner } from '../runner.ts';
import { RunnerFiles } from '../runner-files.ts';
import type { System } from '../system/system.ts';
import type { Arguments } from './arguments.ts';
import { fileFaults } from './file-faults.ts';
import { FILE_FLAGS, STREAM, type FileFlag, type FlagName } from './flags.ts';
import { asFlag } from './give-flag.ts';
import { logCommandsOf } from './log-commands.ts';
import { NeutralOutput } from './neutral-output.ts';
import { dotenv, jsonOutputs, outputVariable } from './outputs.ts';
import { pageStyle } from './style.ts';
import { canRewrite, TerminalLines } from './terminal-lines.ts';
import type { CommandWorld } from './world.ts';

/** A run of the command line, and what it leaves behind when it has ended. */
export interface CommandRunner extends Runner {
  /** Writes the outputs; the exit code of a run that left anything unwritten which was asked for is never 0. */
  writeOutputs(): void;
}

/** What a command is called with: its arguments, and the texts of its inputs. */
export interface Call {
  readonly given: Arguments;
  readonly inputs: ReadonlyMap<string, string>;
  readonly faults: readonly InputFault[];
}

/** The command line as a runner: the page and all other lines on standard error, which no other program reads. */
export function commandLineRunner(call: Call, system: System, world: CommandWorld): CommandRunner {
  const { given, inputs } = call;
  const { environment } = world;
  const { flags } = given;
  const commands = logCommandsOf(system.name);
  const lines = new TerminalLines(world);
  const print = (line: string) => lines.print(line);
  const log = (text: string) => print(escapeLogLine(text));
  const outputs = new Map<string, string>();
  // The files of GitHub's runner, for a step of `run:`; elsewhere no variable names one.
  const files = new RunnerFiles(system.name === 'github' ? environment : {});
  const frame = system.name === 'none' ? plainFrame(lines) : new NeutralOutput((chunk) => lines.write(chunk));
  const refused = fileFaults(flags);
  const kept = new Set<FlagName>();
  /** Writes a file that was asked for; one that fails keeps none of the others back. */
  const keep = (flag: FileFlag, text: string) => {
    // What the run ended by saying of a file is not said again.
    if (refused.some(({ of }) => of.includes(flag))) return;
    try {
      keepText(flags.get(flag), text, world);
      kept.add(flag);
    } catch (error) {
      log(`warning: The file of --${flag} could not be written: ${messageOf(error)}`);
    }
  };
  const asked = (['json', ...FILE_FLAGS] as const).filter(
    (flag) => flags.has(flag) && !(flag === 'summary-file' && /^false$/iu.test(inputs.get('summary') ?? '')),
  );
  // Where there is nothing to apply, no plan is left.
  kept.add('plan-file');
  const style = pageStyle(world);
  return {
    system,
    environment,
    input: (name) => inputs.get(name)?.trim(),
    started: process.argv[1],
    howToGive: asFlag(system.name),
    callAgain: system.name === 'github' ? byStep : byCommand,
    log: {
      info: log,
      debug: (text) => (flags.has('debug') ? log(`debug: ${text}`) : undefined),
      warning: (text) => log(`warning: ${text}`),
      ...(canRewrite(world) ? { progress: (text: string) => lines.showProgress(escapeLogLine(text)) } : {}),
    },
    clock: world.clock,
    random: world.random,
    runCommand: commandRunner(frame, new LeftCommand(() => {}), files),
    checkCommand,
    faults: () => [...call.faults, ...files.faults(), ...refused.map(({ fault }) => fault)],
    // Everything that is printed has passed the redactor, which knows it already.
    mask: () => {},
    print: (line) => print(style(line)),
    annotate: (annotation) => commands.annotate(annotation).forEach(print),
    async confirm({ facts, warnings, changes }, signal) {
      if (flags.has('yes') || !isAttended(given, world)) return flags.has('yes');
      const show = (title: string, texts: readonly string[]) => {
        if (texts.length > 0) print(title);
        for (const text of texts) print(`  ${escapeLogLine(text)}`);
      };
      show('Based on:', facts);
      show('Warnings:', warnings);
      show('Planned changes:', changes);
      return /^y(?:es)?$/iu.test((await world.ask('Make these changes? [y/N] ', signal)).trim());
    },
    setOutput(name, value) {
      outputs.set(name, value);
      files.set('GITHUB_OUTPUT', name, value);
      const command = commands.setOutput(outputVariable(name), value);
      if (command === undefined)
        log(
          `warning: Not set as a variable, which holds only short values without special characters: ${name}.`,
        );
      else if (command !== '') print(command);
    },
    async writeReport(_action, pieces) {
      lines.clear();
      const text = [...pieces].join('');
      if (flags.has('json')) world.stdout(text);
      kept.add('json');
      keep('report-file', text);
      const path = flags.get('report-file');
      return path === undefined || path === STREAM || !kept.has('report-file') ? undefined : resolve(path);
    },
    writeFile: async (name, text) => writeTemporaryReport(name, text, environment),
    async writePlan(text) {
      const path = flags.get('plan-file');
      if (path === undefined) return writeTemporaryReport('plan', [text], environment);
      kept.delete('plan-file');
      keep('plan-file', text);
      return path === STREAM ? '' : resolve(path);
    },
    async writeSummary(markdown) {
      keep('summary-file', markdown);
      files.append('GITHUB_STEP_SUMMARY', markdown);
      if (system.name !== 'azure-pipelines') return;
      const shown = summaryPath(flags.get('summary-file'), markdown, world);
      commands.showSummary(shown).forEach(print);
    },
    saveState: () => {},
    cancelling: { exitCode: CANCELLED_EXIT_CODE, endsAtSecond: true },
    finish({ outcome, fails, cancelled }) {
      const { commandExitCode } = OUTCOME_MEANINGS[outcome];
      const code = commandExitCode === 0 ? OUTCOME_MEANINGS.error.commandExitCode : commandExitCode;
      world.exitCode.end(cancelled ? CANCELLED_EXIT_CODE : fails ? code : 0);
    },
    writeOutputs() {
      const { text, left } = dotenv(outputs);
      if (flags.has('dotenv-file') && left.length > 0)
        log(
          `warning: Left out of --dotenv-file, which holds only short values without special characters: ${left.join(', ')}.`,
        );
      keep('dotenv-file', text);
      keep('outputs-file', jsonOutputs(outputs));
      if (asked.some((flag) => !kept.has(flag))) world.exitCode.lose();
    },
  };
}

/** Whether a person is there to be asked. */
export function isAttended({ flags }: Pick<Arguments, 'flags'>, { isTerminal }: CommandWorld): boolean {
  return isTerminal.stdin && isTerminal.stderr && !flags.has('no-input');
}

function keepText(path: string | undefined, text: string, world: CommandWorld): void {
  if (path === STREAM) world.stdout(text);
  else if (path !== undefined) writeFileSync(path, text);
}

/** Where the page stands as a file, for a system that shows one. */
function summaryPath(given: string | undefined, markdown: string, { environment }: CommandWorld): string {
  if (given !== undefined && given !== STREAM) return resolve(given);
  const folder = { RUNNER_TEMP: environment['AGENT_TEMPDIRECTORY'] };
  const path = temporaryFile(`uc-promote-summary-${randomUUID()}.md`, folder, thisMachine);
  writeFileSync(path, markdown, { flag: 'wx', mode: 0o600 });
  return path;
}

/** A person's own terminal shows a command of theirs as it is. */
function plainFrame(lines: TerminalLines): CommandFrame {
  return { open: () => {}, write: async (chunk) => lines.write(chunk), close: () => {} };
}
