import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireNoLeak, secretsOfEnvironment, watchSecrets, type KeepsSecrets } from '../actions/leaks.ts';

/** The folder that a runner executes. */
export const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** What is said of one run of a script beside its inputs. */
export interface SpawnOptions {
  /** Undefined takes a variable of the runner's away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The host that the script talks to: every secret that it is sent, or gives away, is searched for too. */
  readonly host?: KeepsSecrets;
  /** Called with the process as soon as it runs. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Called with all that was printed so far, whenever more is. */
  readonly onOutput?: (printed: string) => void;
  /** Texts that may stand nowhere, beside secrets. */
  readonly withheld?: readonly string[];
}

/** What a runner would keep of a step. */
export interface Spawned {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The command files, as they were written. */
  readonly outputFile: string;
  readonly stateFile: string;
  readonly summaryFile: string;
  /** Files that no action of ours may write to. */
  readonly forbidden: string;
  readonly reportText: string;
  readonly ms: number;
}

/** Runs a script of `dist/` as the runner does: {@link spawnStep}. */
export async function spawnAction(
  script: string,
  inputs: Readonly<Record<string, string>>,
  options: SpawnOptions = {},
): Promise<Spawned> {
  return spawnStep([join(DIST, `${script}.js`)], inputs, options);
}

/**
 * Runs a script with its arguments as the runner does: this Node, an environment of its own, inputs as `INPUT_*`, empty
 * command files (GitHub documentation, workflow commands). Standard output is what the runner would parse. Throws when a
 * secret leaked.
 */
export async function spawnStep(
  script: readonly string[],
  inputs: Readonly<Record<string, string>>,
  options: SpawnOptions = {},
): Promise<Spawned> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-dist-'));
  try {
    const file = (name: string) => join(folder, name);
    const names = ['output', 'state', 'summary', 'env', 'path'];
    await Promise.all(names.map((name) => writeFile(file(name), '')));
    await mkdir(file('temp'));
    const startedAt = Date.now();
    const environment = {
        PATH: process.env['PATH'],
        HOME: folder,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_OUTPUT: file('output'),
        GITHUB_STATE: file('state'),
        GITHUB_STEP_SUMMARY: file('summary'),
        GITHUB_ENV: file('env'),
        GITHUB_PATH: file('path'),
        GITHUB_REPOSITORY: 'acme/models',
        GITHUB_RUN_ID: '4242',
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_ACTOR: 'ada',
        GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
        GITHUB_WORKFLOW_REF: 'acme/models/.github/workflows/promote.yml@refs/heads/main',
        RUNNER_TEMP: file('temp'),
        ...options.environment,
        ...Object.fromEntries(
          Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
        ),
    };
    const secrets = watchSecrets(options.host);
    const child = spawn(process.execPath, script, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment,
    });
    options.onStart?.((signal) => void child.kill(signal));
    const [stdout, stderr, code] = await Promise.all([
      textOf(child.stdout, options.onOutput),
      textOf(child.stderr),
      new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', resolve);
      }),
    ]);
    const ms = Date.now() - startedAt;
    const [outputFile = '', stateFile = '', summaryFile = '', env = '', path = ''] = await Promise.all(
      names.map((name) => readFile(file(name), 'utf8')),
    );
    const report = parseCommandFile(outputFile)['report'];
    const reportText = report === undefined ? '' : await readFile(report, 'utf8');
    const { sent, received } = secrets();
    requireNoLeak({
      printed: `${stdout}\n${stderr}`,
      files: [outputFile, stateFile, summaryFile, env, path, reportText],
      given: [...secretsOfEnvironment(environment), ...sent],
      // Killed by a signal it may have had no time to mask what it just got.
      received: code === null ? [] : received,
      withheld: options.withheld ?? [],
    });
    return { code, stdout, stderr, outputFile, stateFile, summaryFile, forbidden: env + path, reportText, ms };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The pairs of a command file in heredoc form (`name<<delimiter`, lines, delimiter). Throws on any other line: nothing
 * of ours writes `name=value`.
 */
export function parseCommandFile(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '' && at === lines.length - 1) break;
    const [, name, delimiter] = /^([\w-]+)<<(\S+)$/u.exec(line) ?? [];
    const end = delimiter === undefined ? -1 : lines.indexOf(delimiter, at + 1);
    if (name === undefined || end < 0) throw new Error(`Not in heredoc form: ${line}`);
    pairs[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return pairs;
}

async function textOf(
  stream: AsyncIterable<Uint8Array>,
  onMore?: (sofar: string) => void,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
    onMore?.(Buffer.concat(chunks).toString('utf8'));
  }
  return Buffer.concat(chunks).toString('utf8');
}
