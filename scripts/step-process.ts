import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import * as z from 'zod';
import { parseCommandFile } from './command-file.ts';
import { childEnvironment, runChild } from './child.ts';

/** Root of the project. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** One step of a job: which action, its `with:`, and as whom it signs in where. */
export interface StepCall {
  readonly action: string;
  readonly with: Readonly<Record<string, string>>;
  readonly host: string;
  readonly token: string;
  /** Holds all that the runner keeps of the step; must not exist yet. */
  readonly folder: string;
}

/** What the runner keeps of a step. */
export interface StepRun {
  /** Null when a signal ended the process. */
  readonly exitCode: number | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Where the summary stays. */
  readonly summaryFile: string;
  /** Lines as printed, workflow commands included. */
  readonly log: readonly string[];
}

const TIMEOUT_MS = 30_000;

const manifestSchema = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
  runs: z.object({ using: z.string(), main: z.string() }),
});

/** The folder of an action's `action.yml`: `promote` is the root action, which a user names without a folder. */
function folderOf(action: string): string {
  return action === 'promote' ? ROOT : join(ROOT, action);
}

/**
 * Runs an action as GitHub's runner does: this very Node on the script that `action.yml` names, every input with its
 * default in `INPUT_*`, empty command files, a fresh `RUNNER_TEMP` (GitHub documentation, metadata syntax and
 * workflow commands). Throws when the Node is not the major that `action.yml` asks for, or when a step hangs.
 */
export async function runStep(call: StepCall): Promise<StepRun> {
  const manifestFile = join(folderOf(call.action), 'action.yml');
  const manifest = manifestSchema.parse(parse(await readFile(manifestFile, 'utf8')));
  assertNode(manifest.runs.using);
  const place = (name: string) => join(call.folder, name);
  await mkdir(place('temp'), { recursive: true });
  await mkdir(place('workspace'));
  const files = { output: place('output.txt'), summary: place('summary.md'), state: place('state.txt') };
  for (const file of Object.values(files)) await writeFile(file, '');
  const defaults = Object.entries(manifest.inputs).map(
    ([name, input]) => [name, input.default ?? ''] as const,
  );
  const inputs: Record<string, string> = { ...Object.fromEntries(defaults), ...call.with };
  const result = await runChild(process.execPath, [join(dirname(manifestFile), manifest.runs.main)], {
    cwd: place('workspace'),
    timeoutMs: TIMEOUT_MS,
    env: childEnvironment({
      ...JOB,
      HOME: call.folder,
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      GITHUB_STATE: files.state,
      GITHUB_WORKSPACE: place('workspace'),
      RUNNER_TEMP: place('temp'),
      DATABRICKS_HOST: call.host,
      DATABRICKS_TOKEN: call.token,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [variableOf(name), value])),
    }),
  });
  if (result.timedOut) throw new Error(`${call.action} did not end in ${TIMEOUT_MS / 1000} s.`);
  return {
    exitCode: result.code,
    outputs: parseCommandFile(await readFile(files.output, 'utf8')),
    summary: await readFile(files.summary, 'utf8'),
    summaryFile: files.summary,
    log: (result.stdout + result.stderr).trimEnd().split('\n'),
  };
}

/** Throws unless this process is the Node that `runs.using` names, as `node24` does. */
function assertNode(using: string): void {
  const [major] = process.versions.node.split('.');
  if (using === `node${major}`) return;
  throw new Error(`The action asks for ${using}, and this is Node ${process.versions.node}: use npm run.`);
}

function variableOf(input: string): string {
  return `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`;
}

const JOB = {
  CI: 'true',
  GITHUB_ACTIONS: 'true',
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
  GITHUB_WORKFLOW_REF: 'acme/models/.github/workflows/promote.yml@refs/heads/main',
  GITHUB_JOB: 'promote',
  GITHUB_EVENT_NAME: 'push',
} as const;
