import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Emulator, EmulatorOptions } from '../../emulator/index.ts';
import { promoter } from '../../emulator/seeds/demo.ts';
import { jobRunsOf, type SeenRun } from '../crash/scenario.ts';
import { world, type ActionBench } from './harness.ts';

/** The job parameters that a version is handed in. */
export const PARAMETERS = ['model_name', 'model_version', 'model_uri'].map((name) => ({ name, default: '' }));

/** A world whose jobs run scripts of JavaScript, and what can be said of its runs. */
export interface JobWorld extends ActionBench {
  /** Adds a job of one task that runs a script, which the promoter may run; returns its id. */
  readonly addJob: (script: string, settings?: Readonly<Record<string, unknown>>) => string;
  /** The runs of jobs so far: how each ended, and what it was given. */
  readonly runs: () => SeenRun[];
}

const AS_PYTHON = `
  import { registerHooks } from 'node:module';
  registerHooks({
    load: (url, context, next) => next(url, url.endsWith('.py') ? { ...context, format: 'commonjs' } : context),
  });
`;

/** Node, which every test has, runs a script of JavaScript whose name ends as those of Python do. */
export const NODE_AS_PYTHON = {
  python: process.execPath,
  environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(AS_PYTHON)}` },
} as const;

/** A world whose jobs run scripts, and the file of such a script on the runner. */
export interface ScriptWorld extends JobWorld {
  /** The value of `validate-job` for the script, with further lines. */
  readonly named: (...lines: readonly string[]) => string;
  /** Path of the script on the runner. */
  readonly file: string;
  /** What is in the folder of this tool in the home of an identity. */
  readonly left: (principal?: string) => string[];
}

/** The demo's world with a script of JavaScript, which the emulator runs as if it were Python. */
export async function scriptWorld(script: string, options: EmulatorOptions = {}): Promise<ScriptWorld> {
  const bench = await jobWorld({ jobs: NODE_AS_PYTHON, ...options });
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-script-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'validate.py');
  writeFileSync(file, script);
  const { objects } = bench.emulator.metastore.workspace.state;
  return {
    ...bench,
    file,
    named: (...lines) => [`file: ${file}`, ...lines].join('\n'),
    left: (principal = promoter) =>
      [...objects.keys()].filter((path) => path.startsWith(`/Users/${principal}/.uc-promote/`)),
  };
}

/** The demo's world, in which jobs run. */
export async function jobWorld(options: EmulatorOptions = {}): Promise<JobWorld> {
  const bench = await world({ jobs: { python: process.execPath }, ...options });
  const { emulator } = bench;
  return {
    ...bench,
    addJob: (script, settings) => addValidationJob(emulator.metastore, script, settings),
    runs: () => jobRunsOf(emulator),
  };
}

/** A task that runs a script on serverless compute; its arguments are name, number and uri of the version. */
export function taskOf(key: string, path: string): Record<string, unknown> {
  return {
    task_key: key,
    spark_python_task: {
      python_file: path,
      parameters: PARAMETERS.map(({ name }) => `{{job.parameters.${name}}}`),
    },
    environment_key: 'default',
  };
}

/** Adds a job as {@link JobWorld.addJob} does. */
export function addValidationJob(
  { workspace }: Emulator['metastore'],
  script: string,
  settings: Readonly<Record<string, unknown>> = {},
): string {
  const path = `/Shared/validate-${workspace.state.jobs.size}.mjs`;
  workspace.addFile(path, script);
  const job = {
    name: 'Validate',
    parameters: PARAMETERS,
    tasks: [taskOf('main', path)],
    environments: [{ environment_key: 'default', spec: { environment_version: '4' } }],
    ...settings,
  };
  const id = workspace.addJob(job, { owner: 'admin@example.com' });
  workspace.allow('jobs', id, promoter, 'CAN_MANAGE_RUN');
  return id;
}

/** A script that reports what it was given, and that the version passed. */
export const PASSES = `
  const [name, version, uri] = process.argv.slice(2);
  console.log(JSON.stringify({ passed: true, auc: 0.93, name, version, uri }));
`;
