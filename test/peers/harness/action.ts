import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { childEnvironment, lastLines, runChild } from '../../../scripts/child.ts';
import { parseCommandFile } from '../../../scripts/command-file.ts';
import { root } from '../../../scripts/peers/folder.ts';
import { requireNoLeak, secretsOfEnvironment, watchSecrets, type KeepsSecrets } from '../../actions/leaks.ts';

/** What a runner would keep of one step. */
export interface StepResult {
  readonly code: number | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** What the step printed, standard error last. */
  readonly log: string;
}

/** One step of a workflow: which action, its `with:`, and where Databricks is. */
export interface Step {
  /** Folder of the action; `.` is the root action. */
  readonly action: string;
  readonly with: Readonly<Record<string, string>>;
  readonly url: string;
  readonly token: string;
  /** The server behind `url`, where it keeps what it was sent and what it handed out. */
  readonly host?: KeepsSecrets;
  readonly timeoutMs?: number;
  /** Variables beside those that the runner sets, or in their place. */
  readonly env?: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly main: string;
  readonly defaults: Readonly<Record<string, string>>;
}

/** Whether the action has both its manifest and the script that the manifest names. */
export async function actionExists(action: string): Promise<boolean> {
  const file = join(root, action, 'action.yml');
  return existsSync(file) && existsSync((await readManifest(action)).main);
}

async function readManifest(action: string): Promise<Manifest> {
  const file = join(root, action, 'action.yml');
  const document: unknown = parse(await readFile(file, 'utf8'));
  const runs = field(document, 'runs');
  const main = field(runs, 'main');
  if (typeof main !== 'string') throw new Error(`${file} names no runs.main`);
  const inputs = field(document, 'inputs');
  const defaults: Record<string, string> = {};
  for (const [name, input] of Object.entries(typeof inputs === 'object' && inputs !== null ? inputs : {})) {
    const value = field(input, 'default');
    // A default of `${{ … }}` is a context that no runner fills in here.
    if (typeof value === 'string') defaults[name] = value.startsWith('${{') ? '' : value;
    else if (typeof value === 'number' || typeof value === 'boolean') defaults[name] = String(value);
  }
  return { main: join(dirname(file), main), defaults };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (Object.entries(value).find(([key]) => key === name) ?? [])[1]
    : undefined;
}

/**
 * Runs an action as the runner does: a process of Node 24 on the script that `action.yml` names, every input with its
 * default in `INPUT_*`, empty command files, a fresh `RUNNER_TEMP` (runner contract: environment files and inputs).
 * Throws when a secret leaked.
 */
export async function runAction(step: Step): Promise<StepResult> {
  const manifest = await readManifest(step.action);
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-step-'));
  try {
    const files = {
      output: join(folder, 'output'),
      summary: join(folder, 'summary'),
      state: join(folder, 'state'),
    };
    for (const file of Object.values(files)) await writeFile(file, '');
    const temp = join(folder, 'temp');
    const workspace = join(folder, 'workspace');
    await mkdir(temp);
    await mkdir(workspace);
    const inputs = Object.fromEntries(
      Object.entries({ ...manifest.defaults, ...step.with }).map(([name, value]) => [
        `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
        value,
      ]),
    );
    const environment = childEnvironment({
      HOME: folder,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      GITHUB_STATE: files.state,
      GITHUB_WORKSPACE: workspace,
      GITHUB_REPOSITORY: 'acme/models',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_API_URL: 'https://api.github.com',
      GITHUB_RUN_ID: '4242',
      GITHUB_RUN_NUMBER: '7',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_ACTOR: 'ada',
      GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_WORKFLOW: 'promote',
      GITHUB_JOB: 'promote',
      GITHUB_EVENT_NAME: 'push',
      RUNNER_TEMP: temp,
      RUNNER_OS: 'Linux',
      DATABRICKS_HOST: step.url,
      DATABRICKS_TOKEN: step.token,
      ...step.env,
      ...inputs,
    });
    const secrets = watchSecrets(step.host);
    const result = await runChild(process.execPath, [manifest.main], {
      cwd: workspace,
      timeoutMs: step.timeoutMs ?? 120_000,
      env: environment,
    });
    const log = result.timedOut
      ? `no end in time\n${result.stdout}${result.stderr}`
      : result.stdout + result.stderr;
    const texts = await Promise.all(Object.values(files).map((file) => readFile(file, 'utf8')));
    const [output = '', summary = ''] = texts;
    const outputs = parseCommandFile(output);
    const report = outputs['report'] === undefined ? '' : await readFile(outputs['report'], 'utf8');
    const { sent, received } = secrets();
    requireNoLeak({
      printed: log,
      files: [texts, report],
      given: [...secretsOfEnvironment(environment), ...sent],
      received,
    });
    return { code: result.code, outputs, summary, log };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Throws with the end of the log unless the step ended with this exit code. */
export function expectCode(result: StepResult, code: number): void {
  if (result.code === code) return;
  throw new Error(
    `exit code ${String(result.code)} instead of ${code}, outcome ${result.outputs['outcome'] ?? 'none'}: ${lastLines(result.log)}`,
  );
}
