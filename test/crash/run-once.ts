import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Emulator } from '../../emulator/index.ts';
import { ACTIONS } from '../../src/index.ts';
import { reportSchema } from '../../src/report/report.ts';
import { runAction } from '../../src/runtime/run-action.ts';
import { watchSecrets } from '../actions/leaks.ts';
import { recordingRunner, requireNoLeakOf } from '../actions/recording-runner.ts';
import { inputVariable, variablesOfDefaults } from '../actions/runner-inputs.ts';
import type { PolicyHost } from './policy-host.ts';
import type { Ended, Scenario } from './scenario.ts';

/** Runs the action that its argument names. */
export const ACTION_PROCESS = fileURLToPath(new URL('action-process.ts', import.meta.url));

/** Where processes of actions keep the code that V8 has compiled, so that each starts in half the time. */
export const COMPILE_CACHE = join(tmpdir(), 'uc-promote-compile-cache');

/** The longest that a process may take that is to be killed, milliseconds. */
const PROCESS_TIME = 60_000;

/** The world of one trial: a workspace, and a repository where the scenario has a policy file. */
export interface TrialWorld {
  readonly emulator: Emulator;
  readonly policy: PolicyHost | undefined;
}

/**
 * Runs the action of a scenario in this process; sleeps end at once. `attempt` tells the runs of one job apart. Throws
 * when a secret leaked.
 */
export async function runOnce(
  scenario: Scenario,
  { emulator, policy }: TrialWorld,
  attempt: number,
): Promise<Ended> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-crash-'));
  try {
    const environment = { ...environmentOf(scenario, emulator, attempt, folder), ...policy?.variables };
    const { runner, seen } = recordingRunner({ environment });
    const secrets = watchSecrets(emulator);
    await runAction(await ACTIONS[scenario.action](), { ...runner, random: Math.random });
    requireNoLeakOf(seen, environment, secrets());
    const { outcome = 'none', changed } = seen.outputs;
    const verdict = seen.log.find((line) => line.trim() !== '' && !/^(info|debug|warning): /u.test(line));
    const report = reportSchema.parse(JSON.parse(await readFile(seen.outputs['report'] ?? '', 'utf8')));
    return {
      outcome,
      changed: changed === 'true',
      code: report.error?.code,
      said: verdict ?? seen.log.at(-1) ?? '',
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The inputs by which a scenario applies the plan that its dry run leaves; undefined where it has no plan. Throws when there is none. */
export async function planOnce(
  scenario: Scenario,
  { emulator }: TrialWorld,
): Promise<Readonly<Record<string, string>> | undefined> {
  const { plannedBy, ...around } = scenario;
  if (plannedBy === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-crash-'));
  try {
    const inputs = { ...plannedBy.inputs, 'dry-run': 'true' };
    const environment = environmentOf({ ...around, ...plannedBy, inputs }, emulator, 1, folder);
    const { runner, seen } = recordingRunner({ environment });
    await runAction(await ACTIONS[plannedBy.action](), runner);
    const { plan = '', 'plan-digest': digest = '' } = seen.outputs;
    if (plan === '' || digest === '') throw new Error(`No plan: ${seen.log.join('\n')}`);
    return { ...scenario.inputs, plan, 'expected-digest': digest };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts the action of a scenario as a process of its own. */
export async function startProcess(
  scenario: Scenario,
  { emulator, policy }: TrialWorld,
  attempt: number,
): Promise<{ readonly kill: () => void; readonly ended: Promise<string> }> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-crash-'));
  const child = spawn(process.execPath, [ACTION_PROCESS, scenario.action], {
    env: {
      ...environmentOf(scenario, emulator, attempt, folder),
      ...policy?.variables,
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: COMPILE_CACHE,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint = `${complaint}${chunk.toString()}`.slice(-500)));
  const timer = setTimeout(() => child.kill('SIGKILL'), PROCESS_TIME);
  const ended = new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ?? `${String(code)}: ${complaint.trim()}`));
  }).finally(async () => {
    clearTimeout(timer);
    await rm(folder, { recursive: true, force: true });
  });
  return { kill: () => void child.kill('SIGKILL'), ended };
}

function environmentOf(
  { action, inputs, token, sameAttempt = false }: Scenario,
  emulator: Emulator,
  attempt: number,
  folder: string,
): Record<string, string> {
  const given = Object.entries(inputs).map(([name, value]): [string, string] => [inputVariable(name), value]);
  return {
    ...variablesOfDefaults(action),
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'acme/models',
    GITHUB_RUN_ID: '4242',
    GITHUB_RUN_ATTEMPT: sameAttempt ? '1' : String(attempt),
    GITHUB_ACTOR: 'ada',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_WORKFLOW_REF: 'acme/models/.github/workflows/promote.yml@refs/heads/main',
    RUNNER_TEMP: folder,
    DATABRICKS_HOST: emulator.url,
    DATABRICKS_TOKEN: token,
    AWS_ENDPOINT_URL_S3: `${emulator.url}/object-store/s3`,
    AZURE_STORAGE_SERVICE_ENDPOINT: `${emulator.url}/object-store/azure`,
    STORAGE_EMULATOR_HOST: `${emulator.url}/object-store/google`,
    ...Object.fromEntries(given),
  };
}
