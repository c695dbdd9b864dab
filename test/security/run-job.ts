import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emulator } from '../../emulator/index.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { githubRunner } from '../../src/runtime/runner.ts';
import { runAction } from '../../src/runtime/run-action.ts';
import { fakeClock } from '../actions/recording-runner.ts';
import { requireNoLeak, secretsOfEnvironment } from '../actions/leaks.ts';
import { inputVariable, variablesOfDefaults } from '../actions/runner-inputs.ts';
import { commandsIn, type RunnerCommand } from '../report/runner-commands.ts';
import { heredocs } from '../runtime/step.ts';

/** What a runner finds of a step. */
export interface SeenJob {
  /** Standard output, byte for byte. */
  readonly printed: string;
  readonly commands: readonly RunnerCommand[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly report: string;
  /** What would be set for later steps: must stay empty. */
  readonly leftForOthers: string;
}

// @actions/core keeps the path of the summary for the life of the process.
let folderOfAll: string | undefined;

/** Takes away what the jobs left; call it when the last one has ended. */
export async function removeJobs(): Promise<void> {
  if (folderOfAll !== undefined) await rm(folderOfAll, { recursive: true, force: true });
}

/**
 * Runs an action in this process through the real port to the runner, and reads what a runner would read. Throws when a
 * secret leaked.
 */
export async function runJob(
  emulator: Emulator,
  action: Action,
  inputs: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
): Promise<SeenJob> {
  folderOfAll ??= await mkdtemp(join(tmpdir(), 'uc-promote-job-'));
  const folder = folderOfAll;
  const at = (name: string) => join(folder, name);
  const files = {
    GITHUB_OUTPUT: at('output'),
    GITHUB_STATE: at('state'),
    GITHUB_STEP_SUMMARY: at('summary'),
    GITHUB_ENV: at('env'),
    GITHUB_PATH: at('path'),
  };
  for (const file of Object.values(files)) await writeFile(file, '');
  const environment: Record<string, string> = {
    ...variablesOfDefaults(action.name),
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'acme/models',
    GITHUB_RUN_ID: '4242',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_WORKFLOW_REF: 'acme/models/.github/workflows/promote.yml@refs/heads/main',
    RUNNER_TEMP: folder,
    DATABRICKS_HOST: emulator.url,
    DATABRICKS_TOKEN: 'emulator-promoter',
    RUNNER_DEBUG: '1',
    ...files,
    ...variables,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputVariable(name), value])),
  };
  const kept = { ...process.env };
  const write = process.stdout.write.bind(process.stdout);
  let printed = '';
  try {
    Object.assign(process.env, environment);
    process.stdout.write = (chunk: string | Uint8Array) => {
      printed += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      return true;
    };
    await runAction(action, { ...githubRunner(environment), clock: fakeClock([]), finish() {} });
  } finally {
    process.stdout.write = write;
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, kept);
  }
  const read = (path: string) => readFile(path, 'utf8');
  const texts = await Promise.all(Object.values(files).map(read));
  const outputs = heredocs(await read(files.GITHUB_OUTPUT));
  const report = await read(outputs['report'] ?? '');
  requireNoLeak({
    printed,
    files: [texts, report],
    given: [...secretsOfEnvironment(environment), ...emulator.credentials],
    received: emulator.handedOut,
    withheld: [new URL(emulator.url).host],
  });
  return {
    printed,
    commands: commandsIn(printed),
    outputs,
    state: heredocs(await read(files.GITHUB_STATE)),
    summary: await read(files.GITHUB_STEP_SUMMARY),
    report,
    leftForOthers: (await read(files.GITHUB_ENV)) + (await read(files.GITHUB_PATH)),
  };
}
