import { fileURLToPath } from 'node:url';
import type { CheckCommand, RunCommand } from '../../src/actions/contract/context.ts';
import type { Clock } from '../../src/domain/ports.ts';
import type { Annotation } from '../../src/report/annotations.ts';
import { inStep } from '../../src/domain/how-to-give.ts';
import { byStep } from '../../src/inputs/call-again.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { readInput } from '../../src/runtime/environment.ts';
import { writeTemporaryReport, type Runner } from '../../src/runtime/runner.ts';
import type { System } from '../../src/runtime/system/system.ts';
import { GITHUB } from '../../src/runtime/system/github.ts';
import { requireNoLeak, secretsOfEnvironment, type LeftBehind } from './leaks.ts';

/** What a runner was told. */
export interface Seen {
  readonly outputs: Record<string, string>;
  summary: string;
  readonly log: string[];
  readonly annotations: Annotation[];
  readonly state: Record<string, string>;
  exitCode: 0 | 1 | undefined;
  readonly masked: string[];
  readonly slept: number[];
}

/** A runner that writes down all it is told, and the record. */
export function recordingRunner(options: {
  readonly environment: Readonly<Record<string, string>>;
  readonly clock?: 'fake' | 'real';
  readonly runCommand?: RunCommand;
  /** Default: every command names a program. */
  readonly checkCommand?: CheckCommand;
  /** Default: GitHub Actions. */
  readonly system?: System;
}): { readonly runner: Runner; readonly seen: Seen } {
  const seen: Seen = {
    outputs: {},
    summary: '',
    log: [],
    annotations: [],
    state: {},
    exitCode: undefined,
    masked: [],
    slept: [],
  };
  const note = (level: string) => (text: string) => void seen.log.push(`${level}: ${text}`);
  const runner: Runner = {
    system: options.system ?? GITHUB,
    environment: options.environment,
    input: (name) => readInput(options.environment, name),
    started: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
    howToGive: inStep,
    callAgain: byStep,
    log: { info: note('info'), debug: note('debug'), warning: note('warning') },
    clock: options.clock === 'real' ? systemClock : fakeClock(seen.slept),
    random: () => 0.5,
    runCommand:
      options.runCommand ?? (() => Promise.reject(new Error('This test expects no command to be run.'))),
    checkCommand: options.checkCommand ?? (async () => undefined),
    mask: (secret) => void seen.masked.push(secret),
    print: (line) => void seen.log.push(line),
    annotate: (annotation) => void seen.annotations.push(annotation),
    setOutput: (name, value) => {
      seen.outputs[name] = value;
    },
    writeSummary: async (markdown) => {
      seen.summary += markdown;
    },
    saveState: (name, value) => {
      seen.state[name] = value;
    },
    confirm: async () => true,
    writeReport: async (action, text) => writeTemporaryReport(action, text, options.environment),
    writeFile: async (name, text) => writeTemporaryReport(name, text, options.environment),
    writePlan: async (text) => writeTemporaryReport('plan', [text], options.environment),
    faults: () => [],
    cancelling: { exitCode: 1, endsAtSecond: false },
    finish: ({ fails }) => {
      seen.exitCode = fails ? 1 : 0;
    },
  };
  return { runner, seen };
}

/** Throws when a secret leaked in a run that was recorded: {@link requireNoLeak}. */
export function requireNoLeakOf(
  { masked, log, ...files }: Seen,
  environment: Readonly<Record<string, string>>,
  more: { readonly files?: unknown; readonly sent?: Iterable<string> } & Pick<
    LeftBehind,
    'received' | 'withheld'
  > = {},
): void {
  const { sent = [], ...others } = more;
  requireNoLeak({
    ...others,
    printed: log.join('\n'),
    files: [files, more.files],
    masked,
    given: [...secretsOfEnvironment(environment), ...sent],
  });
}

/** A clock whose sleeps end at once: its time goes on by what was slept, noted in `slept` (milliseconds). */
export function fakeClock(slept: number[]): Clock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    async sleep(ms) {
      slept.push(ms);
      ahead += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
