import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Emulator } from '../../emulator/index.ts';
import { TOKENS } from '../actions/harness.ts';
import { inputVariable, variablesOfDefaults } from '../actions/runner-inputs.ts';
import { requireNoLeak, secretsOfEnvironment, watchSecrets } from '../actions/leaks.ts';
import { reportSchema, type Report } from '../../src/report/report.ts';
import { ROOT } from '../imports.ts';

/** How a step ended that ran in a process of its own, as the runner starts it. */
export interface EndedStep {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds from the signal, or from the start without one, to the end. */
  readonly tookMs: number;
  readonly printed: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** What the post step will find as `STATE_…`. */
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Undefined where the step ended before there was one. */
  readonly report: Report | undefined;
}

/** A step that runs. */
export interface RunningStep {
  readonly child: ChildProcess;
  /** Sends a signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<EndedStep>;
}

/** Starts an action from its sources in a process of Node 24, with the variables and files of a job; its end throws when a secret leaked. */
export async function startStep(
  emulator: Emulator,
  action: string,
  inputs: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
): Promise<RunningStep> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-step-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = { output: join(folder, 'o'), state: join(folder, 's'), summary: join(folder, 'm') };
  for (const file of Object.values(files)) await writeFile(file, '');
  const entry = JSON.stringify(join(ROOT, 'src/index.ts'));
  const call = action === 'post' ? 'runPost()' : `run(${JSON.stringify(action)})`;
  const code = `const { run, runPost } = await import(${entry}); await ${call};`;
  const environment = {
    ...(action === 'post' ? {} : variablesOfDefaults(action)),
    PATH: process.env['PATH'],
    HOME: folder,
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: files.output,
    GITHUB_STATE: files.state,
    GITHUB_STEP_SUMMARY: files.summary,
    RUNNER_TEMP: folder,
    DATABRICKS_HOST: emulator.url,
    DATABRICKS_TOKEN: TOKENS.promoter,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputVariable(name), value])),
    ...variables,
  };
  const secrets = watchSecrets(emulator);
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  });
  let printed = '';
  const collect = (chunk: Buffer) => (printed += chunk.toString('utf8'));
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const closed = new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.on('close', (exitCode, signal) => resolve([exitCode, signal])),
  );
  onTestFinished(() => void (child.exitCode === null && child.kill('SIGKILL')));
  return {
    child,
    async end(signal) {
      const startedAt = performance.now();
      if (signal !== undefined) child.kill(signal);
      const [exitCode, ending] = await closed;
      const tookMs = performance.now() - startedAt;
      const [output, state, summary] = await Promise.all(
        [files.output, files.state, files.summary].map((file) => readFile(file, 'utf8')),
      );
      const outputs = heredocs(output ?? '');
      const report = outputs['report'] === undefined ? '' : await readFile(outputs['report'], 'utf8');
      const { sent, received } = secrets();
      requireNoLeak({
        printed,
        files: [output, state, summary, report],
        given: [...secretsOfEnvironment(environment), ...sent],
        // A process that was killed may have had no time to mask what it just got; it had none to print it either.
        received: ending === null ? received : [],
      });
      return {
        code: exitCode,
        signal: ending,
        tookMs,
        printed,
        outputs,
        state: heredocs(state ?? ''),
        summary: summary ?? '',
        report: report === '' ? undefined : reportSchema.parse(JSON.parse(report)),
      };
    },
  };
}

/** The values of a command file; only the heredoc form is taken, the one that values cannot break out of. */
export function heredocs(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  while (lines.length > 0) {
    const first = lines.shift() ?? '';
    if (first === '') continue;
    const match = /^([a-z-]+)<<(ghadelimiter_[0-9a-f-]{36})$/u.exec(first);
    if (match?.[1] === undefined) throw new Error(`Not in heredoc form: ${first}`);
    const end = lines.indexOf(match[2] ?? '');
    if (end < 0) throw new Error(`No end of ${match[1]}`);
    values[match[1]] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n');
  }
  return values;
}

/** Waits until something is true; throws after ten seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let left = 1000; !condition(); left -= 1) {
    if (left === 0) throw new Error('It did not become true in ten seconds.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether there is a process of this id. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
