import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { childEnvironment, lastLines, runChild, type ChildResult } from '../../../scripts/child.ts';
import { peersFolder } from '../../../scripts/peers/folder.ts';
import type { CaseResult } from './outcome.ts';

/** What every suite gets. */
export interface PeerContext {
  readonly python: string;
  /** A copy of `test/fixtures`, for this run only. */
  readonly fixtures: string;
  /** Whether the cases of this name were asked for. */
  readonly wanted: (name: string) => boolean;
  /** Whether they were asked for by name, and not only by everything: for what takes too long for every run. */
  readonly named: (name: string) => boolean;
}

/** Which Python talks to which server, and as whom. */
export interface Server {
  readonly python: string;
  readonly url: string;
  readonly token: string;
  /** Variables beside those that every client gets. */
  readonly env?: Readonly<Record<string, string>>;
}

const timeoutMs = 180_000;

/** In place of a server, for a script that asks none: the address is one that refuses. */
export const NO_SERVER = { url: 'http://127.0.0.1:9', token: 'none' } as const;

/** Runs a script that asks no server. Throws with the last that it said unless it ended well. */
export async function runAlone(python: string, script: string, args: readonly string[]): Promise<void> {
  const { code, timedOut, stderr } = await runPeer({ python, ...NO_SERVER }, script, args);
  if (code !== 0) throw new Error(`${script}: ${timedOut ? 'no end' : lastLines(stderr)}`);
}

/** Runs a script of `test/peers` with an empty home and a clean environment; its time limit is three minutes. */
export async function runPeer(server: Server, script: string, args: readonly string[]): Promise<ChildResult> {
  const home = await mkdtemp(join(tmpdir(), 'uc-promote-peer-'));
  try {
    return await runChild(server.python, ['-W', 'ignore', join(peersFolder, 'python', script), ...args], {
      cwd: home,
      timeoutMs,
      env: childEnvironment({
        HOME: home,
        TMPDIR: home,
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONUNBUFFERED: '1',
        DATABRICKS_HOST: server.url,
        DATABRICKS_TOKEN: server.token,
        DATABRICKS_CONFIG_FILE: '/dev/null',
        MLFLOW_TRACKING_URI: 'databricks',
        MLFLOW_REGISTRY_URI: 'databricks-uc',
        // Without a limit a refused request is repeated for minutes.
        MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1',
        MLFLOW_DISABLE_TELEMETRY: 'true',
        MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
        NO_PROXY: '127.0.0.1',
        ...server.env,
      }),
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const marker = '::peer-case:: ';
const reportedCase = z.object({ verdict: z.enum(['ok', 'FAILED']), name: z.string(), detail: z.string() });

/**
 * Runs a script that reports cases and gives one result for each, named `prefix: case`; a script that ends with an
 * error, by its time limit or without any case is a failed case of its own.
 */
export async function runCases(
  server: Server,
  prefix: string,
  script: string,
  args: readonly string[],
): Promise<CaseResult[]> {
  const result = await runPeer(server, script, args);
  const cases = result.stdout.split('\n').flatMap((line): CaseResult[] => {
    if (!line.startsWith(marker)) return [];
    const found = reportedCase.parse(JSON.parse(line.slice(marker.length)));
    return [{ ...found, name: `${prefix}: ${found.name}` }];
  });
  const problem = endProblem(result, cases.length);
  if (problem === undefined) return cases;
  return [...cases, { verdict: 'FAILED', name: `${prefix}: ${script} runs to its end`, detail: problem }];
}

function endProblem(result: ChildResult, cases: number): string | undefined {
  if (result.timedOut) return `no end after ${timeoutMs / 1000} s`;
  if (result.code !== 0) return `exit code ${String(result.code)}: ${lastLines(result.stderr)}`;
  return cases === 0 ? 'reported no case' : undefined;
}
