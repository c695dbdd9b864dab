import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment, lastLines, runChild } from './child.ts';
import type { CaseResult } from './outcome.ts';

/** Folder of the harness. */
export const peersFolder = dirname(fileURLToPath(import.meta.url));

/** Root of the project. */
export const root = join(peersFolder, '..', '..');

/** Folder of the fixtures. */
export const fixtures = join(root, 'test', 'fixtures');

/** How a peer script is run: which Python, against which server, as whom. */
export interface ScriptRun {
  readonly python: string;
  /** File name in `test/peers`. */
  readonly script: string;
  readonly args: readonly string[];
  readonly url: string;
  readonly token: string;
  /** Variables beside those that every client gets. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Goes before the name of each case. */
  readonly prefix: string;
}

const marker = '::peer-case:: ';

interface ReportedCase {
  readonly verdict: 'ok' | 'FAILED';
  readonly name: string;
  readonly detail: string;
}

function isReportedCase(value: unknown): value is ReportedCase {
  return (
    typeof value === 'object' &&
    value !== null &&
    'verdict' in value &&
    (value.verdict === 'ok' || value.verdict === 'FAILED') &&
    'name' in value &&
    typeof value.name === 'string' &&
    'detail' in value &&
    typeof value.detail === 'string'
  );
}

/**
 * Runs a Python script against a server and gives one result per case that it reported; a script that
 * ends with an error, by its time limit or without any case is a failed case of its own.
 */
export async function runScript(run: ScriptRun): Promise<CaseResult[]> {
  const home = await mkdtemp(join(tmpdir(), 'uc-promote-peer-'));
  const timeoutMs = run.timeoutMs ?? 180_000;
  try {
    const result = await runChild(run.python, ['-W', 'ignore', join(peersFolder, run.script), ...run.args], {
      cwd: home,
      timeoutMs,
      env: childEnvironment({
        HOME: home,
        TMPDIR: home,
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONUNBUFFERED: '1',
        DATABRICKS_HOST: run.url,
        DATABRICKS_TOKEN: run.token,
        DATABRICKS_CONFIG_FILE: '/dev/null',
        MLFLOW_TRACKING_URI: 'databricks',
        MLFLOW_REGISTRY_URI: 'databricks-uc',
        // Without a limit a refused request is repeated for minutes.
        MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1',
        MLFLOW_DISABLE_TELEMETRY: 'true',
        MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
        NO_PROXY: '127.0.0.1',
        ...run.env,
      }),
    });
    const cases = result.stdout.split('\n').flatMap((line): CaseResult[] => {
      if (!line.startsWith(marker)) return [];
      const value: unknown = JSON.parse(line.slice(marker.length));
      if (!isReportedCase(value))
        throw new Error(`${run.script} reported something else than a case: ${line}`);
      return [{ ...value, name: `${run.prefix}: ${value.name}` }];
    });
    const end = result.timedOut
      ? `no end after ${timeoutMs / 1000} s`
      : result.code !== 0
        ? `exit code ${String(result.code)}: ${lastLines(result.stderr)}`
        : cases.length === 0
          ? 'reported no case'
          : undefined;
    if (end === undefined) return cases;
    return [
      ...cases,
      { verdict: 'FAILED', name: `${run.prefix}: ${run.script} runs to its end`, detail: end },
    ];
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
